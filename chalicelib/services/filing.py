"""Moving a job's files between status folders so that a crash at any point loses nothing.

A move writes down what it is about to write (the intent), copies, lets the caller
commit, and then removes exactly the object versions it copied from. Whatever a
crash leaves, `settle` finishes: it is run right after the commit, and by the
sweep for rows that are older than any function can still be running.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.aws import cleanups, files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Cleanup, Job
from chalicelib.aws.transactions import Transaction
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from chalicelib.services import metadata

log = logging.getLogger(__name__)

# Lambda ends every function after 15 minutes: what a crashed change wrote is no younger than that when its
# row's grace is over, and a copy that is younger belongs to somebody else.
LONGEST_RUN = timedelta(minutes=15)
GRACE = timedelta(minutes=20)


def files_of(job: Job) -> list[StoredFile]:
    """Every version of every file of the job in its current folder."""
    prefix = filenames.file_key(job.status, job.display_name)
    return [file for file in files.versions(prefix) if filenames.belongs_to(file.name, job.display_name)]


def everything_of(job: Job) -> list[StoredFile]:
    """`files_of` and the picture: what goes when the job goes."""
    return files_of(job) + list(files.versions(filenames.thumbnail_key(job.id)))


@dataclass
class Filing:
    """The file work of one change, and the row that lets a sweep finish it."""

    job_id: str
    now: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    placed: list[StoredFile] = field(default_factory=list)
    drop: list[StoredFile] = field(default_factory=list)

    def copy_to(self, target: Status, sources: list[tuple[StoredFile, str]], job: Job) -> None:
        """Copy (source, new file name) pairs into the folder of `target` and lay `job`'s record beside them.

        The intent is on record before the first byte is written.
        """
        names = [name for _, name in sources] + [job.display_name + filenames.METADATA_SUFFIX]
        cleanups.intend(self.id, self.job_id, [filenames.file_key(target, name) for name in names], self.now)
        for source, name in sources:
            self.placed.append(files.copy(source, filenames.file_key(target, name)))
        self.placed.append(metadata.write(job))

    def stage(self, transaction: Transaction) -> None:
        """Commit with the change: from here on, `drop` is what is left to remove."""
        cleanups.stage(
            transaction, self.id, self.job_id, [(f.key, f.version_id) for f in self.drop], self.now
        )

    def happened(self) -> bool:
        """True when the change was committed after all: the first answer was lost, its repeat refused."""
        return cleanups.committed(self.id)

    def take_back(self) -> None:
        """Undo the copies of a change that did not happen; a winner's copies are other versions."""
        for file in self.placed:
            files.delete(file.key, file.version_id)
        cleanups.done(self.id)

    def settle(self, *, record_is_fresh: bool) -> None:
        """Finish after the commit. What fails here, the sweep does later."""
        try:
            _drop(self.job_id, [(file.key, file.version_id) for file in self.drop])
            if not record_is_fresh:
                metadata.refresh(self.job_id)
            cleanups.done(self.id)
        except Exception:
            log.exception("left to the sweep", extra={"cleanup_id": self.id, "job_id": self.job_id})


def sweep(now: datetime) -> int:
    """Finish what crashed changes left behind; answers how many rows were settled.

    A row that cannot be settled now does not keep the others waiting.
    """
    settled = 0
    for row in cleanups.older_than(now - GRACE):
        try:
            _settle_row(row)
            settled += 1
        except Exception:
            log.exception("left to the next sweep", extra={"cleanup_id": row.id, "job_id": row.job_id})
    return settled


def _settle_row(row: Cleanup) -> None:
    _drop(row.job_id, [(key, version_id) for key, version_id in row.drop or []])
    if row.drop is None:
        _remove_unproven(row)
    metadata.refresh(row.job_id)
    cleanups.done(row.id)


def _drop(job_id: str, versions: list[tuple[str, str]]) -> None:
    """Remove what a move left behind, and records that were written there after it had looked."""
    for key, version_id in versions:
        files.delete(key, version_id)
    for record in {key for key, _ in versions if key.endswith(filenames.METADATA_SUFFIX)}:
        late = [file for file in files.versions(record) if file.key == record]
        job = jobs.find(job_id)
        if job is None or not record.startswith(job.status.folder + "/"):
            for file in late:
                files.delete(file.key, file.version_id)


def _remove_unproven(row: Cleanup) -> None:
    """Remove copies of a move that never committed, unless the job has come to live there since."""
    job = jobs.find(row.job_id)
    for key in row.unproven or []:
        if job is not None and key.startswith(job.status.folder + "/"):
            continue
        for file in files.versions(key):
            if file.key == key and file.modified_at <= row.created_at + LONGEST_RUN:
                files.delete(file.key, file.version_id)
