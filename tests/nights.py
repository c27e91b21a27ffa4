"""Damage, and audits as they are made at night: late enough that nothing is too young to be judged."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.aws import files
from chalicelib.services import clock
from infra.http_client import HttpClient
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.steps import API, ok

_nights = itertools.count(1)


class Nights:
    """Each call is another night; answers the report, with every finding."""

    def __init__(self, admin: HttpClient, scheduler: Scheduler, pump: Pump) -> None:
        self._admin = admin
        self._scheduler = scheduler
        self._pump = pump

    def audit(self) -> dict[str, Any]:
        """Make the audit of the next night."""
        self._scheduler.run_once("start_audit", clock.now() + timedelta(hours=next(_nights)))
        while self._pump.step():
            pass
        report = self.report()
        assert report["state"] == "done", report
        return report

    def report(self, **query: Any) -> dict[str, Any]:
        """The report of the last audit."""
        report: dict[str, Any] = ok(self._admin.get(f"{API}/admin/audit/report", limit=200, **query))
        return report

    def findings(self) -> dict[str, list[str]]:
        """What another night's audit finds, as `subjects` tells it."""
        return subjects(self.audit())


def subjects(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a report is about: for each kind the keys, or the ids of the jobs."""
    found: dict[str, list[str]] = {}
    for finding in report["findings"]:
        found.setdefault(finding["kind"], []).append(finding["key"] or finding["job_id"])
    return {kind: sorted(names) for kind, names in found.items()}


def move(source: str, target: str) -> None:
    """Move an object behind the application's back."""
    content = files.read(source)
    for version in files.versions(source):
        files.delete(version.key, version.version_id)
    files.put(target, content, "application/octet-stream")


def remove(key: str) -> None:
    """Remove an object with all its versions."""
    for version in files.versions(key):
        files.delete(version.key, version.version_id)
