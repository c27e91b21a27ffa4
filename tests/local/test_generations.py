"""State on disk: whatever moment a kill comes at, a whole state is there afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local import generations
from infra.local.generations import Generations, InUse


def _save(content: str) -> Callable[[Path], None]:
    def save(directory: Path) -> None:
        (directory / "tables.json").write_text(content)

    return save


def _reopened(state: Generations, path: Path) -> Generations:
    state.close()
    return Generations(path)


def test_an_appended_line_is_there_after_a_restart(tmp_path: Path) -> None:
    state = Generations(tmp_path)
    state.append(b"first")
    state.append(b"second")
    assert list(_reopened(state, tmp_path).lines()) == [b"first", b"second"]


def test_a_new_generation_begins_with_the_snapshot_and_an_empty_journal(tmp_path: Path) -> None:
    state = Generations(tmp_path)
    state.append(b"in the snapshot")
    state.advance(_save("snapshot"))
    state.append(b"after it")
    state = _reopened(state, tmp_path)
    assert state.number == 1
    assert (state.path / "tables.json").read_text() == "snapshot"
    assert list(state.lines()) == [b"after it"]


def test_only_one_generation_stays_on_disk(tmp_path: Path) -> None:
    state = Generations(tmp_path)
    for number in range(5):
        state.advance(_save(str(number)))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["5"]


def test_a_line_torn_by_a_kill_is_dropped_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    state = Generations(tmp_path)
    state.append(b"whole")
    with (state.path / "journal").open("ab") as journal:
        journal.write(b"half of a li")
    state = _reopened(state, tmp_path)
    state.append(b"next")
    assert list(_reopened(state, tmp_path).lines()) == [b"whole", b"next"]


def test_a_snapshot_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    state = Generations(tmp_path)
    state.advance(_save("good"))
    state.append(b"since then")

    def fail(directory: Path) -> None:
        (directory / "tables.json").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        state.advance(fail)
    state.append(b"and on")
    state = _reopened(state, tmp_path)
    assert (state.path / "tables.json").read_text() == "good"
    assert list(state.lines()) == [b"since then", b"and on"]


_DIE_HALF_WAY = """
import os, sys
from pathlib import Path
from infra.local.generations import Generations

def die(directory):
    (directory / "tables.json").write_text("half")
    os._exit(9)

state = Generations(Path(sys.argv[1]))
state.append(b"acknowledged")
state.advance(die)
"""


def test_a_kill_in_the_middle_of_a_snapshot_leaves_everything_as_it_was(tmp_path: Path) -> None:
    assert subprocess.run([sys.executable, "-c", _DIE_HALF_WAY, str(tmp_path)], check=False).returncode == 9
    state = Generations(tmp_path)
    assert state.number == 0
    assert list(state.lines()) == [b"acknowledged"]
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["0"]


def test_two_processes_cannot_work_in_one_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = Generations(tmp_path)
    monkeypatch.setattr(generations, "_LOCK_PATIENCE_S", 0)
    with pytest.raises(InUse):
        Generations(tmp_path)
    state.close()
    Generations(tmp_path).close()


def test_a_line_break_inside_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="line break"):
        Generations(tmp_path).append(b"one\ntwo")
