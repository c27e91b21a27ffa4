"""All rows and files of the lab, each job as it is at one moment, read while the lab works.

Nothing stands still for a backup, and a scan is not one moment. So: look where every job and every chain of
events stands, read everything, and look again. What stands where it stood has not changed in between. The few
jobs that have moved are read anew, each between two looks at it, until it stood still meanwhile. Every change
of a job moves its version or the end of its chain, with the rows that go with it in one transaction. What
changes after the second look is for the next backup.

File work that is not finished yet is finished in the copy: a job has the files of the folder where it stands,
and a record that says what its row says. So a restore has nothing to sweep.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TextIO, cast

from chalicelib.aws import cleanups, files, guards, jobs, rows
from chalicelib.aws.cleanups import Unfinished
from chalicelib.aws.files import StoredFile
from chalicelib.aws.rows import Row
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.audit import STATUS_OF
from chalicelib.domain.people import staff_guard
from chalicelib.services import backup_store, metadata
from chalicelib.services.backup_store import Entry
from chalicelib.services.copying import Copies
from chalicelib.services.owners import owed

log = logging.getLogger(__name__)

# The tables whose rows belong to one job each, by the attribute that says which; read anew job by job.
OF_JOBS = {"jobs": "id", "chains": "job_id", "events": "job_id", "payments": "job_id"}
# Small ones, read anew as a whole. Of the guards only those of staff: a job's follow from its row.
TOGETHER = ("outbox", "guards", "staff", "workstations", "config")
# Sums over events: a restore adds them up again for the days of the backup.
SUMS = ("days",)
TABLES = (*OF_JOBS, *TOGETHER, *SUMS)
# Made again by themselves, or of a day: counts, file work, announced uploads, windows, findings, samples.
LEFT_OUT = ("counters", "cleanups", "uploads", "candidates", "transient", "audits", "findings", "watch")
_PASSING = (f"{filenames.INCOMING}/", f"{filenames.EXPORTS}/")

_OF_STAFF = staff_guard("")

_ROUNDS = 10


class KeepsChanging(Exception):
    """The same jobs change all the time; the next run tries again."""


@dataclass(frozen=True)
class _Look:
    """Where jobs stand: a mark for each job and chain; short ids and versions; unfinished file work."""

    marks: dict[str, str]
    short_ids: dict[str, str]
    versions: dict[str, int]
    unfinished: Unfinished


def _look(only: Collection[str] | None = None) -> _Look:
    """At everything, or at some jobs."""
    marks: dict[str, str] = {}
    short_ids: dict[str, str] = {}
    versions: dict[str, int] = {}
    for row in _rows("chains", only, "job_id", "hash", "archived"):
        marks[row["job_id"]["S"]] = f"{row['hash']['S']} {len(row.get('archived', {}).get('SS', ()))}"
    for row in _rows("jobs", only, "id", "version", "short_id"):
        job_id = row["id"]["S"]
        marks[job_id] = f"{row['version']['N']} {marks.get(job_id)}"
        short_ids[job_id], versions[job_id] = row["short_id"]["S"], int(row["version"]["N"])
    # Last: what commits after its mark was read shows by its mark, what did before by its unfinished work.
    return _Look(marks, short_ids, versions, cleanups.unfinished())


def _rows(table: str, only: Collection[str] | None, *names: str) -> Iterator[Row]:
    if only is None:
        yield from rows.scan(table, *names)
    else:
        for job_id in only:
            yield from rows.query(table, OF_JOBS[table], job_id)


def _differing(before: _Look, after: _Look) -> set[str]:
    ids = before.marks.keys() | after.marks.keys()
    return {job_id for job_id in ids if before.marks.get(job_id) != after.marks.get(job_id)}


def lasting_files() -> Iterator[StoredFile]:
    """The current version of every object that is there to stay."""
    return (file for file in files.versions("") if file.is_latest and not file.key.startswith(_PASSING))


@dataclass
class ConsistentCopy:
    """The lab in a backup; `folder` takes the rows, which may be more than memory holds."""

    folder: Path
    copies: Copies
    _files: dict[str, StoredFile | Entry] = field(default_factory=dict)
    _anew: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)
    # Of deleted jobs as well: their files are to be forgotten.
    _short_ids: dict[str, str] = field(default_factory=dict)

    def make(self) -> None:
        """Read everything. Raises KeepsChanging."""
        first = self._remembered(_look())
        for table in TABLES:
            self._spool(table)
        self._files = {file.key: file for file in lasting_files()}
        self._copy_bytes()
        second = self._remembered(_look())
        self._versions = second.versions
        for look in (first, second):
            for key in look.unfinished.keys:
                self._files.pop(key, None)
        changed = _differing(first, second) | first.unfinished.job_ids | second.unfinished.job_ids
        for _ in range(_ROUNDS):
            if not changed:
                return
            before = self._remembered(_look(changed))
            self._read_anew(changed)
            self._copy_bytes()
            changed = _differing(before, self._remembered(_look(changed)))
        raise KeepsChanging(f"{len(changed)} jobs have changed again and again")

    def _remembered(self, look: _Look) -> _Look:
        self._short_ids |= look.short_ids
        return look

    def _copy_bytes(self) -> None:
        self.copies.copy(file for file in self._files.values() if isinstance(file, StoredFile))

    # --- rows ---------------------------------------------------------------------------

    def rows(self, table: str) -> Iterator[str]:
        """The rows of a table, one a line. Raises KeepsChanging."""
        with self._spooled(table, "rt") as spool:
            for line in spool:
                if self._counts(table, json.loads(line)):
                    yield line.removesuffix("\n")
        for of_job in self._anew.values():
            yield from of_job.get(table, ())
        if table == "guards":
            yield from self._guards_of_jobs()

    def _spool(self, table: str) -> None:
        with self._spooled(table, "wt") as spool:
            spool.writelines(f"{_line(row)}\n" for row in rows.scan(table))

    def _spooled(self, table: str, mode: Literal["rt", "wt"]) -> TextIO:
        return cast(TextIO, gzip.open(self.folder / table, mode, compresslevel=1, encoding="utf-8"))

    def _counts(self, table: str, row: Row) -> bool:
        if table in OF_JOBS:
            return row[OF_JOBS[table]]["S"] not in self._anew
        if table == "guards":
            return str(row["id"]["S"]).startswith(_OF_STAFF)
        if table == "outbox":
            # What a later change promised would stand in the way of that change.
            number = int(row["id"]["S"].rpartition(".")[2])
            return number <= self._versions.get(row["job_id"]["S"], 0)
        return True

    def _guards_of_jobs(self) -> Iterator[str]:
        """Who holds what by the rows. The table may be newer: a guard may have gone to another job since."""
        holders: dict[str, str] = {}
        for line in self.rows("jobs"):
            job = Job.from_raw_data(json.loads(line))
            for guard in owed(job):
                first = holders.setdefault(guard, job.id)
                if first != job.id:
                    holders[guard] = _holder_of_both(guard, first, job.id)
        for guard, job_id in holders.items():
            yield _line({"id": {"S": guard}, "job_id": {"S": job_id}})

    def _read_anew(self, changed: set[str]) -> None:
        """Take the rows and files of these jobs as they are now."""
        for job_id in changed:
            self._anew[job_id] = {
                table: [_line(row) for row in rows.query(table, key, job_id)]
                for table, key in OF_JOBS.items()
            }
            self._versions.pop(job_id, None)
        for table in TOGETHER:
            self._spool(table)
        self._forget_files(changed)
        for job_id in changed:
            for line in self._anew[job_id]["jobs"]:
                job = Job.from_raw_data(json.loads(line))
                self._versions[job_id] = int(job.version)
                self._file_anew(job)
        # After the rows: an event that has left the table since is in the archive.
        self._files |= {file.key: file for file in files.current(f"{filenames.TRAIL}/")}

    # --- files --------------------------------------------------------------------------

    def entries(self) -> Iterator[Entry]:
        """The files, in the order of their keys; without what somebody has removed meanwhile."""
        for _, file in sorted(self._files.items()):
            entry = file if isinstance(file, Entry) else self.copies.find(file)
            if entry:
                yield entry

    def _forget_files(self, changed: set[str]) -> None:
        """Whatever is named as theirs, wherever it lies."""
        short_ids = {self._short_ids[job_id] for job_id in changed if job_id in self._short_ids}
        pictures = {filenames.thumbnail_key(job_id) for job_id in changed}
        gone = [key for key in self._files if key in pictures or _short_id(key) in short_ids]
        for key in gone:
            del self._files[key]

    def _file_anew(self, job: Job) -> None:
        """The files of the folder where the job stands, its picture, and a record of what its row says."""
        home = filenames.file_key(job.status, job.display_name)
        for file in files.current(home) + files.current(filenames.thumbnail_key(job.id)):
            self._files[file.key] = file
        record = files.json_body(metadata.document(job))
        etag = hashlib.md5(record, usedforsecurity=False).hexdigest()
        key = filenames.metadata_key(job.status, job.display_name)
        if etag != getattr(self._files.get(key), "etag", None):
            self._files[key] = self.copies.add(key, record, etag, "application/json")


def _holder_of_both(guard: str, first: str, second: str) -> str:
    """Who has a guard by its own row, where two jobs say that they hold it. Raises KeepsChanging.

    Where both still say so, the rows are damaged. That is for the audit: a backup of it is better than none.
    """
    for job_id in (first, second):
        job = jobs.find(job_id)
        if job is None or guard not in owed(job):
            raise KeepsChanging(f"jobs {first} and {second} have just changed places")
    log.error("two jobs hold one guard", extra={"job_ids": [first, second]})
    return guards.owner(guard) or first


def _short_id(key: str) -> str | None:
    """The short id of the job that a file in a status folder is of by its name."""
    folder, _, name = key.partition("/")
    return filenames.short_id_in(name) if folder in STATUS_OF else None


def _line(row: Row) -> str:
    """A row, always the same text for the same row: sets have no order."""
    for value in row.values():
        if "SS" in value:
            value["SS"].sort()
    return backup_store.canonical(row)
