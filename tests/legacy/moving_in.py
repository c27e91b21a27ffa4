"""Moving in: the command run over an old lab, its report, and the proofs that all has come."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from chalicelib.services import clock, figures
from infra.import_legacy.__main__ import main
from tests import invariants
from tests.legacy.old_lab import FOLDERS, OldLab
from tests.nights import Nights


def take_over(old: OldLab, *more: str, url: str = "") -> dict[str, Any]:
    """Run the command; answers its report."""
    report = old.storage.parent / "report.json"
    url = url or old.save(old.storage.parent / "old.db")
    code = main(["--database", url, "--storage", str(old.storage), "--report", str(report), *more])
    assert report.stat().st_mode & 0o777 == 0o600, "it may quote names"
    found: dict[str, Any] = json.loads(report.read_text())
    assert code == (1 if "jobs not written" in found["new"] else 0), found["new"]
    return found


def wrong(report: dict[str, Any], column: str) -> list[str]:
    """What is said of a column."""
    return [problem["wrong"] for problem in report["problems"] if problem["column"] == column]


def in_every_status(old: OldLab) -> dict[str, dict[str, Any]]:
    """A job in each status, by the status."""
    return {status: old.job(status) for status in FOLDERS}


def check_all(nights: Nights) -> None:
    """The lab's own proofs."""
    report = nights.audit()
    assert report["total"] == 0, report["findings"]
    last = clock.now().date()
    every_day = [date(2024, 9, 1) + timedelta(days=n) for n in range((last - date(2024, 9, 1)).days + 1)]
    differ = {day: missing for day, missing in figures.differences_in(every_day).items() if missing}
    assert differ == {}, differ
    invariants.check()


def printer(name: str, **more: Any) -> dict[str, Any]:
    """A printer as an old catalog has it."""
    volume = {"x": 256, "y": 256, "z": 256}
    return {
        "id": name,
        "name": name,
        "methods": ["Filament"],
        "build_volume_mm": volume,
        "active": True,
    } | more
