"""A job's history: what is in the table, and what has moved to the archive meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chalicelib.aws import events
from chalicelib.aws import trail as archive
from chalicelib.aws.tables import Event

# A job has something happen to it on ten or twenty days. Each archived one is an object to read.
MAX_PLACES = 60
_AT_ONCE = 8


@dataclass(frozen=True)
class History:
    """Events in order; not `complete` where the job has so many days that the earliest are left out."""

    events: list[Event]
    complete: bool


def of_job(job_id: str) -> History:
    """Everything that happened to a job, whether it still exists or not."""
    found = {event.id: event for event in events.of_job(job_id)}
    places = events.archived_places(job_id)
    if places:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for entries in pool.map(archive.read_place, places[-MAX_PLACES:]):
                mine = (archive.event_of(entry) for entry in entries if entry["job_id"] == job_id)
                # Stored, and not yet out of the table: then it is there twice.
                found |= {event.id: event for event in mine}
    return History([found[event_id] for event_id in sorted(found)], len(places) <= MAX_PLACES)
