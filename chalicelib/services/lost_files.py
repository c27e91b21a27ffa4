"""A job's files that are lost or damaged: brought back where a copy is left, noted where none is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.aws import counters, files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Finding, Job
from chalicelib.domain import filenames
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.people import Caller
from chalicelib.services import clock, integrity, mending, originals
from chalicelib.services.filing import Filing


@dataclass(frozen=True)
class Outcome:
    """What became of a job's lost files."""

    finding: Finding
    restored: int
    lost: tuple[str, ...]

    @property
    def message(self) -> str:
        """In words for whoever asked."""
        back = f"{self.restored} of the job's files came back." if self.restored else ""
        gone = f"No copy is left of {', '.join(self.lost)}: a note at the job says so." if self.lost else ""
        return f"{back} {gone}".strip() or "All files of this job are where they belong."


def repair(job_id: str, by: Caller) -> Outcome:
    """Bring back what can be found, the original by its bytes alone; a note tells of the rest.

    A lost slicer output is no longer the file to print: the original is, while it is there.
    Where all files are there again, out of a backup or by a repair that died, only that is told.
    Raises NotFound when no audit has found it, Conflict when somebody has dealt with it.
    """
    now = clock.now()
    finding = mending.found((FindingKind.BROKEN_LINK,), job_id)
    repeat = mending.is_repeat(finding, by, now)
    job = mending.job_of(finding)
    if repeat:
        return Outcome(finding, 0, tuple(_lost(job)))
    mending.ensure_idle(None, job)
    absent = _lost(job)
    back = _found(job, absent)
    outcome = Outcome(finding, len(back), tuple(name for name in absent if name not in back))
    _commit(job, by, now, outcome, [(source, name) for name, source in back.items()])
    return outcome


def _lost(job: Job) -> list[str]:
    return [*integrity.absent(job), *originals.damaged(job)]


def _commit(
    job: Job, by: Caller, now: datetime, outcome: Outcome, places: list[tuple[StoredFile, str]]
) -> None:
    finding, updates = outcome.finding, _updates(job, by, now, outcome.lost)
    after = copy.deepcopy(job)
    for name, value in {**updates, "version": job.version + 1}.items():
        setattr(after, name, value)
    figures = {"restored": outcome.restored, "lost": len(outcome.lost)}
    told = mending.told(job.id, EventType.ADMIN_ACTION, "repair-link", finding, by, now, **figures)
    # As a move does: what was copied is removed where it was. What was put aside goes by itself.
    left = [source for source, _ in places if not source.key.startswith(f"{filenames.ORPHANED}/")]
    work = Filing(job.id, now, drop=left)
    try:
        work.copy_to(job.status, places, after)
    except files.Missing:
        work.undone()
        raise mending.not_any_more("A file was removed at the same moment. Please try again.") from None
    mending.commit(
        finding,
        by,
        now,
        told,
        lambda t: jobs.stage_analysis(t, job, updates),
        lambda t: counters.stage_change(t, job, job.status, job.status, now),
        work=work,
    )
    work.settle()


def _updates(job: Job, by: Caller, now: datetime, lost: tuple[str, ...]) -> dict[str, Any]:
    """What staff must see of files that are lost for good."""
    if not lost:
        return {}
    hint = "Slice the original again." if job.original_name not in lost else "Ask the student for the file."
    text = f"Lost, and no copy was found: {', '.join(lost)}. {hint}"
    notes = [*(job.notes or []), {"at": now.isoformat(), "staff_name": by.name, "text": text}]
    updates: dict[str, Any] = {"notes": notes, "notes_count": len(notes)}
    if job.original_name not in lost:
        updates["authoritative_filename"] = job.original_name
    return updates


def _found(job: Job, absent: list[str]) -> dict[str, StoredFile]:
    """A copy for each name that has one left, the newest first."""
    left = sorted(_copies(job), key=lambda file: file.modified_at, reverse=True)
    found: dict[str, StoredFile] = {}
    for name in absent:
        is_it = partial(originals.is_the_same, job) if name == job.original_name else partial(_is_named, name)
        source = next(filter(is_it, left), None)
        if source:
            found[name] = source
    return found


def _copies(job: Job) -> Iterator[StoredFile]:
    """All versions of files with the job's name, wherever they lie; removed ones among them."""
    for status in Status:
        yield from files.versions(filenames.file_key(status, job.display_name))
    for file in files.versions(f"{filenames.ORPHANED}/"):
        if filenames.belongs_to(file.name, job.display_name):
            yield file


def _is_named(name: str, file: StoredFile) -> bool:
    return file.name == name
