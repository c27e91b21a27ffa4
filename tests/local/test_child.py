"""A child process and its log."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra.local.child import Child, ChildFailed

SAYS = "import sys; sys.stderr.write('said now\\n')"


def _ended(log: Path) -> str:
    """What is told of a child that says something and ends."""
    child = Child("the child", [sys.executable, "-c", SAYS], {}, log)
    with pytest.raises(ChildFailed) as failed:
        child.wait_for("ready")
    child.stop()
    return str(failed.value)


def test_the_log_of_a_run_before_stays_and_is_not_told_of(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "child.log"
    log.parent.mkdir()
    log.write_text("said before\n")
    assert _ended(log) == "the child ended:\nsaid now"
    assert log.read_text() == "said before\nsaid now\n"


def test_a_log_that_has_grown_makes_room(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    for said in ("first", "second"):
        log.write_text(said * 1_000_000)
        _ended(log)
        assert log.read_text() == "said now\n"
        assert (tmp_path / "child.log.1").read_text() == said * 1_000_000
