"""The append-only audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pynamodb.exceptions import PutError
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import Event
from chalicelib.domain.events import EventType, event_id
from chalicelib.domain.people import Caller

SYSTEM_EVENTS = "system"


def make(
    job_id: str,
    kind: EventType,
    by: Caller,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    sequence: int = 0,
) -> Event:
    """An event, not yet stored. `sequence` orders the events of one change."""
    return Event(
        job_id=job_id,
        id=event_id(now, sequence),
        day=f"{now.astimezone(UTC):%Y-%m-%d}",
        timestamp=now,
        event_type=kind.value,
        details=dict(details or {}),
        triggered_by=by.name,
        workstation_id=by.workstation,
    )


def stage(transaction: TransactWrite, event: Event) -> None:
    """Append `event` with the change that it tells of."""
    transaction.save(event, condition=Event.id.does_not_exist())


def append(event: Event) -> None:
    """Append an event that tells of no change to a job (a file was opened)."""
    try:
        event.save(condition=Event.id.does_not_exist())
    except PutError as error:
        # Ids are random: it is there because the client lost the answer and asked again.
        if not condition_failed(error):
            raise


def of_job(job_id: str) -> list[Event]:
    """All events of a job, oldest first."""
    return list(Event.query(job_id, consistent_read=True))
