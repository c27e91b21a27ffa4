"""What staff see of what has happened to a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.aws import directory, tables


class EventView(BaseModel):
    """One entry of a job's history; `workstation_name` is what the workstation is called today."""

    id: str
    job_id: str
    timestamp: Time
    event_type: str
    details: dict[str, Any]
    triggered_by: str
    workstation_id: str | None
    workstation_name: str | None

    @classmethod
    def all_of(cls, events: Iterable[tables.Event]) -> list[EventView]:
        """From the table's rows, in their order."""
        told = list(events)
        names = directory.workstation_names({e.workstation_id for e in told if e.workstation_id})
        return [cls.of(event, names) for event in told]

    @classmethod
    def of(cls, event: tables.Event, names: Mapping[str, str]) -> EventView:
        """From the table's row and the names of workstations."""
        place = event.workstation_id
        return cls(
            id=event.id,
            job_id=event.job_id,
            timestamp=event.timestamp,
            event_type=event.event_type,
            details=event.details,
            triggered_by=event.triggered_by,
            workstation_id=place,
            workstation_name=names.get(place, place) if place else None,
        )


class EventList(BaseModel):
    """A job's history, oldest first; not `complete` where its earliest events lie in the archive only."""

    events: list[EventView]
    complete: bool
