"""From the student's form and file to a job."""

from __future__ import annotations

import hashlib
import logging
import uuid
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.aws import counters, documents, events, files, guards, jobs, limits, outbox, uploads
from chalicelib.aws.files import Head, StoredFile
from chalicelib.aws.tables import Event, Job, OutboxMessage, Upload
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain import filenames, networks
from chalicelib.domain.errors import Conflict, Gone, InvalidInput, NotFound, TooLarge, TooManyRequests
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, MailType, Status
from chalicelib.domain.people import STUDENT
from chalicelib.domain.submissions import (
    MAX_INLINE_BYTES,
    Submission,
    check,
    duplicate_guard,
    short_id_guard,
)
from chalicelib.services import changes, clock
from chalicelib.services.filing import Filing

log = logging.getLogger(__name__)

UPLOAD_TIME = timedelta(hours=1)
# A completed upload answers repeats of `complete` for a while after its time.
UPLOAD_KEPT = timedelta(days=2)
_SHORT_ID_TRIES = 5


def announce(form: Submission, address: str) -> tuple[Upload, dict[str, Any]]:
    """Accept a form and hand out the signed form that stores its file.

    Answers the upload and `{"url", "fields"}` for a multipart POST. Raises InvalidInput
    naming each field, Conflict for a duplicate, TooManyRequests.
    """
    upload = _accept(form, address)
    post = files.presign_post(
        filenames.incoming_key(upload.id, form.extension),
        size=form.size,
        sha256=form.sha256,
        expires_s=int(UPLOAD_TIME.total_seconds()),
    )
    return upload, post


def submit_inline(form: Submission, content: bytes, address: str) -> Job:
    """Take form and file in one request. Raises TooLarge naming the other way for large files."""
    if len(content) > MAX_INLINE_BYTES:
        raise TooLarge(
            f"A file over {MAX_INLINE_BYTES // 2**20} MB does not fit this request: announce it with "
            "POST /api/v1/submit/uploads and send it straight to the store.",
            use="/api/v1/submit/uploads",
        )
    upload = _accept(form, address)
    files.put(filenames.incoming_key(upload.id, form.extension), content, "application/octet-stream")
    return complete(upload.id)


def _accept(form: Submission, address: str) -> Upload:
    check(form, documents.catalog())
    _refuse_duplicate(duplicate_guard(form.sha256, form.student_email), own_id=None)
    now = clock.now()
    _count_submission(address, now)
    upload = Upload(
        id=uuid.uuid4().hex,
        form=asdict(form),
        short_id=filenames.new_short_id(),
        created_at=now,
        expires_at=now + UPLOAD_TIME,
    )
    upload.save()
    return upload


def _count_submission(address: str, now: datetime) -> None:
    settings = documents.lab_settings()
    campus = networks.contains(settings.campus_networks, address)
    limit = settings.campus_submissions_per_hour if campus else settings.submissions_per_hour
    wait = limits.seconds_until_allowed("submit", networks.host(address), limit, timedelta(hours=1), now)
    if wait:
        raise TooManyRequests(
            f"{limit} submissions an hour are accepted from one network. "
            f"Please try again in {-(-wait // 60)} minutes.",
            retry_after=wait,
        )


def _refuse_duplicate(guard: str, own_id: str | None) -> None:
    existing = guards.owner(guard)
    if existing and existing != own_id:
        job = jobs.find(existing)
        raise Conflict(
            "You have already submitted this very file, and that job is still in the queue.",
            code="duplicate",
            existing_job_id=existing,
            existing_short_id=job.short_id if job else None,
        )


def complete(upload_id: str) -> Job:
    """Turn an announced upload into a job once its file is there; repeating it answers the same job.

    Raises NotFound, Gone (its hour is over), Conflict (nothing arrived yet, or a duplicate)
    and InvalidInput when what arrived is not what was announced or not a printable model.
    """
    upload = uploads.find(upload_id)
    if upload is None:
        raise NotFound("There is no such upload. Please submit the form again.", upload_id=upload_id)
    if upload.completed_at:
        return _finished(upload_id)
    if clock.now() >= upload.expires_at:
        raise Gone("This upload took longer than an hour. Please submit the form again.", reason="expired")
    form = Submission(**upload.form)
    try:
        arrived = _verified(upload, form)
        _refuse_duplicate(duplicate_guard(form.sha256, form.student_email), upload_id)
        return _create(upload, form, arrived)
    except files.Missing:
        return _completed_by_another(upload_id)


def _finished(job_id: str) -> Job:
    job = jobs.find(job_id)
    if job is None:
        raise Gone("This job has been deleted by the lab.", reason="deleted")
    return job


def _completed_by_another(upload_id: str) -> Job:
    """The file is not there: because a call at the same moment has made the job of it, or it never came."""
    upload = uploads.find(upload_id)
    if upload is not None and upload.completed_at:
        return _finished(upload_id)
    raise Conflict("The file has not arrived yet. Please upload it again.", code="upload_incomplete")


def _verified(upload: Upload, form: Submission) -> StoredFile:
    """The arrived file, proven to be the announced bytes and a model; anything else is removed.

    Raises files.Missing when there is none.
    """
    key = filenames.incoming_key(upload.id, form.extension)
    head = files.head(key)
    if head is None:
        raise files.Missing
    try:
        _prove(key, head, form)
    except InvalidInput:
        files.delete(key, head.version_id)
        raise
    return StoredFile(key, head.version_id, head.size, upload.created_at)


def _prove(key: str, head: Head, form: Submission) -> None:
    if head.size != form.size:
        raise InvalidInput(
            f"{head.size} bytes arrived, {form.size} were announced. Please upload the file again.",
            code="upload_incomplete",
            fields={"file": "The file arrived incomplete."},
        )
    content = files.read(key, head.version_id)
    sha256 = head.sha256 or hashlib.sha256(content).hexdigest()
    if sha256 != form.sha256:
        raise InvalidInput(
            "The file was changed on its way. Please upload it again.",
            code="checksum_mismatch",
            fields={"file": "The file's checksum is not the announced one."},
        )
    from chalicelib import models3d  # numpy, which no other request should wait for

    try:
        models3d.load(content, form.extension)
    except models3d.ModelRefused as refusal:
        raise InvalidInput(
            refusal.message, code="invalid_model", fields={"file": refusal.message}, reason=refusal.code
        ) from refusal


def _create(upload: Upload, form: Submission, arrived: StoredFile) -> Job:
    short_id = upload.short_id
    for _ in range(_SHORT_ID_TRIES):
        job = _new_job(upload.id, short_id, form, arrived)
        try:
            return _commit(upload, job, arrived)
        except ConditionFailed:
            done = uploads.find(upload.id)
            if done is None or done.completed_at:
                return _finished(upload.id)
            _refuse_duplicate(duplicate_guard(form.sha256, form.student_email), upload.id)
            short_id = filenames.new_short_id()
    raise Conflict("Please try again.", code="changed_meanwhile")


def _new_job(job_id: str, short_id: str, form: Submission, arrived: StoredFile) -> Job:
    now = clock.now()
    catalog = documents.catalog()
    material = catalog.material_with(form.method, form.color)
    name = filenames.display_name(form.student_name, form.method, form.color, short_id)
    words = (form.student_name, form.student_email, form.class_number, short_id)
    return Job(
        id=job_id,
        short_id=short_id,
        status=Status.UPLOADED,
        status_entered_at=now,
        created_at=now,
        updated_at=now,
        last_updated_by=STUDENT.name,
        student_name=form.student_name.strip(),
        student_email=form.student_email,
        discipline=form.discipline,
        class_number=form.class_number.strip(),
        acknowledged_minimum_charge=form.acknowledged_minimum_charge,
        search_text="\n".join(words).casefold(),
        original_filename=form.filename,
        display_name=name,
        authoritative_filename=name + form.extension,
        file_hash=form.sha256,
        file_etag=arrived.etag,
        file_size=form.size,
        method=form.method,
        printer=form.printer,
        color=form.color,
        material=material.id if material else None,
    )


def _commit(upload: Upload, job: Job, arrived: StoredFile) -> Job:
    """Copy, commit, finish. Raises ConditionFailed after taking the copies back."""
    now = job.created_at
    work = Filing(job.id, now, drop=list(files.versions(arrived.key)))
    messages = [
        outbox.make(outbox.MAIL, MailType.RECEIPT, job.id, 1, STUDENT, now),
        outbox.make(outbox.MODELS, "analysis", job.id, 1, STUDENT, now),
    ]
    try:
        work.copy_to(Status.UPLOADED, [(arrived, job.original_name)], job)
        events.record([_created(job)], *_stages(upload, job, messages, work))
    except (ConditionFailed, files.Missing):
        if work.undone():
            raise
    work.settle()
    changes.nudge(messages)
    return job


def _created(job: Job) -> Event:
    return events.make(
        job.id,
        EventType.JOB_CREATED,
        STUDENT,
        job.created_at,
        {
            "action": Action.SUBMIT.value,
            "to_status": job.status.value,
            "method": job.method,
            "printer": job.printer,
            "color": job.color,
            "file_hash": job.file_hash,
            "file_size": job.file_size,
            "of": changes.dimensions(job),
        },
    )


def _stages(upload: Upload, job: Job, messages: list[OutboxMessage], work: Filing) -> list[Stage]:
    now = clock.now()  # copying may have taken a while
    return [
        lambda t: jobs.stage_create(t, job),
        lambda t: uploads.stage_complete(t, upload, job.created_at),
        lambda t: guards.stage_take(t, short_id_guard(job.short_id), job.id),
        lambda t: guards.stage_take(t, duplicate_guard(job.file_hash, job.student_email), job.id),
        lambda t: counters.stage_change(t, job, None, job.status, now),
        *[partial(outbox.stage, message=message) for message in messages],
        work.stage,
    ]


def drop_abandoned(now: datetime) -> int:
    """Forget uploads whose time is long over, with whatever arrived for them; answers how many."""
    dropped = 0
    for upload in uploads.ended_before(now - UPLOAD_KEPT):
        try:
            _drop(upload)
            dropped += 1
        except Exception:  # one that fails must not keep the others
            log.exception("abandoned upload kept", extra={"upload_id": upload.id})
    return dropped


def _drop(upload: Upload) -> None:
    form = Submission(**upload.form)
    for file in files.versions(filenames.incoming_key(upload.id, form.extension)):
        files.delete(file.key, file.version_id)
    upload.delete()
