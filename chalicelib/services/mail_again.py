"""Sending a mail about a job once more."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.aws import documents, limits
from chalicelib.aws.tables import Job
from chalicelib.domain import mails
from chalicelib.domain.errors import Conflict, TooManyRequests
from chalicelib.domain.lifecycle import MailType
from chalicelib.domain.people import Caller
from chalicelib.services import changes, clock
from chalicelib.services.changes import commit, repeated


def send_again(job_id: str, by: Caller, kind: MailType) -> Job:
    """Promise the mail anew, once an hour. Raises Conflict when it would not be true, TooManyRequests."""
    _check(changes.edit(job_id, by).job, kind)  # what is refused anyway must not use up the hour
    cooldown = timedelta(minutes=documents.lab_settings().resend_cooldown_minutes)
    wait = limits.seconds_until_allowed(f"mail-{kind}", job_id, 1, cooldown, clock.now())
    if wait:
        raise TooManyRequests("This mail was sent again recently. Please wait.", retry_after=wait)
    return _promise(job_id, by, kind)


@repeated
def _promise(job_id: str, by: Caller, kind: MailType) -> Job:
    change = changes.edit(job_id, by)
    _check(change.job, kind)
    change.mails = [kind]
    return commit(change)


def _check(job: Job, kind: MailType) -> None:
    if not mails.fits(kind, job.status):
        raise Conflict(
            f"A {kind} mail does not fit a job that is {job.status.label}.", status=job.status.value
        )
