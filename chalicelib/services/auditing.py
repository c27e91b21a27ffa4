"""Audits: begun by an administrator or at night, made slice by slice by the queue-driven function.

Each slice is a promise in the outbox, kept in the transaction that notes what the slice has done and
promises the next one. A slice that dies is made again; one that is asked for twice is made once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import audits, events, outbox
from chalicelib.aws.tables import Audit, Finding, OutboxMessage
from chalicelib.aws.transactions import ConditionFailed, Stage, commit
from chalicelib.domain.audit import PLACES, FindingKind
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import EventType, event_id
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import SYSTEM, Caller
from chalicelib.services import changes, clock, integrity

log = logging.getLogger(__name__)

# Jobs in one slice: some seconds of work.
WINDOW = 5_000
MAX_ATTEMPTS = 3
_WAIT = timedelta(minutes=2)
# An audit that has not moved for so long is not waited for.
_STUCK_AFTER = timedelta(minutes=30)
_SLICE = "slice"


@dataclass(frozen=True)
class Report:
    """An audit, None before the first, and a page of what it found; `next_cursor` goes on after the last."""

    audit: Audit | None
    findings: list[Finding]
    next_cursor: str | None


def start(by: Caller, now: datetime, window: int = WINDOW) -> Audit:
    """Begin an audit. While one is running, that one is the answer."""
    running = next(iter(audits.latest()), None)
    if running and running.state == audits.RUNNING and now < running.updated_at + _STUCK_AFTER:
        return running
    return _begin(event_id(now), by, now, window)


def start_nightly(now: datetime) -> Audit:
    """Begin the audit of this night; once, however often the schedule fires."""
    return _begin(f"{now:%Y%m%dT%H%M%S}", SYSTEM, now, WINDOW)


def _begin(audit_id: str, by: Caller, now: datetime, window: int) -> Audit:
    audit = audits.make(audit_id, by.name, by.workstation, window, now)
    first = _promise(audit, 1, clock.now())
    told = events.make(
        events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, now, {"operation": "audit", "task_id": audit_id}
    )
    try:
        events.record([told], lambda t: audits.stage_create(t, audit), lambda t: outbox.stage(t, first))
    except ConditionFailed:
        return find(audit_id)
    changes.nudge([first])
    return audit


def _promise(audit: Audit, step: int, now: datetime) -> OutboxMessage:
    by = Caller(Actor.SYSTEM, audit.requested_by, audit.workstation_id)
    return outbox.make(outbox.AUDITS, _SLICE, audit.id, step, by, now)


def go_on(message_id: str, now: datetime) -> None:
    """Make the slice that `message_id` promises. Called twice at once, one call does it; later, none."""
    message = outbox.take(message_id, now)
    if message is None:
        return
    audit = audits.find(message.job_id)
    if audit is None or audit.state != audits.RUNNING:
        commit(lambda t: outbox.stage_done(t, message, "dropped", now))
    elif message.attempts > MAX_ATTEMPTS:
        _note(audit, message, {"state": audits.FAILED, "finished_at": now}, now)
    else:
        _slice(audit, message, now)


def _slice(audit: Audit, message: OutboxMessage, now: datetime) -> None:
    try:
        seen = integrity.look(audit)
        audits.keep(seen.findings)
        updates = _progress(audit, seen, now)
    except Exception as error:
        log.exception("slice left for another attempt", extra={"audit_id": audit.id})
        outbox.postpone(message, now + _WAIT, f"{type(error).__name__}: {error}"[:500])
        return
    _note(audit, message, updates, now)


def _progress(audit: Audit, seen: integrity.Slice, now: datetime) -> dict[str, Any]:
    updates = {
        "jobs_seen": audit.jobs_seen + seen.jobs_seen,
        "objects_seen": audit.objects_seen + seen.objects_seen,
        "totals": audits.count(audit.id),
        "after_name": "",
        "after_key": "",
    }
    if seen.after is not None:
        updates["after_name"], updates["after_key"] = seen.after
    elif audit.place + 1 < len(PLACES):
        updates["place"] = audit.place + 1
    else:
        updates |= {"place": audit.place + 1, "state": audits.DONE, "finished_at": now}
    return updates


def _note(audit: Audit, message: OutboxMessage, updates: dict[str, Any], now: datetime) -> None:
    """Keep the promise, and make the next one while there is more to see."""
    following = [] if "state" in updates else [_promise(audit, int(audit.step) + 1, now)]
    stages: list[Stage] = [
        lambda t: audits.stage_progress(t, audit, {**updates, "updated_at": now}),
        lambda t: outbox.stage_done(t, message, "sent", now),
        *(lambda t, m=m: outbox.stage(t, m) for m in following),
    ]
    try:
        commit(*stages)
    except ConditionFailed:
        log.info("another function has made this slice", extra={"audit_id": audit.id})
        return
    changes.nudge(following)


def find(audit_id: str) -> Audit:
    """The audit of that id. Raises NotFound."""
    audit = audits.find(audit_id)
    if audit is None:
        raise NotFound("There is no such audit.")
    return audit


def report(audit_id: str | None, kind: FindingKind | None, limit: int, cursor: str | None) -> Report:
    """One page of the findings of that audit, of the last one for None, by kind. Raises NotFound."""
    audit = find(audit_id) if audit_id else next(iter(audits.latest()), None)
    if audit is None:
        return Report(None, [], None)
    found = audits.page(audit.id, kind, limit + 1, cursor)
    more = len(found) > limit
    return Report(audit, found[:limit], found[limit - 1].id if more else None)
