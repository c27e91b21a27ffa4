"""Backups in their place: what a night costs, what is let go, and what is damaged."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.aws import watch
from chalicelib.aws.places import Folder, NoSuchPiece, Place, place
from chalicelib.domain import backups as domain
from chalicelib.domain.lifecycle import Status
from chalicelib.services import backup_store, backups, clock
from chalicelib.services.backup_store import Damaged
from chalicelib.services.backups import Made
from infra import backup
from infra.local import environment
from infra.local.scheduler import Scheduler
from tests.backlog import fill
from tests.backup.coherence import Backup

DAY = timedelta(days=1)


def make(where: Place, days_ago: float = 0) -> Made:
    """A backup as of some days ago."""
    made = backups.make(where, clock.now() - days_ago * DAY)
    assert made
    return made


def names(where: Place) -> set[str]:
    """Every piece."""
    return {piece.name for piece in where.pieces("")}


def age(root: Path, days: float) -> None:
    """Let all pieces be older."""
    then = time.time() - days * 86400
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_a_place_keeps_what_it_is_given(kind: str, tmp_path: Path) -> None:
    where = place(str(tmp_path)) if kind == "folder" else place(f"s3://{environment.BUCKET}-backups/a/b")
    for name in list(names(where)):
        where.delete(name)
    where.put("bytes/ab/one", io.BytesIO(b"old"))
    where.put("bytes/ab/one", io.BytesIO(b"new"))
    where.put("backups/two.json", io.BytesIO(b""))
    assert where.open("bytes/ab/one").read() == b"new"
    assert [(piece.name, piece.size) for piece in where.pieces("bytes/")] == [("bytes/ab/one", 3)]
    assert names(where) == {"bytes/ab/one", "backups/two.json"}
    where.delete("bytes/ab/one")
    where.delete("bytes/ab/one")
    with pytest.raises(NoSuchPiece):
        where.open("bytes/ab/one")


def test_the_second_night_costs_what_is_new(folder: Folder) -> None:
    fill(Status.PRINTING, 5, days=1)
    first = make(folder, days_ago=1)
    assert first.new_files == 10
    before = names(folder)
    assert make(folder, days_ago=0.5).new_files == 0
    assert len(names(folder) - before) == 1  # the manifest: not one list of rows is stored twice
    fill(Status.PRINTING, 1, days=1)
    assert make(folder).new_files == 2


def test_a_night_is_made_once_read_back_and_noted(
    tmp_path: Path, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(Status.PRINTING, 2, days=1)
    now = clock.now().replace(microsecond=0)
    scheduler.run_once("back_up", now)
    assert watch.last_backup() is None  # no place is configured
    monkeypatch.setenv("PRINTLAB_BACKUPS", str(tmp_path / "nightly"))
    config.settings.cache_clear()
    try:
        scheduler.run_once("back_up", now)
        scheduler.run_once("back_up", now)
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
    where = Folder(tmp_path / "nightly")
    assert len(backup_store.stamps(where)) == 1
    last = watch.last_backup()
    assert last
    assert last.last == now


def test_a_run_that_is_stopped_goes_on_where_it_was(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.services.copying._BATCH", 4)
    fill(Status.PRINTING, 6, days=1)
    allowed = iter([True, True, False])
    assert backups.make(folder, clock.now(), lambda: next(allowed)) is None
    assert backup_store.stamps(folder) == []
    made = make(folder)
    assert (made.manifest.files, made.new_files) == (12, 4)
    assert list(folder.pieces(backup_store.UNFINISHED)) == []


def test_large_files_are_written_down_before_a_run_is_stopped(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.services.copying._BATCH_BYTES", 1)
    fill(Status.PRINTING, 2, days=1)
    allowed = iter([True, True, True, False])
    assert backups.make(folder, clock.now(), lambda: next(allowed)) is None
    assert make(folder).new_files == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"no list", gzip.compress(b"x")[:10] + b"\xff" * 20],
    ids=[
        "empty",
        "no list",
        "no end",
    ],  # compressed bytes tell the time: the workers would not agree on the names
)
def test_a_note_that_cannot_be_read_keeps_no_backup_from_its_end(content: bytes, folder: Folder) -> None:
    fill(Status.PRINTING, 1, days=1)
    folder.put(f"{backup_store.UNFINISHED}note", io.BytesIO(content))
    assert make(folder).new_files == 2
    assert list(folder.pieces(backup_store.UNFINISHED)) == []


def test_a_night_that_stopped_before_it_was_looked_through_is_taken_up(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(Status.PRINTING, 2, days=1)
    monkeypatch.setenv("PRINTLAB_BACKUPS", str(tmp_path / "backups"))
    config.settings.cache_clear()
    try:
        now = clock.now().replace(microsecond=0)
        damaged = make(folder).manifest
        for entry in backup_store.files_of(folder, damaged.stamp):
            folder.delete(backup_store.piece(entry.sha256))
        with pytest.raises(Damaged):
            backups.nightly(now)
        assert backup_store.stamps(folder) == []
        stamp = make(folder).manifest.stamp
        backups.nightly(now)
    finally:
        monkeypatch.undo()
        config.settings.cache_clear()
    assert backup_store.stamps(folder) == [stamp]
    last = watch.last_backup()
    assert last
    assert last.last == domain.begun_at(stamp)


# --- letting go ----------------------------------------------------------------------------


def test_old_ones_go_with_the_bytes_that_nobody_else_names(
    folder: Folder, tmp_path: Path, destroy: Callable[[], None]
) -> None:
    old = [make(folder, days_ago=900 + n).manifest.stamp for n in range(4)]
    fill(Status.PRINTING, 2, days=1)
    lost = make(folder, days_ago=900.5).manifest
    destroy()
    fill(Status.PRINTING, 2, days=1)
    kept = [make(folder, days_ago=n).manifest.stamp for n in (0, 1, 2, 3)]
    age(tmp_path / "backups", 3)
    gone = backups.prune(folder, clock.now())
    assert set(gone) & set(kept) == set()
    assert lost.stamp in gone
    for stamp in backup_store.stamps(folder):
        backups.check(folder, stamp)
    records = {entry.sha256 for entry in backup_store.files_of(folder, kept[0])}
    there = {piece.name for piece in folder.pieces(backup_store.BYTES)}
    assert {backup_store.piece(sha256) for sha256 in records} <= there
    assert len(there) < len(records) + 40
    with pytest.raises(Damaged):
        next(backup_store.entries(folder, lost.listing))
    assert old


def test_bytes_of_a_backup_that_is_being_made_stay(folder: Folder, tmp_path: Path) -> None:
    fill(Status.PRINTING, 2, days=1)
    allowed = iter([True, False])
    backups.make(folder, clock.now(), lambda: next(allowed))
    before = names(folder)
    backups.prune(folder, clock.now())
    assert names(folder) == before  # young
    age(tmp_path / "backups", 5)
    backups.prune(folder, clock.now())
    assert names(folder) == before  # noted as copied by a run that may go on


def test_nothing_is_let_go_of_while_a_kept_backup_cannot_be_read(folder: Folder, tmp_path: Path) -> None:
    fill(Status.PRINTING, 2, days=1)
    made = make(folder)
    age(tmp_path / "backups", 5)
    folder.put(backup_store.piece(made.manifest.listing[0]), io.BytesIO(b"?"))
    before = names(folder)
    with pytest.raises(Damaged):
        backups.prune(folder, clock.now())
    assert names(folder) == before


_KILLED = """
import io, os, sys
from pathlib import Path
from chalicelib.aws.places import Folder

class Body(io.BytesIO):
    def read(self, size=-1):
        if self.tell() > 1 << 20:
            os._exit(9)
        return super().read(size)

Folder(Path(sys.argv[1])).put("bytes/ab/one", Body(bytes(4 << 20)))
"""


def test_what_a_killed_backup_left_half_written_goes_after_a_day(folder: Folder, tmp_path: Path) -> None:
    root = tmp_path / "backups"
    folder.put("bytes/ab/two", io.BytesIO(b"whole"))
    assert subprocess.run([sys.executable, "-c", _KILLED, root]).returncode == 9
    (left,) = root.rglob("*.new")
    assert left.stat().st_size
    assert names(folder) == {"bytes/ab/two"}
    age(root, 0.9)
    assert backup.main(["prune", str(root)]) == 0
    assert left.exists()  # somebody may be writing it
    age(root, 1.1)
    assert backup.main(["prune", str(root)]) == 0
    assert not left.exists()
    assert names(folder) == {"bytes/ab/two"}  # young still, for a piece


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["flipped", "cut", "lost"])
@pytest.mark.parametrize("what", ["rows", "listing", "file", "manifest"])
def test_damage_is_named(
    what: str, how: str, folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(Status.PRINTING, 2, days=1)
    manifest = make(folder).manifest
    entry = next(backup_store.files_of(folder, manifest.stamp))
    damaged = {
        "rows": backup_store.piece(manifest.tables["jobs"][0]),
        "listing": backup_store.piece(manifest.listing[0]),
        "file": backup_store.piece(entry.sha256),
        "manifest": f"backups/{manifest.stamp}.json",
    }[what]
    path = tmp_path / "backups" / damaged
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    if how == "lost":
        path.unlink()
    else:
        path.write_bytes(content if how == "flipped" else content[:-3])
    with pytest.raises(Damaged, match=damaged):
        backups.check(folder, manifest.stamp)
    # The command says it and fails; where the manifest is lost, there is no backup at all.
    assert backup.main(["check", str(tmp_path / "backups"), "--stamp", manifest.stamp]) == 1
    assert damaged in capsys.readouterr().err


@pytest.mark.parametrize("how", ["flipped", "lost"])
def test_the_next_night_mends_what_was_damaged(how: str, folder: Folder, tmp_path: Path) -> None:
    fill(Status.PRINTING, 2, days=1)
    stamp = make(folder, days_ago=1).manifest.stamp
    path = tmp_path / "backups" / backup_store.piece(next(backup_store.files_of(folder, stamp)).sha256)
    if how == "lost":
        path.unlink()
    else:
        path.write_bytes(b"!" + path.read_bytes()[1:])
        with pytest.raises(Damaged):
            backups.check(folder, stamp)
    assert make(folder).new_files >= 1
    backups.check(folder, stamp)


def test_damaged_rows_keep_no_backup_from_its_end(folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    """Two jobs that both say that they hold a guard do so tomorrow as well."""
    first, second = fill(Status.PRINTING, 2, days=1)
    second.short_id = first.short_id
    second.save()
    stamp = make(folder).manifest.stamp
    assert "two jobs hold one guard" in caplog.text
    (held,) = [row for row in Backup(folder, stamp).rows("guards") if row["id"].startswith("short#")]
    assert held["job_id"] == first.id
