"""The append-only audit trail: every event chained to the one before it, and counted for its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from pynamodb.exceptions import DoesNotExist
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws import days
from chalicelib.aws.tables import Event, EventChain
from chalicelib.aws.transactions import ConditionFailed, Stage, back_off, commit
from chalicelib.domain import statistics, trail
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.events import EventType, event_id, happened, time_of
from chalicelib.domain.people import Caller

SYSTEM_EVENTS = "system"
# More than the people who can want the same job at once; the waits between add up to three seconds at most.
_TRIES = 10


def make(
    job_id: str,
    kind: EventType,
    by: Caller,
    now: datetime,
    details: Mapping[str, Any] | None = None,
    sequence: int = 0,
) -> Event:
    """An event, not yet stored. `sequence` orders the events of one change."""
    new_id, told = event_id(now, sequence), dict(details or {})
    return Event(
        job_id=job_id,
        id=new_id,
        day=_day(now),
        timestamp=happened(new_id, told),
        event_type=kind.value,
        details=told,
        triggered_by=by.name,
        workstation_id=by.workstation,
    )


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def record(told: Sequence[Event], *stages: Stage) -> None:
    """Commit `stages` together with the events, all of one job, that tell of them.

    Raises ConditionFailed as `transactions.commit` does, and Unavailable when others keep
    appending to the same chain.
    """
    for attempt in range(_TRIES):
        end = _end_of_chain(told[0].job_id)
        _link(told, end)
        try:
            commit(*stages, lambda t: _stage(t, told, end))  # noqa: B023 - run at once
            return
        except ConditionFailed:
            if _is_stored(told[-1]):  # the first answer was lost, and the client asked again
                return
            if end.hash == _end_of_chain(told[0].job_id).hash:
                raise
        back_off(attempt)
    raise Unavailable("Too much happens at once. Please try again.", component="database")


def _end_of_chain(job_id: str) -> EventChain:
    try:
        return EventChain.get(job_id, consistent_read=True)
    except DoesNotExist:
        return EventChain(job_id, hash=trail.START, last_id="")


def begun(job_ids: Iterable[str]) -> set[str]:
    """Those of the jobs of which the trail has ever told, whether they still exist or not."""
    return {chain.job_id for chain in EventChain.batch_get(job_ids, consistent_read=True)}


def _link(told: Sequence[Event], end: EventChain) -> None:
    """Put `told` behind the end of a chain, in time as well: clocks of two functions may differ."""
    previous, last_id = end.hash, end.last_id
    for event in told:
        if event.id <= last_id:
            behind = time_of(last_id) + timedelta(microseconds=1)
            event.id, event.day = event_id(behind), _day(behind)
            event.timestamp = happened(event.id, event.details)
        event.previous, event.hash = previous, trail.link(previous, content(event))
        previous, last_id = event.hash, event.id


def content(event: Event) -> dict[str, Any]:
    """What the hash of an event covers."""
    return {
        "job_id": event.job_id,
        "id": event.id,
        "event_type": event.event_type,
        "details": event.details,
        "triggered_by": event.triggered_by,
        "workstation_id": event.workstation_id,
    }


def _stage(transaction: TransactWrite, told: Sequence[Event], end: EventChain) -> None:
    for event in told:
        transaction.save(event, condition=Event.id.does_not_exist())
    unmoved = EventChain.job_id.does_not_exist() if end.hash == trail.START else EventChain.hash == end.hash
    last = told[-1]
    moved: list[Action] = [EventChain.last_id.set(last.id), EventChain.hash.set(last.hash)]
    transaction.update(EventChain(last.job_id), actions=moved, condition=unmoved)
    for day, figures in _figures(told).items():
        days.stage_add(transaction, day, last.job_id, figures)


def _figures(told: Sequence[Event]) -> dict[str, days.Figures]:
    found: dict[str, days.Figures] = {}
    for event in told:
        added = figures_of(event)
        if added:
            found.setdefault(_day(event.timestamp), days.Figures()).update(added)
    return found


def figures_of(event: Event) -> dict[str, int]:
    """What an event adds to the figures of the day on which it happened."""
    return statistics.deltas(event.event_type, event.details, event.triggered_by, event.workstation_id)


def _is_stored(event: Event) -> bool:
    try:
        Event.get(event.job_id, event.id, consistent_read=True)
    except DoesNotExist:
        return False
    return True


def of_job(job_id: str) -> list[Event]:
    """The events of a job that are in the table, oldest first."""
    return list(Event.query(job_id, consistent_read=True))


def archived_places(job_id: str) -> list[str]:
    """Where those of its events are that have left the table, the oldest day first."""
    return sorted(_end_of_chain(job_id).archived or ())


def note_archived(leaving: Iterable[Event], place: str) -> None:
    """Write down at each job where these events go. Once is enough, and twice is fine.

    Not for the lab's own events: nobody asks for the history of the lab, and it has no end.
    """
    for job_id in {event.job_id for event in leaving} - {SYSTEM_EVENTS}:
        # A transaction, because it is tried again when an event of the job is told at the same moment.
        with suppress(ConditionFailed):
            commit(partial(_stage_archived, job_id=job_id, place=place))


def _stage_archived(transaction: TransactWrite, job_id: str, place: str) -> None:
    there = EventChain.hash.exists()
    transaction.update(EventChain(job_id), actions=[EventChain.archived.add({place})], condition=there)


def of_day(day: str) -> Iterator[Event]:
    """All events of a UTC day ("2026-11-21") in order, from an index that is a moment behind."""
    yield from Event.by_day.query(day)


def since(moment: datetime, after: str = "") -> Iterator[Event]:
    """All events from `moment` on in order, only those after the event `after`; from the index as well."""
    start = max(f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}", after)
    day, today = time_of(start).date(), datetime.now(UTC).date()
    while day <= today:
        yield from Event.by_day.query(f"{day:%Y-%m-%d}", Event.id > start)
        day += timedelta(days=1)


def first_day() -> date | None:
    """The day of the oldest event. Reads the whole table: only a lab without any digest needs it."""
    days_seen = {event.day for event in Event.scan(attributes_to_get=["day"])}
    return date.fromisoformat(min(days_seen)) if days_seen else None


def remove_archived(archived: Sequence[Event]) -> None:
    """Take events that are safe in the archive out of the table."""
    with Event.batch_write() as batch:
        for event in archived:
            batch.delete(event)
