"""Moving a job's files between status folders so that a crash at any point loses nothing.

A move writes down what it is about to write (the intent), copies, lets the caller
commit, and then removes exactly the object versions it copied from. Whatever a
crash leaves, the sweep finishes. What is left too long before its commit is abandoned
and cannot commit any more, so that the sweep never competes with a process that was
only asleep.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from chalicelib.aws import cleanups, files, jobs
from chalicelib.aws.files import StoredFile, Written
from chalicelib.aws.tables import Cleanup, Job
from chalicelib.aws.transactions import Transaction
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from chalicelib.services import metadata

log = logging.getLogger(__name__)

# Lambda ends every function after 15 minutes, the API's after half a minute. Older than each of
# these, a change is abandoned; an object where its job is not is a stray; a row is settled. The
# gaps cover clocks that differ and copies that are made a while after their row.
_ABANDONED_AFTER = timedelta(minutes=10)
_STRAY_AFTER = timedelta(minutes=15)
GRACE = timedelta(minutes=20)


def files_of(job: Job) -> list[StoredFile]:
    """Every version of every file of the job in its current folder."""
    return list(files.versions(_home(job)))


def everything_of(job: Job) -> list[StoredFile]:
    """`files_of` and the picture: what goes when the job goes."""
    return files_of(job) + list(files.versions(filenames.thumbnail_key(job.id)))


def _home(job: Job) -> str:
    """What the keys of all the job's files begin with."""
    return filenames.file_key(job.status, job.display_name)


@dataclass
class Filing:
    """The file work of one change, and the row that lets a sweep finish it."""

    job_id: str
    now: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    writes: list[str] = field(default_factory=list)
    drop: list[StoredFile] = field(default_factory=list)
    placed: list[Written] = field(default_factory=list)
    intended: bool = False
    left: tuple[str, int] | None = None

    def copy_to(self, target: Status, sources: list[tuple[StoredFile, str]], job: Job) -> None:
        """Copy (source, new file name) pairs into the folder of `target`, with `job`'s record beside them."""
        self.lay(target, [(partial(files.copy, source), name) for source, name in sources], job)

    def lay(self, target: Status, writers: list[tuple[Callable[[str], Written], str]], job: Job) -> None:
        """Let (writer, file name) pairs put files into the folder of `target`, and lay `job`'s record beside.

        The intent is on record before the first byte is written.
        """
        names = [name for _, name in writers] + [job.display_name + filenames.METADATA_SUFFIX]
        self.writes = [filenames.file_key(target, name) for name in names]
        cleanups.intend(self.id, self.job_id, self.writes, self.now)
        self.intended = True
        for write, name in writers:
            self.placed.append(write(filenames.file_key(target, name)))
        self.placed.append(metadata.write(job))

    def rewrites_record(self, job: Job) -> None:
        """The job stays where it is, and `settle` brings its record up to date."""
        self.writes = [filenames.metadata_key(job.status, job.display_name)]

    def leaves(self, job: Job) -> None:
        """The job goes from where it is; whoever still writes its record there comes too late."""
        self.left = (filenames.metadata_key(job.status, job.display_name), int(job.version) + 1)

    def stage(self, transaction: Transaction) -> None:
        """Commit with the change: from here on, `drop` is what is left to remove."""
        row = Cleanup(id=self.id, job_id=self.job_id, created_at=self.now, writes=self.writes)
        row.drop = [[file.key, file.version_id] for file in self.drop]
        if self.left:
            row.left_record, row.left_at_version = self.left
        cleanups.stage(transaction, row, intended=self.intended)

    def undone(self) -> bool:
        """After a commit that was refused: take the copies back; False if it did happen after all.

        It did when its first answer was lost and it was asked for again. A winner's copies are
        other versions; where a sweep has been here before, nothing is left to do.
        """
        row = cleanups.find(self.id)
        if row is not None and row.state == cleanups.COMMITTED:
            return False
        if row is not None:
            self._take_back()
        return True

    def _take_back(self) -> None:
        try:
            for written in self.placed:
                files.delete(written.key, written.version_id)
            if not any(written.repeated for written in self.placed):
                cleanups.done(self.id)
        except Exception:
            self._leave_to_sweep()

    def settle(self, record: Status | None = None) -> None:
        """Finish after the commit; `record` is the folder whose record is to be brought up to date.

        What fails here, the sweep does later.
        """
        try:
            for file in self.drop:
                files.delete(file.key, file.version_id)
            if self.left:
                metadata.forget(*self.left)
            if record is None or metadata.refresh(self.job_id, record):
                cleanups.done(self.id)
        except Exception:
            self._leave_to_sweep()

    def _leave_to_sweep(self) -> None:
        log.exception("left to the sweep", extra={"cleanup_id": self.id, "job_id": self.job_id})


def sweep(now: datetime) -> int:
    """Finish what crashed changes left behind; answers how many rows were settled.

    All that is old is abandoned before anything is removed: then whoever wakes up late can
    neither commit with copies that are gone, nor lose some to the row of another change.
    """
    rows = [row for old in cleanups.older_than(now - _ABANDONED_AFTER) if (row := cleanups.abandon(old))]
    return sum(_settled(row, now) for row in rows if row.created_at <= now - GRACE)


def _settled(row: Cleanup, now: datetime) -> bool:
    """Settle one row; one that fails must not keep the others waiting."""
    try:
        if not _settle(row, now):
            return False
        cleanups.done(row.id)
    except Exception:
        log.exception("left to the next sweep", extra={"cleanup_id": row.id, "job_id": row.job_id})
        return False
    return True


def _settle(row: Cleanup, now: datetime) -> bool:
    """Remove what the change left and what it wrote where the job is not. False: something is still young."""
    for key, version_id in row.drop:
        files.delete(key, version_id)
    if row.left_record:
        metadata.forget(row.left_record, int(row.left_at_version))
    job = jobs.find(row.job_id)
    strays = [key for key in row.writes if job is None or not key.startswith(_home(job))]
    clean = _remove_strays(strays, now)
    if job is not None and len(strays) < len(row.writes):
        return metadata.refresh(job.id, job.status) and clean
    return clean


def _remove_strays(keys: list[str], now: datetime) -> bool:
    """Remove old versions of `keys`; True when none is left. A younger one may be of a move that goes on."""
    found = [file for key in keys for file in files.versions(key) if file.key == key]
    old = [file for file in found if file.modified_at <= now - _STRAY_AFTER]
    for file in old:
        files.delete(file.key, file.version_id)
    return old == found
