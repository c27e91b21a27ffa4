"""The student's answer to a price: which link counts, and when."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from chalicelib.domain.errors import Conflict, Gone, TooManyRequests
from chalicelib.domain.lifecycle import Status


def already_done(status: Status, confirmed_token_id: str | None, token_id: str) -> bool:
    """True when this very link has confirmed the job before: a second click is no error."""
    return confirmed_token_id == token_id and status is not Status.PENDING


def check(
    *,
    job_id: str,
    status: Status,
    current_token_id: str | None,
    token_id: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Raise Gone for an expired or superseded link, Conflict when the job does not await an answer.

    The job decides, not the link: a link that was valid once changes nothing after
    the job has moved on.
    """
    if status is not Status.PENDING:
        raise Conflict(
            f"This job does not await a confirmation: it is {status.label}.",
            status=status.value,
        )
    if token_id != current_token_id:
        raise Gone(
            "A newer e-mail has been sent for this job. Please use the link in that one.",
            reason="superseded",
            job_id=job_id,
        )
    if now >= expires_at:
        raise expired(job_id)


def expired(job_id: str) -> Gone:
    """The answer to a link whose time is over."""
    return Gone("This confirmation link has expired.", reason="expired", job_id=job_id)


def check_resend(last_sent_at: datetime | None, cooldown: timedelta, now: datetime) -> None:
    """Raise TooManyRequests while the last confirmation mail is younger than `cooldown`."""
    if last_sent_at is None or now >= last_sent_at + cooldown:
        return
    seconds = ceil((last_sent_at + cooldown - now).total_seconds())
    minutes = ceil(seconds / 60)
    raise TooManyRequests(
        f"An e-mail was sent recently. You can request a new one in {minutes} minutes.", retry_after=seconds
    )
