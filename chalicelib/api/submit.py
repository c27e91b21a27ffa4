"""Submitting a model, and asking where it is."""

from __future__ import annotations

import hashlib

from pydantic import ValidationError

from chalicelib.api.call import Call, explained
from chalicelib.api.form_data import parse
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Nothing, ResendRequest, SubmissionForm, UploadRequest
from chalicelib.api.views.common import Message
from chalicelib.api.views.students import PresignedPost, SubmittedJob, TrackView, UploadView
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import STUDENT, Caller
from chalicelib.domain.submissions import Submission
from chalicelib.services import confirmations, submissions, tracking

routes = Routes()


@routes.post("/submit/uploads", allow={Actor.STUDENT}, status=201, refuses=(429,))
def announce_upload(call: Call, form: UploadRequest) -> UploadView:
    """Check the form and sign the way to the store for exactly this file."""
    submission = Submission(**form.model_dump())
    upload, post = submissions.announce(submission, call.address)
    return UploadView(upload_id=upload.id, expires_at=upload.expires_at, post=PresignedPost(**post))


@routes.post("/submit/uploads/{upload_id}/complete", allow={Actor.STUDENT}, status=201, refuses=(410,))
def complete_upload(call: Call, upload_id: str, _: Nothing) -> SubmittedJob:
    """Verify what arrived and make it a job; repeating it answers the same job."""
    return SubmittedJob.of(submissions.complete(upload_id))


@routes.post("/submit", allow={Actor.STUDENT}, status=201, form=SubmissionForm, refuses=(413, 429))
def submit_small(call: Call) -> SubmittedJob:
    """Form and file in one multipart request, for files up to 4 MB."""
    fields, file = parse(call.headers.get("content-type") or "", call.body)
    consent = fields.pop("acknowledged_minimum_charge", "").lower() in {"true", "yes", "1", "on"}
    try:
        form = SubmissionForm.model_validate({**fields, "acknowledged_minimum_charge": consent})
    except ValidationError as error:
        raise explained(error) from None
    if file is None:
        raise InvalidInput.field("file", "Please choose a file.")
    submission = Submission(
        **form.model_dump(),
        filename=file.filename,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
    )
    return SubmittedJob.of(submissions.submit_inline(submission, file.content, call.address))


@routes.post("/submit/resend-confirmation", allow={Actor.STUDENT}, refuses=(404, 429))
def resend_confirmation(call: Call, form: ResendRequest) -> Message:
    """Mail a new confirmation link, at most one an hour."""
    by = Caller(STUDENT.actor, STUDENT.name, request_id=call.request_id)
    job = confirmations.resend(form.job_id, by)
    return Message(
        message="A new confirmation e-mail is on its way.", next_allowed_at=confirmations.next_resend(job)
    )


@routes.get("/track/{token}", allow={Actor.STUDENT})
def track_job(call: Call, token: str) -> TrackView:
    """Where the job is, for whoever holds the link."""
    return TrackView.of(tracking.track(token))
