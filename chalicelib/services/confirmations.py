"""The student's side of a price: look, confirm, ask for a new link; and the schedule that flags late ones."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from chalicelib.aws import documents, jobs
from chalicelib.aws.tables import Job
from chalicelib.domain import confirmation
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, MailType, Status
from chalicelib.domain.people import STUDENT, SYSTEM, Caller
from chalicelib.services import changes, clock, tokens
from chalicelib.services.changes import AlreadyApplied, begin, commit, repeated
from chalicelib.services.transitions import await_confirmation

log = logging.getLogger(__name__)

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def view(token: str) -> tuple[Job, bool]:
    """The job that the link is about, and whether this link has confirmed it already. Changes nothing.

    Raises NotFound, Gone and Conflict as `confirm` would.
    """
    link = tokens.read_confirmation(token)
    job = _job_of(link)
    if confirmation.already_done(job.status, job.confirmed_token_id, link.token_id):
        return job, True
    _check(job, link.token_id)
    return job, False


@repeated
def confirm(token: str, request_id: str | None = None) -> Job:
    """The student accepts the price. A second click finds it done.

    Raises NotFound for a forged link, Gone (expired, superseded), Conflict when the
    job does not await a confirmation or staff have it open.
    """
    link = tokens.read_confirmation(token)
    job = _job_of(link)
    if confirmation.already_done(job.status, job.confirmed_token_id, link.token_id):
        return job
    _check(job, link.token_id)
    by = Caller(STUDENT.actor, STUDENT.name, request_id=request_id)
    try:
        change = begin(job.id, Action.CONFIRM, by)
        _check(change.job, link.token_id)
        change.set(confirmed_at=change.now, confirmed_token_id=link.token_id)
        return commit(change)
    except (AlreadyApplied, Conflict):
        # Two clicks at once: the slower one finds the job confirmed by the very same link.
        job = _job_of(link)
        if confirmation.already_done(job.status, job.confirmed_token_id, link.token_id):
            return job
        raise


def _job_of(link: tokens.Confirmation) -> Job:
    job = jobs.find(link.job_id)
    if job is None:
        raise NotFound("This job does not exist any more.", reason="deleted")
    return job


def _check(job: Job, token_id: str) -> None:
    confirmation.check(
        job_id=job.id,
        status=job.status,
        current_token_id=job.confirm_token_id,
        token_id=token_id,
        expires_at=job.confirm_expires_at or _LONG_AGO,
        now=clock.now(),
    )


@repeated
def resend(job_id: str, by: Caller) -> Job:
    """Send a new link, voiding the old ones; at most one an hour. Raises Conflict, TooManyRequests."""
    try:
        change = changes.edit(job_id, by)
    except AlreadyApplied:
        return jobs.get(job_id)
    job, settings = change.job, documents.lab_settings()
    if job.status is not Status.PENDING:
        raise Conflict(
            f"This job does not await a confirmation: it is {job.status.label}.", status=job.status.value
        )
    cooldown = timedelta(minutes=settings.resend_cooldown_minutes)
    confirmation.check_resend(job.confirmation_last_sent_at, cooldown, change.now)
    await_confirmation(change, timedelta(hours=settings.confirmation_hours))
    change.mails = [MailType.RESEND]
    return commit(change)


def next_resend(job: Job) -> datetime | None:
    """When the student may ask for a new link; None when the job awaits no confirmation."""
    if job.status is not Status.PENDING:
        return None
    cooldown = timedelta(minutes=documents.lab_settings().resend_cooldown_minutes)
    return (job.confirmation_last_sent_at or _LONG_AGO) + cooldown


def flag_expired(now: datetime) -> int:
    """Mark the jobs whose link has run out; answers how many. Running it twice marks nothing twice."""
    flagged = 0
    for seen in jobs.in_status(Status.PENDING):
        if seen.is_confirmation_expired or not seen.confirm_expires_at or now < seen.confirm_expires_at:
            continue
        try:
            flagged += _flag(seen.id, now)
        except Exception:  # one that fails must not keep the others
            log.exception("expiry not flagged", extra={"job_id": seen.id})
    return flagged


def _flag(job_id: str, now: datetime) -> int:
    try:
        change = changes.edit(job_id, SYSTEM, EventType.CONFIRMATION_EXPIRED)
        job = change.job
        late = job.confirm_expires_at is not None and now >= job.confirm_expires_at
        if job.status is not Status.PENDING or job.is_confirmation_expired or not late:
            return 0
        change.set(is_confirmation_expired=True)
        commit(change)
        return 1
    except (Conflict, NotFound):  # somebody works on it: the next run looks again
        return 0
