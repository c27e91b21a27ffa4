"""Where a student's job is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.aws import days, jobs
from chalicelib.aws.tables import Job
from chalicelib.config import settings
from chalicelib.domain import queue_estimate
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.queue_estimate import Estimate
from chalicelib.services import analytics, clock, history, tokens

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
    """What the tracking page shows; `queue_position` counts from 1 while the job waits for a printer.

    `estimate` is when the print will be finished, where enough is known to say so.
    """

    job: Job
    steps: list[Step]
    queue_position: int | None
    estimate: Estimate | None
    message: str


def link(job_id: str) -> str:
    """The absolute address of a job's tracking page."""
    return f"{settings().public_url}/track?token={tokens.tracking(job_id)}"


def track(token: str) -> Tracked:
    """Everything a student may know of the job. Raises NotFound."""
    job = jobs.find(tokens.read_tracking(token))
    if job is None:
        raise NotFound("This job does not exist any more.", reason="deleted")
    position, estimate = _outlook(job)
    return Tracked(job, _steps(job), position, estimate, _MESSAGES[job.status])


def _steps(job: Job) -> list[Step]:
    arrived: dict[str, datetime] = {}
    for event in history.of_job(job.id).events:
        if "to_status" in event.details:
            arrived[event.details["to_status"]] = event.timestamp
    way = list(_WAY) if job.status in _WAY else [s for s in Status if s.value in arrived]
    reached = way.index(job.status)
    return [
        Step(status, arrived.get(status.value) if i <= reached else None, i == reached)
        for i, status in enumerate(way)
    ]


def _outlook(job: Job) -> tuple[int | None, Estimate | None]:
    """The place in the queue and when the print will be finished."""
    if job.status not in {Status.READYTOPRINT, Status.PRINTING}:
        return None, None
    printing = list(jobs.in_status(Status.PRINTING))
    before = [
        other
        for other in jobs.in_status(Status.READYTOPRINT)
        if job.status is Status.READYTOPRINT and other.status_entered_at < job.status_entered_at
    ]
    position = len(before) + 1 if job.status is Status.READYTOPRINT else None
    return position, _estimate(job, before, [other for other in printing if other.id != job.id])


def _estimate(job: Job, before: list[Job], printing: list[Job]) -> Estimate | None:
    """From what the job's own printer finished lately, or the whole lab where that is too little."""
    now = clock.now()
    lately = [now.date() - timedelta(days=n) for n in range(1, queue_estimate.LOOK_BACK_DAYS + 1)]
    figures = analytics.total(days.figures(lately).values())
    same = [other for other in (*before, *printing) if other.printer == job.printer]
    finished, ahead = figures[f"completed|printer:{job.printer}"], len(same)
    if finished < queue_estimate.FEWEST:
        finished, ahead = figures["completed"], len(before) + len(printing)
    own = job.time_hours or Decimal(0)
    hours = own + sum((other.time_hours or Decimal(0) for other in same), Decimal(0))
    needed = timedelta(hours=float(hours))
    if job.status is Status.PRINTING:
        ahead, needed = 0, max(timedelta(0), job.status_entered_at + timedelta(hours=float(own)) - now)
    return queue_estimate.estimate(now, ahead + 1, finished, needed)
