"""Opening a job for editing, and who may close it."""

from __future__ import annotations

import logging
from datetime import datetime

from chalicelib.aws import counters, events, jobs
from chalicelib.aws.tables import Job
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain import locks
from chalicelib.domain.errors import Conflict
from chalicelib.domain.events import EventType
from chalicelib.domain.locks import Lock
from chalicelib.domain.people import Caller
from chalicelib.services import clock
from chalicelib.services.changes import ChangedMeanwhile, once, refuse_repeat, repeated

log = logging.getLogger(__name__)


def acquire(job_id: str, by: Caller) -> Lock:
    """Take or renew the lock for five minutes. Raises NotFound, Conflict naming the holder."""
    now = clock.now()
    holder = by.workstation or ""
    lock = Lock(holder, place=by.place or holder, staff=by.name, until=now + locks.DURATION)
    try:
        jobs.take_lock(job_id, lock, now)
    except ConditionFailed:
        raise _held(job_id, by.workstation, now) from None
    _announce(job_id)
    return lock


def extend(job_id: str, workstation: str) -> Lock:
    """The heartbeat of an open modal. Raises Conflict when the lock was lost."""
    now = clock.now()
    try:
        job = jobs.extend_lock(job_id, workstation, now + locks.DURATION, now)
    except ConditionFailed:
        raise _held(job_id, workstation, now) from None
    lock = job.lock
    if lock is None:
        raise _held(job_id, workstation, now)
    _announce(job_id)
    return lock


def release(job_id: str, workstation: str) -> None:
    """Close the job; closing what one does not hold is no error."""
    try:
        jobs.drop_lock(job_id, workstation)
    except ConditionFailed:
        return
    _announce(job_id)


def _announce(job_id: str) -> None:
    """Let the lists that others look at be read anew. Without it they are a minute behind, no more."""
    try:
        counters.touch(job_id)
    except Exception:
        log.exception("lock not announced", extra={"job_id": job_id})


@repeated
def force_release(job_id: str, by: Caller, reason: str) -> Job:
    """An administrator ends somebody's lock, for a reason on record. Raises NotFound, Conflict."""
    now = clock.now()
    refuse_repeat(job_id, by, now)
    job = jobs.get(job_id)
    details = {"reason": reason, "locked_by": job.locked_by, "workstation": job.lock_place}
    told = events.make(job_id, EventType.LOCK_FORCED, by, now, details)
    try:
        events.record(
            [told],
            lambda t: jobs.stage_unlock(t, job),
            lambda t: counters.stage_change(t, job, job.status, job.status, now),
            *once(by, now),
        )
    except ConditionFailed:
        raise ChangedMeanwhile("The lock has just changed hands. Please look again.") from None
    return jobs.get(job_id)


def _held(job_id: str, workstation: str | None, now: datetime) -> Conflict:
    job = jobs.get(job_id)
    if job.lock and locks.blocks(job.lock, workstation, now):
        return locks.held_by_another(job.lock)
    return Conflict("The lock on this job has ended. Open it again.", code="lock_lost")
