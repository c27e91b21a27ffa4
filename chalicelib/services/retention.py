"""Archiving what is long over, pruning what was archived long ago: many jobs, each by the ordinary way.

A run reads from the index what is due, and takes the jobs one by one, each decided on a consistent
read and committed as one transaction. A run that dies or has no more time leaves whole jobs behind;
the next run goes on with them. Jobs that others changed or hold locked meanwhile are passed over.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from chalicelib.aws import documents, events, jobs
from chalicelib.aws.tables import Job
from chalicelib.domain import lifecycle
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action
from chalicelib.domain.people import SYSTEM, Caller
from chalicelib.services import clock
from chalicelib.services.changes import begin, commit, repeated

log = logging.getLogger(__name__)

# No job is begun after this many seconds: the gateway ends a request after 29, Lambda a function after 900.
REQUEST_S = 20.0
NIGHT_S = 720.0
_AT_ONCE = 8


@dataclass(frozen=True)
class Run:
    """What was due, by the time since which the jobs stand in their status, and what became of it.

    `skipped` were changed or are locked by somebody, `failed` met an error; `remaining` found no time.
    `stored_bytes`, of previews only, is the size of the students' files of what is due.
    """

    retention_days: int
    due: int
    oldest: datetime | None
    newest: datetime | None
    done: int = 0
    skipped: int = 0
    failed: int = 0
    remaining: int = 0
    stored_bytes: int | None = None


def archive_nightly(now: datetime) -> Run:
    """Archive by the lab's settings. Safe to repeat, and to run beside an administrator's run."""
    return run(Action.ARCHIVE, None, SYSTEM, now, NIGHT_S)


def preview(action: Action, days: int | None, now: datetime) -> Run:
    """What `run` would find due. Changes nothing."""
    days = days or _usual_days(action)
    due = _due(action, now - timedelta(days=days))
    sizes = jobs.find_many((job.id for job in due), "file_size").values()
    found = _summary(days, due, Counter(remaining=len(due)))
    return replace(found, stored_bytes=sum(int(job.file_size) for job in sizes))


def run(action: Action, days: int | None, by: Caller, now: datetime, seconds: float) -> Run:
    """Archive or prune what has stood in its status for `days` (None: as the settings say).

    Begins no job when `seconds` are over: then `remaining` says how many wait for another run.
    Raises what went wrong when nothing else happened.
    """
    until = time.monotonic() + seconds
    days = days or _usual_days(action)
    cutoff = now - timedelta(days=days)
    due = _due(action, cutoff)
    if due:
        # Told first: whatever happens to the run, the trail says who wanted it.
        details = {"operation": action.value, "retention_days": days, "due": len(due)}
        events.record([events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, clock.now(), details)])
    each = Caller(by.actor, by.name, by.workstation)  # a request id is for one change
    errors: list[Exception] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        take = partial(_one, action, cutoff, each, until, errors)
        outcomes = Counter(pool.map(take, (job.id for job in due)))
    if errors and not outcomes["done"]:
        raise errors[0]
    return _summary(days, due, outcomes)


def _usual_days(action: Action) -> int:
    settings = documents.lab_settings()
    return settings.prune_after_days if action is Action.PRUNE else settings.archive_after_days


def _due(action: Action, cutoff: datetime) -> list[Job]:
    """The jobs that are due, longest waiting first; only id and time.

    The index is ordered by creation, and no job entered its status before it was made: what was
    made later than `cutoff` is not read. What is read in vain has been made before and moved since.
    """
    sources = sorted(lifecycle.RULES[action].sources)
    found = [
        job
        for status in sources
        for job in jobs.outlines(status, "status_entered_at", created_to=cutoff)
        if job.status_entered_at <= cutoff
    ]
    return sorted(found, key=lambda job: job.status_entered_at)


def _summary(days: int, due: list[Job], outcomes: Counter[str]) -> Run:
    oldest, newest = (due[0].status_entered_at, due[-1].status_entered_at) if due else (None, None)
    return Run(
        days,
        len(due),
        oldest,
        newest,
        done=outcomes["done"],
        skipped=outcomes["skipped"],
        failed=outcomes["failed"],
        remaining=outcomes["remaining"],
    )


def _one(
    action: Action, cutoff: datetime, by: Caller, until: float, errors: list[Exception], job_id: str
) -> str:
    """Take one job; the name of the outcome in `Run`. One that fails must not keep the others."""
    if time.monotonic() >= until:
        return "remaining"
    try:
        return _take(action, cutoff, by, job_id)
    except (Conflict, NotFound):
        return "skipped"
    except Exception as error:
        log.exception("left to the next run", extra={"action": action.value, "job_id": job_id})
        errors.append(error)
        return "failed"


@repeated
def _take(action: Action, cutoff: datetime, by: Caller, job_id: str) -> str:
    change = begin(job_id, action, by)
    if change.job.status_entered_at > cutoff:  # it was reverted and handed over again meanwhile
        return "skipped"
    change.tell(from_status=change.job.status.value, short_id=change.job.short_id)
    commit(change)
    return "done"
