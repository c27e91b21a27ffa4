"""What was given up, and trying again: mails that no server took, messages that no function could handle."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.aws import events, jobs, outbox, queues
from chalicelib.aws.queues import Depth
from chalicelib.aws.tables import OutboxMessage
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services import changes, clock

# More take more than one call: each must end before the gateway gives up.
MAX_REPLAYED = 100


@dataclass(frozen=True)
class FailedMails:
    """A page of mails that were given up, latest first; `short_ids` of the jobs that still exist."""

    mails: list[OutboxMessage]
    short_ids: dict[str, str]
    total: int


def failed_mails(page: int, limit: int) -> FailedMails:
    """One page of the mails that were given up."""
    start = (page - 1) * limit
    mails = outbox.given_up(start + limit)[start:]
    known = jobs.find_many({mail.job_id for mail in mails}, "short_id")
    return FailedMails(
        mails, {job_id: job.short_id for job_id, job in known.items()}, outbox.count(outbox.FAILED)
    )


def retry_mail(mail_id: str, by: Caller) -> OutboxMessage:
    """Let a mail that was given up be sent again. Raises NotFound, and Conflict when it was not given up.

    Of two who ask at the same moment one is told that the other was faster; a repeat of the very
    call that did it finds it done.
    """
    mail = outbox.find(mail_id)
    if mail is None:
        raise NotFound("There is no such mail.", mail_id=mail_id)
    now = clock.now()
    if changes.is_repeat(by, now):
        return mail
    details = {"what": "mail retried", "email_type": mail.kind, "outbox_id": mail.id}
    told = events.make(mail.job_id, EventType.ADMIN_ACTION, by, now, details)
    try:
        events.record([told], lambda t: outbox.stage_retry(t, mail, now), *changes.once(by, now))
    except ConditionFailed:
        state = mail.state if mail.state != "failed" else "waiting"
        raise Conflict(
            f"This mail was not given up: it is {state}.", code="not_failed", state=state
        ) from None
    changes.nudge([mail])
    return mail


def depths() -> dict[str, Depth]:
    """How full each queue is."""
    return {name: queues.depth(name) for name in queues.NAMES}


def replay(queue: str, by: Caller) -> int:
    """Put dead letters back into their queue, at most `MAX_REPLAYED`; answers how many. Raises NotFound.

    It is on record before it happens: a message may be moved twice, never unattributed.
    """
    if queue not in queues.NAMES:
        raise NotFound("There is no such queue.", queues=list(queues.NAMES))
    found = min(queues.depth(queue).dead, MAX_REPLAYED)
    if not found:
        return 0
    details = {"what": "dead letters replayed", "queue": queue, "found": found}
    events.record([events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, clock.now(), details)])
    return queues.replay(queue, found)
