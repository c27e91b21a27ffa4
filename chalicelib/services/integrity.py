"""One slice of an audit: index and listing of a folder, compared, and each doubt looked into.

Listings and indexes are only where doubts come from. A finding is what still holds when jobs and guards,
then the unfinished file work, then the objects, and then the jobs and guards again are read consistently:
a change that goes on meanwhile shows as unfinished work, or has changed what was read first.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice, takewhile
from typing import Any

from chalicelib.aws import audits, cleanups, files, jobs
from chalicelib.aws.cleanups import Unfinished
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Audit, Finding, Job
from chalicelib.domain import filenames
from chalicelib.domain.audit import COUNTERS, PLACES, STATUS_OF, FindingKind, pair
from chalicelib.domain.lifecycle import Status
from chalicelib.services import census, filing, metadata, originals, owners

_BATCH = 100
# What ends a slice early: so many objects for each job of its window, or so many doubts.
_OBJECTS_FOR_A_JOB = 10
_MOST_DOUBTS = 1_000


@dataclass
class Slice:
    """What one slice saw and found, and where the next one goes on: None where the place is done."""

    jobs_seen: int = 0
    objects_seen: int = 0
    findings: list[Finding] = field(default_factory=list)
    after: tuple[str, str] | None = None


@dataclass
class _Doubts:
    """What does not look right: jobs with their files here, and files that are of no job here."""

    jobs: list[str] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)

    @property
    def many(self) -> bool:
        """True when looking into them takes as long as one slice should."""
        return len(self.jobs) + len(self.files) >= _MOST_DOUBTS


def look(audit: Audit) -> Slice:
    """Look on where the audit stands. What changed within a sweep's grace before it began is not judged."""
    place = PLACES[int(audit.place)]
    if place == COUNTERS:
        return _counters(audit)
    if place == filenames.THUMBNAILS:
        return _thumbnails(audit)
    return _folder(audit, STATUS_OF[place])


def _folder(audit: Audit, status: Status) -> Slice:
    window, seen, doubts = int(audit.window), Slice(), _Doubts()
    names = heapq.nsmallest(window + 1, _names(status, audit.after_name))
    end = names[window - 1][0] if len(names) > window else None
    name, key = audit.after_name, audit.after_key
    groups = pair(names[:window], _listed(status, key, end))
    while batch := list(islice(groups, _BATCH)):
        _judge(batch, status, _young_since(audit), doubts)
        seen.jobs_seen += sum(job is not None for job, _ in batch)
        seen.objects_seen += sum(len(present) for _, present in batch)
        name = max([name, *(job[0] for job, _ in batch if job)])
        key = max([key, *(file.key for _, present in batch for file in present)])
        if doubts.many or seen.objects_seen >= _OBJECTS_FOR_A_JOB * window:
            end = name
            break
    seen.after = (name, key) if end is not None else None
    seen.findings = _look_into(audit, status.folder, doubts)
    return seen


def _names(status: Status, after: str) -> Iterator[tuple[str, str]]:
    return (
        (job.display_name, job.id)
        for job in jobs.outlines(status, "display_name")
        if job.display_name > after
    )


def _listed(status: Status, after_key: str, end: str | None) -> Iterator[tuple[str, StoredFile]]:
    """The current files of a folder by their names, up to those of the job `end`."""
    prefix = f"{status.folder}/"
    named = ((f.key.removeprefix(prefix), f) for f in files.versions(prefix, after_key) if f.is_latest)
    return takewhile(lambda n: end is None or n[0] <= end or filenames.belongs_to(n[0], end), named)


def _young_since(audit: Audit) -> datetime:
    return audit.started_at - filing.GRACE


def _judge(
    batch: list[tuple[tuple[str, str] | None, list[StoredFile]]],
    status: Status,
    young: datetime,
    doubts: _Doubts,
) -> None:
    """Sort out what does not look right, by the jobs as they are now."""
    rows = jobs.find_many(job[1] for job, _ in batch if job)
    for paired, present in batch:
        job = rows.get(paired[1]) if paired else None
        if job is None or job.status is not status:
            doubts.files += [file for file in present if file.modified_at <= young]
        elif job.updated_at <= young and not _looks_right(job, present):
            doubts.jobs.append(job.id)


def _looks_right(job: Job, present: list[StoredFile]) -> bool:
    etags = {file.name: file.etag for file in present}
    record = hashlib.md5(files.json_body(metadata.document(job)), usedforsecurity=False).hexdigest()
    needed = {job.original_name, job.authoritative_filename} <= etags.keys()
    untouched = all(originals.is_as_sent(job, f.size, f.etag) for f in present if f.name == job.original_name)
    return needed and untouched and etags.get(job.display_name + filenames.METADATA_SUFFIX) == record


def _look_into(audit: Audit, folder: str, doubts: _Doubts) -> list[Finding]:
    found: list[Finding] = []
    for start in range(0, len(doubts.jobs), _BATCH):
        found += _about_jobs(audit, doubts.jobs[start : start + _BATCH])
    owned = owners.of_files(doubts.files)
    for start in range(0, len(doubts.files), _BATCH):
        found += _about_files(audit, folder, doubts.files[start : start + _BATCH], owned)
    return found


def _about_jobs(audit: Audit, job_ids: list[str]) -> list[Finding]:
    before = jobs.find_many(job_ids)
    unfinished = cleanups.unfinished()
    found = {job.id: _problems(audit, job) for job in before.values() if job.id not in unfinished.job_ids}
    return [finding for job_id in _unchanged(before) for finding in found.get(job_id, [])]


def _unchanged(before: dict[str, Job]) -> list[str]:
    """The ids of the jobs that are still as they were read."""
    now = jobs.find_many(before)
    return [job.id for job in before.values() if job.id in now and now[job.id].version == job.version]


def _problems(audit: Audit, job: Job) -> list[Finding]:
    found = []
    missing = absent(job)
    elsewhere = {file.name: file.key for file in scattered(job)} if missing else {}
    lost = [name for name in missing if name not in elsewhere]
    spoiled = originals.damaged(job)
    if lost or spoiled:
        kind, facts = FindingKind.BROKEN_LINK, _facts(job)
        found.append(audits.found(audit, kind, job_id=job.id, missing=lost, damaged=spoiled, **facts))
    if len(lost) < len(missing):
        found.append(_mismatch(audit, job))
    problem = record_problem(job)
    if problem:
        found.append(
            audits.found(audit, FindingKind.METADATA_MISMATCH, job_id=job.id, problem=problem, **_facts(job))
        )
    return found


def absent(job: Job) -> list[str]:
    """The names of the files that the job cannot do without, and that are not in its folder."""
    wanted = sorted({job.original_name, job.authoritative_filename})
    return [name for name in wanted if files.head(filenames.file_key(job.status, name)) is None]


def _facts(job: Job) -> dict[str, str]:
    return {"short_id": job.short_id, "status": job.status.value}


def _mismatch(audit: Audit, job: Job) -> Finding:
    keys = [file.key for file in scattered(job)]
    return audits.found(audit, FindingKind.FOLDER_MISMATCH, job_id=job.id, keys=keys, **_facts(job))


def scattered(job: Job) -> list[StoredFile]:
    """The job's files in the folders of other statuses than its own."""
    return [
        file
        for status in Status
        if status is not job.status
        for file in files.current(filenames.file_key(status, job.display_name))
    ]


def record_problem(job: Job) -> str | None:
    """What is wrong with the record beside the job's files; None when it says what the job is."""
    try:
        stored = json.loads(files.read(filenames.metadata_key(job.status, job.display_name)))
    except files.Missing:
        return "missing"
    except ValueError:
        return "unreadable"
    return None if stored == metadata.document(job) else "different"


def _about_files(
    audit: Audit, folder: str, strangers: list[StoredFile], owned: dict[str, str]
) -> list[Finding]:
    """Files that are of no job here: of one elsewhere, or of none."""
    before = jobs.find_many(owned[file.key] for file in strangers if file.key in owned)
    unfinished = cleanups.unfinished()
    there = [file for file in strangers if not _at_work(file, owned, unfinished) and files.head(file.key)]
    unchanged = set(_unchanged(before))
    now_owned = owners.of_files([file for file in there if file.key not in owned], ask_index=False)
    found = []
    for file in there:
        job = before.get(owned.get(file.key, ""))
        if job is None:
            if file.key not in now_owned:
                found.append(audits.found(audit, FindingKind.ORPHANED_FILE, key=file.key, **_about(file)))
        elif job.id in unchanged and job.status.folder != folder:
            found.append(_misplaced(audit, job, file))
    return found


def _at_work(file: StoredFile, owned: dict[str, str], unfinished: Unfinished) -> bool:
    return file.key in unfinished.keys or owned.get(file.key) in unfinished.job_ids


def _about(file: StoredFile) -> dict[str, Any]:
    return {"size": file.size, "modified_at": file.modified_at.isoformat()}


def _misplaced(audit: Audit, job: Job, file: StoredFile) -> Finding:
    if is_spare(job, file):
        about = {**_about(file), **_facts(job)}
        return audits.found(audit, FindingKind.STALE_DUPLICATE, key=file.key, job_id=job.id, **about)
    return _mismatch(audit, job)


def is_spare(job: Job, file: StoredFile) -> bool:
    """True when the job needs this file of another folder no more: it has the same one where it stands.

    A record is no more than what the job's row says, and there is one for each folder.
    """
    twin = files.head(filenames.file_key(job.status, file.name))
    if file.name == job.display_name + filenames.METADATA_SUFFIX:
        return twin is not None
    return twin is not None and (twin.size, twin.etag) == (file.size, file.etag)


def _thumbnails(audit: Audit) -> Slice:
    limit = _OBJECTS_FOR_A_JOB * int(audit.window)
    prefix = f"{filenames.THUMBNAILS}/"
    pictures = (file for file in files.versions(prefix, audit.after_key) if file.is_latest)
    seen = Slice()
    while batch := list(islice(pictures, _BATCH)):
        seen.objects_seen += len(batch)
        seen.findings += _about_pictures(audit, [f for f in batch if f.modified_at <= _young_since(audit)])
        if seen.objects_seen >= limit:
            seen.after = ("", batch[-1].key)
            break
    return seen


def _about_pictures(audit: Audit, pictures: list[StoredFile]) -> list[Finding]:
    known = owners.of_pictures(pictures)
    strangers = [file for file in pictures if file.key not in known]
    if not strangers:
        return []
    unfinished = cleanups.unfinished()
    there = [f for f in strangers if f.key not in unfinished.keys and files.head(f.key)]
    return [audits.found(audit, FindingKind.ORPHANED_THUMBNAIL, key=f.key, **_about(f)) for f in there]


def _counters(audit: Audit) -> Slice:
    wrong = census.miscounts() or {}
    return Slice(
        findings=[
            audits.found(
                audit,
                FindingKind.COUNTERS_MISMATCH,
                key=census.key_of(figure),
                counter=one.said,
                counted=one.counted,
            )
            for figure, one in wrong.items()
        ]
    )
