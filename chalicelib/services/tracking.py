"""Where a student's job is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws import events, jobs
from chalicelib.aws.tables import Job
from chalicelib.config import settings
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lifecycle import Status
from chalicelib.services import tokens

_WAY = (
    Status.UPLOADED,
    Status.PENDING,
    Status.READYTOPRINT,
    Status.PRINTING,
    Status.COMPLETED,
    Status.PAIDPICKEDUP,
)

_MESSAGES = {
    Status.UPLOADED: "Staff will review your model. You will receive an e-mail with the price.",
    Status.PENDING: "Please confirm the price: use the link in the e-mail we sent you.",
    Status.READYTOPRINT: "Your job is confirmed and waits for a free printer.",
    Status.PRINTING: "Your job is on the printer.",
    Status.COMPLETED: "Your print is finished. Please pick it up and pay at the lab.",
    Status.PAIDPICKEDUP: "Paid and picked up. Thank you!",
    Status.REJECTED: "This model cannot be printed as it is. You may correct and submit it again.",
    Status.ARCHIVED: "This job is closed.",
}


@dataclass(frozen=True)
class Step:
    """One station on the way; `at` is when the job last arrived there."""

    status: Status
    at: datetime | None
    current: bool


@dataclass(frozen=True)
class Tracked:
    """What the tracking page shows; `queue_position` counts from 1 while the job waits for a printer."""

    job: Job
    steps: list[Step]
    queue_position: int | None
    message: str


def link(job_id: str) -> str:
    """The absolute address of a job's tracking page."""
    return f"{settings().public_url}/track?token={tokens.tracking(job_id)}"


def track(token: str) -> Tracked:
    """Everything a student may know of the job. Raises NotFound."""
    job = jobs.find(tokens.read_tracking(token))
    if job is None:
        raise NotFound("This job does not exist any more.", reason="deleted")
    return Tracked(job, _steps(job), _position(job), _MESSAGES[job.status])


def _steps(job: Job) -> list[Step]:
    arrived: dict[str, datetime] = {}
    for event in events.of_job(job.id):
        if "to_status" in event.details:
            arrived[event.details["to_status"]] = event.timestamp
    way = list(_WAY) if job.status in _WAY else [s for s in Status if s.value in arrived]
    reached = way.index(job.status)
    return [
        Step(status, arrived.get(status.value) if i <= reached else None, i == reached)
        for i, status in enumerate(way)
    ]


def _position(job: Job) -> int | None:
    if job.status is not Status.READYTOPRINT:
        return None
    ahead = sum(
        other.status_entered_at < job.status_entered_at for other in jobs.in_status(Status.READYTOPRINT)
    )
    return ahead + 1
