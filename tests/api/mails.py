"""What became of the mails that a job promised."""

from __future__ import annotations

from typing import Any

from chalicelib.aws import events
from chalicelib.aws.tables import OutboxMessage
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump

Mail = dict[str, Any]


def delivered(mailbox: Mailbox, pump: Pump) -> list[Mail]:
    """All mails, oldest first, once the queues are empty."""
    pump.step()
    return mailbox.mails()[::-1]


def told(job: dict[str, Any], kind: str = "EmailSent") -> list[str]:
    """The types of mail that the job's history says were sent."""
    return [e.details["email_type"] for e in events.of_job(job["id"]) if e.event_type == kind]


def states(job: dict[str, Any]) -> dict[str, str]:
    """What became of each kind of mail: waiting, sent, dropped or failed."""
    rows = OutboxMessage.scan((OutboxMessage.job_id == job["id"]) & (OutboxMessage.queue == "mail"))
    return {row.kind: row.state for row in rows}
