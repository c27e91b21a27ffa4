"""Sending a mail about a job once more."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.aws import documents, limits
from chalicelib.aws.tables import Job
from chalicelib.domain import mails
from chalicelib.domain.errors import Conflict, TooManyRequests
from chalicelib.domain.lifecycle import MailType
from chalicelib.domain.people import Caller
from chalicelib.services import changes
from chalicelib.services.changes import commit, repeated


@repeated
def send_again(job_id: str, by: Caller, kind: MailType) -> Job:
    """Promise the mail anew, once an hour. Raises Conflict when it would not be true, TooManyRequests."""
    change = changes.edit(job_id, by)
    if not mails.fits(kind, change.job.status):
        raise Conflict(
            f"A {kind} mail does not fit a job that is {change.job.status.label}.",
            status=change.job.status.value,
        )
    cooldown = timedelta(minutes=documents.lab_settings().resend_cooldown_minutes)
    wait = limits.seconds_until_free(f"mail-{kind}", job_id, 1, cooldown, change.now)
    if wait:
        raise TooManyRequests("This mail was sent again recently. Please wait.", retry_after=wait)
    change.stages.append(lambda t: limits.stage_use(t, f"mail-{kind}", job_id, 1, cooldown, change.now))
    change.mails = [kind]
    return commit(change)
