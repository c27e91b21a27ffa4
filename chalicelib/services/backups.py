"""Backups: made while the lab works, looked through, and let go when their time is over."""

from __future__ import annotations

import logging
import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from chalicelib.aws import places, watch
from chalicelib.aws.places import Place
from chalicelib.config import settings
from chalicelib.domain import backups
from chalicelib.services import backup_store, clock
from chalicelib.services.backup_store import Damaged, Entry, Manifest
from chalicelib.services.consistent_copy import TABLES, ConsistentCopy, lasting_files
from chalicelib.services.copying import Copies

log = logging.getLogger(__name__)

# Files whose bytes are read back every night; `check` alone reads all.
SAMPLE = 200
# What nobody names may be of a backup that is just being made.
_YOUNG = timedelta(days=2)
# Whoever writes a file does so in less: what has not been touched for longer, nobody writes any more.
_DEAD = timedelta(days=1)
# Lambda ends after 15 minutes. The rows and what changes meanwhile take the rest.
_COPYING = timedelta(minutes=10)


@dataclass(frozen=True)
class Made:
    """A backup, and what this run had to copy for it."""

    manifest: Manifest
    new_files: int
    new_bytes: int
    seconds: float


def make(place: Place, now: datetime, may_go_on: Callable[[], bool] = lambda: True) -> Made | None:
    """Make a backup; None when it was stopped before the end, and the next one goes on.

    Stopped anywhere, nothing counts that was not whole before, and what is copied need not be copied again.
    """
    copies = Copies.known(place)
    # Most of the bytes come first: what follows must see the lab at one moment, and should be short.
    if not copies.copy(lasting_files(), may_go_on):
        return None
    with tempfile.TemporaryDirectory() as folder:
        moment = ConsistentCopy(Path(folder), copies)
        moment.make()
        manifest = _written(place, moment, backups.stamp(now))
    backup_store.write_manifest(place, manifest)
    copies.forget_notes()
    return Made(manifest, copies.new_files, copies.new_bytes, (clock.now() - now).total_seconds())


def _written(place: Place, moment: ConsistentCopy, stamp: str) -> Manifest:
    rows: dict[str, int] = {}
    tables: dict[str, list[str]] = {}
    for table in TABLES:
        counted = _Counted(moment.rows(table))
        tables[table] = backup_store.store_lines(place, counted)
        rows[table] = counted.number
    files = list(moment.entries())
    listing = backup_store.store_lines(place, map(backup_store.line_of, files))
    size = sum(entry.size for entry in files)
    return Manifest(stamp, clock.now().isoformat(), rows, tables, len(files), size, listing)


class _Counted:
    """An iterator that knows how many came."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number += 1
            yield line


# --- looking through --------------------------------------------------------------------


def check(place: Place, stamp: str, sample: int | None = None) -> Manifest:
    """Read a backup's lists back, and the bytes of `sample` of its files or of all. Raises Damaged.

    Damaged bytes are removed: then the next backup stores them again, if the lab still has them.
    """
    manifest = backup_store.read_manifest(place, stamp)
    for table, names in manifest.tables.items():
        if sum(1 for _ in backup_store.lines(place, names)) != manifest.rows[table]:
            raise Damaged(f"the rows of {table} are not as many as {stamp} says")
    there = {found.name: found.size for found in place.pieces(backup_store.BYTES)}
    chosen: list[Entry] = []
    for number, entry in enumerate(backup_store.entries(place, manifest.listing)):
        name = backup_store.piece(entry.sha256)
        if there.get(name) != entry.size:
            _drop(place, name)
            raise Damaged(f"{name}, the bytes of {entry.key}, is missing or has another size")
        _choose(chosen, entry, number, sample)
    for entry in chosen:
        _read_back(place, entry)
    return manifest


def _choose(chosen: list[Entry], entry: Entry, number: int, sample: int | None) -> None:
    """Keep `sample` of all entries, each with the same chance, without knowing how many come."""
    if sample is None or len(chosen) < sample:
        chosen.append(entry)
    elif (at := random.randrange(number + 1)) < sample:  # noqa: S311 - chance, not a secret
        chosen[at] = entry


def _read_back(place: Place, entry: Entry) -> None:
    try:
        backup_store.fetch(place, entry.sha256).close()
    except Damaged as damaged:
        _drop(place, backup_store.piece(entry.sha256))
        raise Damaged(f"{damaged}: the bytes of {entry.key}") from None


def _drop(place: Place, name: str) -> None:
    log.error("damaged bytes in a backup", extra={"piece": name})
    place.delete(name)


# --- letting go -------------------------------------------------------------------------


def prune(place: Place, now: datetime) -> list[str]:
    """Let go of the backups whose time is over, and of bytes that no other names; answers their stamps.

    A manifest goes before what it names, so that what stops in between leaves whole backups only.
    """
    place.tidy(now - _DEAD)
    stamps = backup_store.stamps(place)
    keep = backups.kept(stamps, now)
    gone = [stamp for stamp in stamps if stamp not in keep]
    for stamp in gone:
        backup_store.forget_manifest(place, stamp)
    named = set(_named(place, sorted(keep)))
    for found in place.pieces(backup_store.BYTES):
        if found.name not in named and now - found.modified_at > _YOUNG:
            place.delete(found.name)
    return gone


def _named(place: Place, stamps: list[str]) -> Iterator[str]:
    """Every piece that one of these backups or one that is not ended names. Raises Damaged."""
    for stamp in stamps:
        manifest = backup_store.read_manifest(place, stamp)
        yield from map(backup_store.piece, manifest.lists)
        for entry in backup_store.entries(place, manifest.listing):
            yield backup_store.piece(entry.sha256)
    for noted in backup_store.unfinished(place).values():
        yield from (backup_store.piece(entry.sha256) for entry in noted)


# --- every night ------------------------------------------------------------------------


def nightly(now: datetime) -> None:
    """This night's backup, made, looked through and noted, where a place for it is configured.

    What one run does not finish, the next one does. Raises Damaged, KeepsChanging.
    """
    where = settings().backups
    if where is None:
        return
    place, began = places.place(where), backups.night_began(now)
    tonight = [stamp for stamp in backup_store.stamps(place) if backups.begun_at(stamp) >= began]
    if tonight:
        _look_through_unless_noted(place, tonight[-1], now)
        return
    deadline = clock.now() + _COPYING
    made = make(place, now, lambda: clock.now() < deadline)
    if made is None:
        log.info("backup goes on in the next run")
        return
    proven(place, made, now)


def _look_through_unless_noted(place: Place, stamp: str, now: datetime) -> None:
    """A run may have stopped between the manifest and the note; whoever makes one by hand may be at it."""
    noted, begun_at = watch.last_backup(), backups.begun_at(stamp)
    if noted and noted.last and noted.last >= begun_at:
        return
    manifest = backup_store.read_manifest(place, stamp)
    took = datetime.fromisoformat(manifest.finished_at) - begun_at
    proven(place, Made(manifest, 0, 0, took.total_seconds()), now)


def proven(place: Place, made: Made, now: datetime) -> None:
    """Look through a backup that was just made, note it, and let go of old ones. Raises Damaged.

    One that does not hold is none: the next run makes another.
    """
    try:
        check(place, made.manifest.stamp, SAMPLE)
    except Damaged:
        backup_store.forget_manifest(place, made.manifest.stamp)
        raise
    facts = {"rows": sum(made.manifest.rows.values()), "files": made.manifest.files}
    facts |= {"bytes": made.manifest.file_bytes, "new_bytes": made.new_bytes}
    watch.backed_up(made.manifest.stamp, backups.begun_at(made.manifest.stamp), made.seconds, facts)
    log.info("backup made", extra={"stamp": made.manifest.stamp, **facts})
    prune(place, now)
