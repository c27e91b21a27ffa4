"""Mending what an audit found: each act looks again first, and is one transaction in somebody's name.

Only findings are acted on, each once. What is deleted is named by its versions and deleted after the commit:
what dies in between the sweep finishes. Nothing that is the only copy of a job's file is ever deleted.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable
from datetime import datetime

from chalicelib.aws import audits, cleanups, events, files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Event, Finding, Job
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain import filenames
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services import changes, clock, integrity, owners
from chalicelib.services.filing import Filing

# Reports that can be acted on; older ones say little of today.
_AUDITS = 5
_LONGEST_KEY = 1_000
_SYSTEM = events.SYSTEM_EVENTS


def remove_orphan(key: str, by: Caller) -> Finding:
    """Put a file of no job aside, under Orphaned/<day>/, where it is erased after 30 days.

    Raises NotFound when no audit has found it, Conflict when it is not so any more.
    """
    now = clock.now()
    finding = _finding((FindingKind.ORPHANED_FILE, FindingKind.ORPHANED_THUMBNAIL), key)
    if _is_repeat(finding, by, now):
        return finding
    stored = _versions(key)
    _ensure_idle(key)
    if owners.of_files([stored[0]]) or owners.of_pictures([stored[0]]):
        raise _not_any_more("This file belongs to a job now.")
    name = key if len(key.encode()) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
    try:
        files.copy(stored[0], f"{filenames.ORPHANED}/{now:%Y-%m-%d}/{name}")
    except files.Missing:
        raise _not_any_more("This file is gone.") from None
    work = Filing(_SYSTEM, now, drop=stored)
    told = _told(_SYSTEM, EventType.FILE_DELETED, "remove-orphan", finding, by, now)
    _commit(finding, by, now, work, told)
    work.settle()
    return finding


def remove_stale(key: str, by: Caller) -> Finding:
    """Delete a file that a job left behind and has where it is now. Raises as `remove_orphan` does."""
    now = clock.now()
    finding = _finding((FindingKind.STALE_DUPLICATE,), key)
    if _is_repeat(finding, by, now):
        return finding
    stored = _versions(key)
    job = _job_of(finding)
    _ensure_idle(key, job)
    if key.startswith(f"{job.status.folder}/"):
        raise _not_any_more("The job is back in this folder.")
    if not integrity.is_spare(job, stored[0]):
        raise _not_any_more("This is the only copy: repair the job's location instead.", code="only_copy")
    work = Filing(job.id, now, drop=_same(stored))
    told = _told(job.id, EventType.FILE_DELETED, "remove-stale", finding, by, now)
    _commit(finding, by, now, work, told, lambda t: jobs.stage_unchanged(t, job))
    work.settle()
    return finding


def repair_metadata(job_id: str, by: Caller) -> Finding:
    """Write the record beside the job's files anew. Raises as `remove_orphan` does."""
    now = clock.now()
    finding = _finding((FindingKind.METADATA_MISMATCH,), job_id)
    if _is_repeat(finding, by, now):
        return finding
    job = _job_of(finding)
    _ensure_idle(None, job)
    if integrity.record_problem(job) is None:
        raise _not_any_more("The record says what the job is.")
    work = Filing(job.id, now)
    work.rewrites_record(job)
    told = _told(job.id, EventType.ADMIN_ACTION, "repair-metadata", finding, by, now)
    _commit(finding, by, now, work, told, lambda t: jobs.stage_unchanged(t, job))
    work.settle(record=job.status)
    return finding


def repair_location(job_id: str, by: Caller) -> Finding:
    """Bring the job's files from other folders into the one of its status. Raises as `remove_orphan` does.

    No file is overwritten: one that differs from its namesake comes under a name of its own.
    """
    now = clock.now()
    finding = _finding((FindingKind.FOLDER_MISMATCH,), job_id)
    if _is_repeat(finding, by, now):
        return finding
    job = _job_of(finding)
    _ensure_idle(None, job)
    strays = integrity.scattered(job)
    if not strays:
        raise _not_any_more("All files of this job are where they belong.")
    work = Filing(job.id, now, drop=[version for file in strays for version in _same(_versions(file.key))])
    told = _told(job.id, EventType.ADMIN_ACTION, "repair-location", finding, by, now, files=len(strays))
    after = copy.deepcopy(job)
    after.version += 1
    try:
        work.copy_to(job.status, _places(job, strays), after)
    except files.Missing:
        work.undone()
        raise _not_any_more("The job's files were moved at the same moment.") from None
    _commit(finding, by, now, work, told, lambda t: jobs.stage_touch(t, job))
    work.settle()
    return finding


def _finding(kinds: Iterable[FindingKind], subject: str) -> Finding:
    """What one of the last audits found. Raises NotFound."""
    for audit in audits.latest(_AUDITS):
        for kind in kinds:
            if finding := audits.finding(audit.id, kind, subject):
                return finding
    raise NotFound("No audit has found this.")


def _is_repeat(finding: Finding, by: Caller, now: datetime) -> bool:
    """True when this very call has mended it. Raises Conflict when another one has."""
    if not finding.mended_at:
        return False
    if changes.is_repeat(by, now):
        return True
    raise _not_any_more(f"{finding.mended_by} has dealt with this already.", mended_by=finding.mended_by)


def _not_any_more(message: str, *, code: str = "not_any_more", **details: object) -> Conflict:
    return Conflict(message, code=code, **details)


def _versions(key: str) -> list[StoredFile]:
    """The versions of exactly this object, the current one first. Raises Conflict when there is none."""
    found = [file for file in files.versions(key) if file.key == key]
    current = [file for file in found if file.is_latest]
    if not current:
        raise _not_any_more("This file is gone.")
    return current + [file for file in found if not file.is_latest]


def _same(stored: list[StoredFile]) -> list[StoredFile]:
    """The versions that hold what the current one holds; what differs may be the only copy of something."""
    record = stored[0].name.endswith(filenames.METADATA_SUFFIX)
    return [file for file in stored if record or file.etag == stored[0].etag]


def _job_of(finding: Finding) -> Job:
    job = jobs.find(finding.job_id or "")
    if job is None:
        raise _not_any_more("The job is gone.")
    return job


def _ensure_idle(key: str | None, job: Job | None = None) -> None:
    """Raise Conflict while a change is at work on the file or the job; both have been read before."""
    unfinished = cleanups.unfinished()
    if key in unfinished.keys or (job is not None and job.id in unfinished.job_ids):
        raise _not_any_more(
            "A change is at work on this file. Please try again in half an hour.", code="busy"
        )


def _told(
    job_id: str, kind: EventType, operation: str, finding: Finding, by: Caller, now: datetime, **more: int
) -> Event:
    """The event. It holds no key, because a key holds the student's name; the finding leads to it."""
    about = {"operation": operation, "task_id": finding.audit_id, "finding": finding.id, **more}
    if finding.key:
        about["folder"] = finding.key.partition("/")[0]
        about["file_type"] = filenames.extension(finding.key)
    return events.make(job_id, kind, by, now, about)


def _commit(finding: Finding, by: Caller, now: datetime, work: Filing, told: Event, *more: Stage) -> None:
    """All at once, the finding as mended. Raises Conflict, the copies taken back, when others were faster."""
    try:
        events.record(
            [told],
            lambda t: audits.stage_mended(t, finding, by.name, now),
            *changes.once(by, now),
            *more,
            work.stage,
        )
    except ConditionFailed:
        if work.undone():
            raise _not_any_more("Somebody changed this at the same moment. Please look again.") from None


def _places(job: Job, strays: list[StoredFile]) -> list[tuple[StoredFile, str]]:
    """Which stray is to be copied under which name; what the job has already, and records, are not."""
    home = filenames.file_key(job.status, job.display_name)
    taken = {_relative(file): file.etag for file in files.current(home)}
    placed = []
    for stray in sorted(strays, key=lambda file: file.modified_at, reverse=True):
        name = _relative(stray)
        if name == job.display_name + filenames.METADATA_SUFFIX or taken.get(name) == stray.etag:
            continue
        if name in taken or (name == job.original_name and not _is_original(job, stray)):
            name = _own_name(name, stray)
        if name not in taken:
            taken[name] = stray.etag
            placed.append((stray, name))
    return placed


def _relative(file: StoredFile) -> str:
    return file.key.partition("/")[2]


def _own_name(name: str, stray: StoredFile) -> str:
    """A name that tells where the file was; the same file gets the same one again."""
    ending = filenames.extension(name)
    folder = stray.key.partition("/")[0]
    return f"{name[: len(name) - len(ending)]}_from{folder}_{stray.etag[:8]}{ending}"


def _is_original(job: Job, file: StoredFile) -> bool:
    """True when it is, to the byte, what the student sent."""
    head = files.head(file.key)
    known = head.sha256 if head and head.version_id == file.version_id else None
    sha256 = known or hashlib.sha256(files.read(file.key, file.version_id)).hexdigest()
    return sha256 == job.file_hash
