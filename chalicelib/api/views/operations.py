"""What was given up, as administrators see it."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.aws import tables
from chalicelib.aws.queues import Depth
from chalicelib.services.giving_up import FailedMails


class FailedMail(BaseModel):
    """A mail that was given up. `short_id` is null when the job is gone; no address is shown."""

    id: str
    email_type: str
    job_id: str
    short_id: str | None
    requested_by: str
    created_at: Time
    failed_at: Time | None
    attempts: int
    last_error: str | None

    @classmethod
    def of(cls, mail: tables.OutboxMessage, short_id: str | None) -> FailedMail:
        """From the table's row."""
        return cls(
            id=mail.id,
            email_type=mail.kind,
            job_id=mail.job_id,
            short_id=short_id,
            requested_by=mail.requested_by,
            created_at=mail.created_at,
            failed_at=mail.done_at,
            attempts=int(mail.attempts),
            last_error=mail.last_error,
        )


class FailedMailPage(BaseModel):
    """A page of the mails that were given up, latest first."""

    mails: list[FailedMail]
    page: int
    limit: int
    total: int

    @classmethod
    def of(cls, found: FailedMails, page: int, limit: int) -> FailedMailPage:
        """From what was found."""
        mails = [FailedMail.of(mail, found.short_ids.get(mail.job_id)) for mail in found.mails]
        return cls(mails=mails, page=page, limit=limit, total=found.total)


class RetriedMail(BaseModel):
    """A mail that is due again."""

    id: str
    job_id: str
    email_type: str


class QueueView(BaseModel):
    """Messages of one queue: waiting, being worked on, and given up."""

    name: str
    waiting: int
    in_flight: int
    dead: int


class QueueList(BaseModel):
    """Every queue."""

    queues: list[QueueView]

    @classmethod
    def of(cls, depths: dict[str, Depth]) -> QueueList:
        """From the queues' counts."""
        return cls(queues=[QueueView(name=name, **vars(depth)) for name, depth in depths.items()])


class Replayed(BaseModel):
    """How many dead letters went back."""

    queue: str
    moved: int
