"""A file that a slicer saved on the lab share, on its way to the other files of its job.

It is announced, sent straight to the store, verified there, and placed in one transaction with the event
that tells of it. Nothing is overwritten that the agent has not seen: two people who slice at the same time
both keep their work.
"""

from __future__ import annotations

import copy
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import candidates, counters, events, files, guards, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import CandidateUpload, Job
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain import filenames
from chalicelib.domain.errors import Conflict, Gone, InvalidInput, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import clock
from chalicelib.services.filing import Filing

log = logging.getLogger(__name__)

UPLOAD_TIME = timedelta(hours=1)
UPLOAD_KEPT = timedelta(days=2)
# G-code of a large print; one POST takes 5 GB.
MAX_BYTES = 512 << 20
_TRIES = 5


@dataclass(frozen=True)
class Saved:
    """A file as it lies on the share; `replaces`: the ETag of the stored file that it was made over."""

    name: str
    size: int
    sha256: str
    replaces: str | None


@dataclass(frozen=True)
class Announced:
    """Where the file belongs, and the signed form for it; None when the job has this very file already."""

    job: Job
    upload: CandidateUpload | None
    post: dict[str, Any] | None


@dataclass(frozen=True)
class Placed:
    """Where the file is now: beside the job's other files, under the name `name`."""

    job: Job
    name: str


def announce(saved: Saved) -> Announced:
    """Find the file's job by its name, wherever the job stands now, and sign the way to the store.

    Raises InvalidInput for a name or size that is not accepted, NotFound when no job has such files.
    """
    problem = filenames.problem_with_candidate_name(saved.name)
    if problem:
        raise InvalidInput.field("name", problem)
    if not 0 < saved.size <= MAX_BYTES:
        raise InvalidInput.field("size", f"Files of 1 byte to {MAX_BYTES >> 20} MB are taken.")
    job = _job_of(saved.name)
    if _is_there(job, saved.name, saved.size, saved.sha256):
        return Announced(job, None, None)
    now = clock.now()
    upload = CandidateUpload(
        id=uuid.uuid4().hex,
        job_id=job.id,
        name=saved.name,
        size=saved.size,
        sha256=saved.sha256,
        replaces=saved.replaces,
        created_at=now,
        expires_at=now + UPLOAD_TIME,
    )
    upload.save()
    expires_s = int(UPLOAD_TIME.total_seconds())
    post = files.presign_post(_key(upload), size=saved.size, sha256=saved.sha256, expires_s=expires_s)
    return Announced(job, upload, post)


def _job_of(name: str) -> Job:
    """The one job whose display name `name` begins with. Raises NotFound."""
    job_id = guards.owner(short_id_guard(filenames.short_id_in(name) or ""))
    job = jobs.find(job_id) if job_id else None
    if job is None or not filenames.belongs_to(name, job.display_name):
        raise NotFound("No job has files of this name. It may have been deleted.", name=name)
    return job


def complete(candidate_id: str, by: Caller) -> Placed:
    """Place the file beside its job once it has arrived; repeating it answers the same.

    Raises NotFound, Gone (its hour is over, or its job is gone), Conflict (nothing has arrived yet) and
    InvalidInput when what arrived is not what was announced.
    """
    upload = candidates.find(candidate_id)
    if upload is None:
        raise NotFound(
            "There is no such announced file. Please announce it again.", candidate_id=candidate_id
        )
    if upload.completed_at:
        return _placed(upload)
    if clock.now() >= upload.expires_at:
        raise Gone("This file took longer than an hour. Please announce it again.", reason="expired")
    try:
        return _place(upload, _verified(upload), by)
    except files.Missing:
        return _completed_by_another(upload)


def _completed_by_another(upload: CandidateUpload) -> Placed:
    done = candidates.find(upload.id)
    if done is not None and done.completed_at:
        return _placed(done)
    raise Conflict("The file has not arrived yet. Please upload it again.", code="upload_incomplete")


def _placed(upload: CandidateUpload) -> Placed:
    return Placed(_still(upload), upload.placed_as or upload.name)


def _still(upload: CandidateUpload) -> Job:
    job = jobs.find(upload.job_id)
    if job is None:
        raise Gone("This job has been deleted.", reason="deleted")
    return job


def _key(upload: CandidateUpload) -> str:
    return filenames.incoming_key(upload.id, filenames.extension(upload.name))


def _verified(upload: CandidateUpload) -> StoredFile:
    """The arrived file, proven to be the announced bytes; anything else is removed. Raises files.Missing."""
    key = _key(upload)
    head = files.head(key)
    if head is None:
        raise files.Missing
    sha256 = head.sha256 or files.sha256(key, head.version_id)
    if (head.size, sha256) != (upload.size, upload.sha256):
        files.delete(key, head.version_id)
        raise InvalidInput(
            "What arrived is not the announced file. Please announce it again.",
            code="checksum_mismatch",
            fields={"sha256": "The file that arrived has another one."},
        )
    return StoredFile(key, head.version_id, head.size, upload.created_at)


def _place(upload: CandidateUpload, arrived: StoredFile, by: Caller) -> Placed:
    for _ in range(_TRIES):
        job, now = _still(upload), clock.now()
        name = _free_name(job, upload)
        try:
            if _is_there(job, name, int(upload.size), upload.sha256):
                candidates.complete(upload, name, now)
                _drop_incoming(upload)
            else:
                _commit(upload, arrived, job, name, by, now)
            return Placed(job, name)
        except ConditionFailed:  # the job has moved on, or another call has placed this very file
            done = candidates.find(upload.id)
            if done is not None and done.completed_at:
                return _placed(done)
    raise Conflict("Please try again.", code="changed_meanwhile")


def _free_name(job: Job, upload: CandidateUpload) -> str:
    """Its own name, or one beside it where the name is taken by something that the agent has not seen."""
    # What the student sent stays for the job's whole life.
    seen = upload.replaces if upload.name != job.original_name else None
    if _is_free(job, upload, upload.name, seen):
        return upload.name
    # The same bytes get the same name; even that can have been saved over by somebody.
    marked = filenames.beside(upload.name, upload.sha256[:8])
    return marked if _is_free(job, upload, marked, None) else filenames.beside(upload.name, upload.id)


def _is_free(job: Job, upload: CandidateUpload, name: str, seen: str | None) -> bool:
    """True when nothing is there, or the same bytes, or those that the agent has seen."""
    head = files.head(filenames.file_key(job.status, name))
    return (
        head is None
        or (seen is not None and head.etag == seen)
        or _same(job, name, int(upload.size), upload.sha256)
    )


def _is_there(job: Job, name: str, size: int, sha256: str) -> bool:
    """True when the job has this very file, and the trail tells of it (a call may have died in between)."""
    if not _same(job, name, size, sha256):
        return False
    if name == job.original_name:
        return True
    return any(
        event.event_type == EventType.CANDIDATE_FILE_FOUND and event.details.get("sha256") == sha256
        for event in events.of_job(job.id)
    )


def _same(job: Job, name: str, size: int, sha256: str) -> bool:
    key = filenames.file_key(job.status, name)
    head = files.head(key)
    if head is None or head.size != size:
        return False
    try:
        return (head.sha256 or files.sha256(key, head.version_id)) == sha256
    except files.Missing:  # it moved on with its job
        return False


def _commit(
    upload: CandidateUpload, arrived: StoredFile, job: Job, name: str, by: Caller, now: datetime
) -> None:
    """Copy, commit, finish. Raises ConditionFailed after taking the copies back, files.Missing."""
    after = copy.deepcopy(job)
    after.version = job.version + 1
    key = filenames.file_key(job.status, name)
    replaced = [file for file in files.versions(key) if file.key == key]
    work = Filing(job.id, now, drop=[*files.versions(arrived.key), *replaced])
    # No name: it holds the student's.
    details = {
        "file_type": filenames.extension(name),
        "file_size": int(upload.size),
        "sha256": upload.sha256,
        "replaced": bool(replaced),
    }
    told = events.make(job.id, EventType.CANDIDATE_FILE_FOUND, by, now, details)
    try:
        work.copy_to(job.status, [(arrived, name)], after)
        events.record(
            [told],
            lambda t: jobs.stage_touch(t, job),
            lambda t: candidates.stage_complete(t, upload, name, now),
            lambda t: counters.stage_change(t, job, job.status, job.status, now),
            work.stage,
        )
    except (ConditionFailed, files.Missing):
        if work.undone():
            raise
    work.settle()


def drop_abandoned(now: datetime) -> int:
    """Forget announced files whose time is long over, with whatever arrived for them; answers how many."""
    dropped = 0
    for upload in candidates.ended_before(now - UPLOAD_KEPT):
        try:
            _drop_incoming(upload)
            upload.delete()
            dropped += 1
        except Exception:  # one that fails must not keep the others
            log.exception("abandoned candidate kept", extra={"candidate_id": upload.id})
    return dropped


def _drop_incoming(upload: CandidateUpload) -> None:
    for file in files.versions(_key(upload)):
        files.delete(file.key, file.version_id)
