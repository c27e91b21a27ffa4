"""What of the audit trail lies in object storage: daily digests, and events that left the table."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from chalicelib.aws import events, files
from chalicelib.aws.tables import Event
from chalicelib.domain.events import happened, time_of
from chalicelib.domain.filenames import TRAIL

Entry = dict[str, Any]


def entry(event: Event) -> Entry:
    """An event as plain JSON values, with all that its hash covers."""
    return {**events.content(event), "previous": event.previous, "hash": event.hash}


def event_of(entry: Entry) -> Event:
    """The event as the table had it."""
    day = f"{time_of(entry['id']):%Y-%m-%d}"
    return Event(**entry, day=day, timestamp=happened(entry["id"], entry["details"]))


def _digest_key(day: date) -> str:
    return f"{TRAIL}/digests/{day.isoformat()}.json"


def sealed_days() -> list[date]:
    """The days that have a digest, oldest first."""
    return sorted(
        date.fromisoformat(file.name.removesuffix(".json")) for file in files.current(f"{TRAIL}/digests/")
    )


def read_digest(day: date) -> dict[str, Any]:
    """{day, events, before, digest}. Raises Missing."""
    found: dict[str, Any] = json.loads(files.read(_digest_key(day)))
    return found


def write_digest(day: date, count: int, before: str, digest: str) -> None:
    """Seal a day."""
    document = {"day": day.isoformat(), "events": count, "before": before, "digest": digest}
    files.put_json(_digest_key(day), document)


def place(day: date, days_kept: int) -> str:
    """The name of a day's archive, by which a job remembers it; sorts by the day."""
    return f"{day.isoformat()}/{days_kept}"


def read_place(name: str) -> list[Entry]:
    """The archived events behind a `place`."""
    day, _, days_kept = name.partition("/")
    return read_archive(date.fromisoformat(day), int(days_kept))


def _archive_key(day: date, days_kept: int) -> str:
    return f"{TRAIL}/events-{days_kept}/{day.isoformat()}.jsonl"


def last_archived(days_kept: int) -> date | None:
    """The last day of which the events that stay `days_kept` days have left the table, or begun to."""
    names = [file.name for file in files.current(f"{TRAIL}/events-{days_kept}/")]
    return max((date.fromisoformat(name.removesuffix(".jsonl")) for name in names), default=None)


def read_archive(day: date, days_kept: int) -> list[Entry]:
    """The archived events of a day; none when there is no archive of it."""
    try:
        body = files.read(_archive_key(day, days_kept))
    except files.Missing:
        return []
    return [json.loads(line) for line in body.splitlines()]


def write_archive(day: date, days_kept: int, entries: Iterable[Entry]) -> None:
    """Store the events of a day as JSON lines, replacing what was stored of it."""
    lines = [json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in entries]
    files.put(_archive_key(day, days_kept), "".join(lines).encode(), "application/x-ndjson")


def _import_key(day: date) -> str:
    return f"{TRAIL}/imports/{day.isoformat()}.json"


def note_import(day: date) -> None:
    """Put on record, before the first of them, that events of `day` may tell of earlier days."""
    files.put_json(_import_key(day), {"day": day.isoformat()})


def import_days() -> list[date]:
    """The days on which another system's events joined the trail, oldest first."""
    return sorted(
        date.fromisoformat(file.name.removesuffix(".json")) for file in files.current(f"{TRAIL}/imports/")
    )
