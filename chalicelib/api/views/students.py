"""What a student sees of a job."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.api.views.common import Time, cents, dollars, print_facts
from chalicelib.api.views.models import Size
from chalicelib.aws import documents, tables
from chalicelib.domain.lifecycle import Status
from chalicelib.services import confirmations, tracking


class PresignedPost(BaseModel):
    """A form that stores a file: POST all `fields`, then the file as `file`, to `url`."""

    url: str
    fields: dict[str, str]


class UploadView(BaseModel):
    """Where to send the announced file, and until when."""

    upload_id: str
    expires_at: Time
    post: PresignedPost


class SubmittedJob(BaseModel):
    """What a student learns of the new job."""

    id: str
    short_id: str
    display_name: str
    status: Status
    status_label: str
    tracking_url: str
    created_at: Time

    @classmethod
    def of(cls, job: tables.Job) -> SubmittedJob:
        """From the job just made."""
        return cls(
            id=job.id,
            short_id=job.short_id,
            display_name=job.display_name,
            status=job.status,
            status_label=job.status.label,
            tracking_url=tracking.link(job.id),
            created_at=job.created_at,
        )


class ConfirmView(BaseModel):
    """What the student is asked to confirm, or has confirmed; no size until the model is measured."""

    job_id: str
    short_id: str
    student_name: str
    display_name: str
    original_filename: str
    size_mm: Size | None
    method: str
    printer_name: str
    color: str
    material: str | None
    material_name: str | None
    weight_g: float | None
    time_hours: float | None
    cost_cents: int | None
    cost_usd: str | None
    status: Status
    status_label: str
    already_confirmed: bool
    expires_at: Time | None
    tracking_url: str

    @classmethod
    def of(cls, job: tables.Job, already_confirmed: bool) -> ConfirmView:
        """From the job that the link names."""
        return cls(
            job_id=job.id,
            student_name=job.student_name,
            original_filename=job.original_filename,
            size_mm=job.mesh["size_mm"] if job.mesh else None,
            already_confirmed=already_confirmed,
            expires_at=job.confirm_expires_at,
            tracking_url=tracking.link(job.id),
            **print_facts(job, documents.catalog()),
        )


class ExpiredView(BaseModel):
    """What the page behind an expired link needs."""

    job_id: str
    short_id: str
    awaiting_confirmation: bool
    next_resend_at: Time | None

    @classmethod
    def of(cls, job: tables.Job) -> ExpiredView:
        """From the job."""
        return cls(
            job_id=job.id,
            short_id=job.short_id,
            awaiting_confirmation=job.status is Status.PENDING,
            next_resend_at=confirmations.next_resend(job),
        )


class TrackStep(BaseModel):
    """One station on the way."""

    status: Status
    status_label: str
    at: Time | None
    current: bool


class EstimateView(BaseModel):
    """Four of five prints are finished between both; from how many that were finished in the last days."""

    earliest: Time
    latest: Time
    finished_lately: int
    days: int


class TrackView(BaseModel):
    """Where a student's job is."""

    short_id: str
    display_name: str
    status: Status
    status_label: str
    created_at: Time
    cost_cents: int | None
    cost_usd: str | None
    paid_cents: int | None
    paid_usd: str | None
    timeline: list[TrackStep]
    queue_position: int | None
    estimate: EstimateView | None
    reject_reasons: list[str]
    message: str

    @classmethod
    def of(cls, tracked: tracking.Tracked) -> TrackView:
        """From what a student may know."""
        job = tracked.job
        cost, paid = cents(job.cost_cents), cents(job.paid_cents)
        return cls(
            short_id=job.short_id,
            display_name=job.display_name,
            status=job.status,
            status_label=job.status.label,
            created_at=job.created_at,
            cost_cents=cost,
            cost_usd=dollars(cost),
            paid_cents=paid,
            paid_usd=dollars(paid),
            timeline=[
                TrackStep(status=s.status, status_label=s.status.label, at=s.at, current=s.current)
                for s in tracked.steps
            ],
            queue_position=tracked.queue_position,
            estimate=EstimateView(**vars(tracked.estimate)) if tracked.estimate else None,
            reject_reasons=_reasons(job),
            message=tracked.message,
        )


def _reasons(job: tables.Job) -> list[str]:
    return [*(job.reject_reasons or []), *([job.custom_reason] if job.custom_reason else [])]
