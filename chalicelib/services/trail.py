"""Keeping the audit trail: sealing its days, moving old events to the archive, proving it unbroken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.aws import events
from chalicelib.aws import trail as archive
from chalicelib.aws.trail import Entry
from chalicelib.domain import trail
from chalicelib.domain.events import happened

# A function that was slow to commit, and clocks that differ.
_DAY_IS_OVER_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Broken:
    """Where the trail does not hold: what was changed, removed or slipped in."""

    day: date
    problem: str
    job_id: str | None = None
    event_id: str | None = None


def seal(now: datetime) -> list[date]:
    """Write the digest of every day that is over and has none; answers those days.

    Doing it twice writes the same again.
    """
    sealed = archive.sealed_days()
    if sealed:
        before, first = archive.read_digest(sealed[-1])["digest"], sealed[-1] + timedelta(days=1)
    else:
        earliest = events.first_day()
        if earliest is None:
            return []
        before, first = trail.START, earliest
    done = []
    for day in _days(first, (now - _DAY_IS_OVER_AFTER).date() - timedelta(days=1)):
        hashes = [entry["hash"] for entry in events_of(day)]
        digest = trail.digest(before, hashes)
        archive.write_digest(day, len(hashes), before, digest)
        before = digest
        done.append(day)
    return done


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def events_of(day: date) -> list[Entry]:
    """All events of a day in order, wherever they are."""
    found = {event.id: archive.entry(event) for event in events.of_day(day.isoformat())}
    for days_kept in trail.KEPT:
        found.update({entry["id"]: entry for entry in archive.read_archive(day, days_kept)})
    return [found[event_id] for event_id in sorted(found)]


def telling_of(first: date, last: date) -> Iterator[tuple[date, Entry]]:
    """Each event that happened in those days, both included, with its day, whenever it joined the trail."""
    later = [day for day in archive.import_days() if day > last]
    for day in (*_days(first, last), *later):
        for entry in events_of(day):
            happened_on = happened(entry["id"], entry["details"]).date()
            if first <= happened_on <= last:
                yield happened_on, entry


def rotate(now: datetime) -> int:
    """Move the events whose time in the table is over to the archive; answers how many.

    A day's events are stored, and their jobs told where, before they leave the table. One that
    stopped in between is taken up again, as each run begins with the last day of the run before.
    """
    sealed = archive.sealed_days()
    moved = 0
    for days_kept in trail.KEPT:
        start = archive.last_archived(days_kept)
        end = now.date() - timedelta(days=days_kept)
        for day in sealed:
            if day < end and (start is None or day >= start):
                moved += _rotate(day, days_kept)
    return moved


def _rotate(day: date, days_kept: int) -> int:
    leaving = [e for e in events.of_day(day.isoformat()) if trail.days_kept(e.event_type) == days_kept]
    stored = {entry["id"]: entry for entry in archive.read_archive(day, days_kept)}
    wanted = stored | {event.id: archive.entry(event) for event in leaving}
    if not stored or wanted != stored:
        archive.write_archive(day, days_kept, [wanted[event_id] for event_id in sorted(wanted)])
    kept = {entry["id"]: entry for entry in archive.read_archive(day, days_kept)}
    safe = [event for event in leaving if kept.get(event.id) == archive.entry(event)]
    events.note_archived(safe, archive.place(day, days_kept))
    events.remove_archived(safe)
    return len(safe)


def verify() -> Broken | None:
    """The first place where the trail is broken; None when all its sealed days hold."""
    before, ends, last = trail.START, dict[str, str](), None
    for day in archive.sealed_days():
        if last is not None and day != last + timedelta(days=1):
            return Broken(last + timedelta(days=1), "the digest of this day is missing")
        entries = events_of(day)
        broken = _broken_link(day, entries, ends) or _broken_seal(day, entries, before)
        if broken:
            return broken
        before, last = archive.read_digest(day)["digest"], day
    return None


def _broken_link(day: date, entries: list[Entry], ends: dict[str, str]) -> Broken | None:
    """Follow each job's chain through a day; `ends` holds where it stood before and stands after."""
    for entry in entries:
        job_id, event_id = entry["job_id"], entry["id"]
        content = {name: value for name, value in entry.items() if name not in {"hash", "previous"}}
        if trail.link(entry["previous"], content) != entry["hash"]:
            return Broken(day, "this event was changed", job_id, event_id)
        if entry["previous"] != ends.get(job_id, trail.START):
            return Broken(day, "an event before this one was removed or slipped in", job_id, event_id)
        ends[job_id] = entry["hash"]
    return None


def _broken_seal(day: date, entries: list[Entry], before: str) -> Broken | None:
    sealed = archive.read_digest(day)
    if sealed["before"] != before or sealed["digest"] != trail.digest(before, [e["hash"] for e in entries]):
        problem = f"{len(entries)} events do not make the digest that was written over {sealed['events']}"
        return Broken(day, problem)
    return None
