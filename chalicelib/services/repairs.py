"""Mending what an audit found about files and records; see mending.py for what every act keeps to.

What is deleted is named by its versions and deleted after the commit:
what dies in between the sweep finishes. Nothing that is the only copy of a job's file is ever deleted.
"""

from __future__ import annotations

import copy
import hashlib

from chalicelib.aws import files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Finding, Job
from chalicelib.domain import filenames
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services import clock, integrity, mending, originals, owners
from chalicelib.services.filing import Filing

_LONGEST_KEY = 1_000


def remove_orphan(key: str, by: Caller) -> Finding:
    """Put a file of no job aside, under Orphaned/<day>/, where it is erased after 30 days.

    Raises NotFound when no audit has found it, Conflict when it is not so any more.
    """
    now = clock.now()
    finding = mending.found((FindingKind.ORPHANED_FILE, FindingKind.ORPHANED_THUMBNAIL), key)
    if mending.is_repeat(finding, by, now):
        return finding
    stored = mending.versions(key)
    mending.ensure_idle(key)
    if owners.of_files([stored[0]]) or owners.of_pictures([stored[0]]):
        raise mending.not_any_more("This file belongs to a job now.")
    name = key if len(key.encode()) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
    try:
        files.copy(stored[0], f"{filenames.ORPHANED}/{now:%Y-%m-%d}/{name}")
    except files.Missing:
        raise mending.not_any_more("This file is gone.") from None
    work = Filing(mending.SYSTEM, now, drop=stored)
    told = mending.told(
        mending.SYSTEM, EventType.FILE_DELETED, "remove-orphan", finding, by, now, **_about(key)
    )
    mending.commit(finding, by, now, told, work=work)
    work.settle()
    return finding


def remove_stale(key: str, by: Caller) -> Finding:
    """Delete a file that a job left behind and has where it is now. Raises as `remove_orphan` does."""
    now = clock.now()
    finding = mending.found((FindingKind.STALE_DUPLICATE,), key)
    if mending.is_repeat(finding, by, now):
        return finding
    stored = mending.versions(key)
    job = mending.job_of(finding)
    mending.ensure_idle(key, job)
    if key.startswith(f"{job.status.folder}/"):
        raise mending.not_any_more("The job is back in this folder.")
    if not integrity.is_spare(job, stored[0]):
        raise mending.not_any_more(
            "This is the only copy: repair the job's location instead.", code="only_copy"
        )
    work = Filing(job.id, now, drop=mending.same(stored))
    told = mending.told(job.id, EventType.FILE_DELETED, "remove-stale", finding, by, now, **_about(key))
    mending.commit(finding, by, now, told, lambda t: jobs.stage_unchanged(t, job), work=work)
    work.settle()
    return finding


def repair_metadata(job_id: str, by: Caller) -> Finding:
    """Write the record beside the job's files anew. Raises as `remove_orphan` does."""
    now = clock.now()
    finding = mending.found((FindingKind.METADATA_MISMATCH,), job_id)
    if mending.is_repeat(finding, by, now):
        return finding
    job = mending.job_of(finding)
    mending.ensure_idle(None, job)
    if integrity.record_problem(job) is None:
        raise mending.not_any_more("The record says what the job is.")
    work = Filing(job.id, now)
    work.rewrites_record(job)
    told = mending.told(job.id, EventType.ADMIN_ACTION, "repair-metadata", finding, by, now)
    mending.commit(finding, by, now, told, lambda t: jobs.stage_unchanged(t, job), work=work)
    work.settle(record=job.status)
    return finding


def repair_location(job_id: str, by: Caller) -> Finding:
    """Bring the job's files from other folders into the one of its status. Raises as `remove_orphan` does.

    No file is overwritten: one that differs from its namesake comes under a name of its own.
    """
    now = clock.now()
    finding = mending.found((FindingKind.FOLDER_MISMATCH,), job_id)
    if mending.is_repeat(finding, by, now):
        return finding
    job = mending.job_of(finding)
    mending.ensure_idle(None, job)
    strays = integrity.scattered(job)
    if not strays:
        raise mending.not_any_more("All files of this job are where they belong.")
    work = Filing(
        job.id, now, drop=[version for file in strays for version in mending.same(mending.versions(file.key))]
    )
    told = mending.told(
        job.id, EventType.ADMIN_ACTION, "repair-location", finding, by, now, files=len(strays)
    )
    after = copy.deepcopy(job)
    after.version += 1
    try:
        work.copy_to(job.status, _places(job, strays), after)
    except files.Missing:
        work.undone()
        raise mending.not_any_more("The job's files were moved at the same moment.") from None
    mending.commit(finding, by, now, told, lambda t: jobs.stage_touch(t, job), work=work)
    work.settle()
    return finding


def _about(key: str) -> dict[str, str]:
    """What may be told of an object that a student's name is part of."""
    return {"folder": key.partition("/")[0], "file_type": filenames.extension(key)}


def _places(job: Job, strays: list[StoredFile]) -> list[tuple[StoredFile, str]]:
    """Which stray is to be copied under which name; what the job has already, and records, are not."""
    home = filenames.file_key(job.status, job.display_name)
    taken = {_relative(file): file.etag for file in files.current(home)}
    placed = []
    for stray in sorted(strays, key=lambda file: file.modified_at, reverse=True):
        name = _relative(stray)
        if name == job.display_name + filenames.METADATA_SUFFIX or taken.get(name) == stray.etag:
            continue
        if name in taken or (name == job.original_name and not originals.is_the_same(job, stray)):
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
