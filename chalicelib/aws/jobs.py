"""Reading and writing jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import Job
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain.errors import NotFound
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.locks import Lock

_NO_LOCK: dict[str, Any] = {"lock_holder": None, "lock_place": None, "locked_by": None, "locked_until": None}


def find(job_id: str) -> Job | None:
    """The job as it is now, None when there is none."""
    try:
        return Job.get(job_id, consistent_read=True)
    except DoesNotExist:
        return None


def get(job_id: str) -> Job:
    """The job as it is now. Raises NotFound."""
    job = find(job_id)
    if job is None:
        raise NotFound("There is no such job. It may have been deleted.", job_id=job_id)
    return job


def find_many(job_ids: Iterable[str], *names: str) -> dict[str, Job]:
    """Those of the jobs that there are, as they are now, by id; with `names`, only these attributes."""
    wanted = ["id", *names] if names else None
    found = Job.batch_get(job_ids, consistent_read=True, attributes_to_get=wanted)
    return {job.id: job for job in found}


def _actions(updates: Mapping[str, Any]) -> list[Action]:
    attributes = Job.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value)
        for name, value in updates.items()
    ]


def _lock_free_for(holder: str | None, now: datetime) -> Condition:
    free: Condition = Job.locked_until.does_not_exist() | (Job.locked_until <= now)
    return (free | (Job.lock_holder == holder)) if holder else free


def stage_update(
    transaction: TransactWrite, job: Job, updates: Mapping[str, Any], holder: str | None, now: datetime
) -> None:
    """Change `job` provided that nobody changed it since it was read and nobody else holds its lock.

    The change ends any lock: only the caller's own or an expired one can be there.
    """
    transaction.update(
        job,
        actions=_actions({**updates, **_NO_LOCK, "version": job.version + 1}),
        condition=(Job.version == job.version) & _lock_free_for(holder, now),
    )


def stage_create(transaction: TransactWrite, job: Job) -> None:
    """Add a job provided that its id is free."""
    transaction.save(job, condition=Job.id.does_not_exist())


def stage_delete(transaction: TransactWrite, job: Job, holder: str | None, now: datetime) -> None:
    """Remove `job` under the same conditions as a change."""
    transaction.delete(job, condition=(Job.version == job.version) & _lock_free_for(holder, now))


def apply(job: Job, updates: Mapping[str, Any]) -> None:
    """Bring the object in memory to what a committed change wrote."""
    for name, value in {**updates, **_NO_LOCK, "version": job.version + 1}.items():
        setattr(job, name, value)


def take_lock(job_id: str, lock: Lock, now: datetime) -> Job:
    """Write `lock` if the job exists and nobody else holds it. Raises ConditionFailed."""
    condition = Job.id.exists() & _lock_free_for(lock.holder, now)
    return _update(
        job_id,
        {
            "lock_holder": lock.holder,
            "lock_place": lock.place,
            "locked_by": lock.staff,
            "locked_until": lock.until,
        },
        condition,
    )


def extend_lock(job_id: str, holder: str, until: datetime, now: datetime) -> Job:
    """Move the end of a lock that `holder` still has. Raises ConditionFailed."""
    held = (Job.lock_holder == holder) & (Job.locked_until > now)
    return _update(job_id, {"locked_until": until}, held)


def drop_lock(job_id: str, holder: str) -> Job:
    """End the lock of `holder`. Raises ConditionFailed when there is none."""
    return _update(job_id, _NO_LOCK, Job.lock_holder == holder)


def stage_analysis(transaction: TransactWrite, job: Job, updates: Mapping[str, Any]) -> None:
    """Store mesh facts and picture state of a job that nobody changed since it was read; locks do not matter.

    It counts as a change like any other, so that whoever deletes or moves the job at the same
    moment looks again and sees the picture.
    """
    transaction.update(
        job, actions=_actions({**updates, "version": job.version + 1}), condition=Job.version == job.version
    )


def stage_touch(transaction: TransactWrite, job: Job) -> None:
    """Count a change of nothing but the files of `job`, provided that nobody changed it since it was read.

    Whoever changes or moves the job at the same moment looks again, and sees the files.
    """
    stage_analysis(transaction, job, {})


def stage_unchanged(transaction: TransactWrite, job: Job) -> None:
    """Hold the transaction to it that nobody changed `job` since it was read."""
    transaction.condition_check(Job, job.id, condition=Job.version == job.version)


def stage_unlock(transaction: TransactWrite, job: Job) -> None:
    """End the lock that `job` was read with, provided that it is still the same workstation's."""
    held = Job.lock_holder == job.lock_holder if job.lock_holder else Job.lock_holder.does_not_exist()
    transaction.update(job, actions=_actions(_NO_LOCK), condition=Job.id.exists() & held)


def _update(job_id: str, updates: Mapping[str, Any], condition: Condition) -> Job:
    job = Job(id=job_id)
    try:
        job.update(actions=_actions(updates), condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            raise ConditionFailed from error
        raise
    return job


@dataclass(frozen=True)
class Wanted:
    """What a list of jobs is narrowed to. `search` is matched case-folded."""

    search: str = ""
    printer: str | None = None
    discipline: str | None = None
    confirmation_expired: bool | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None

    @property
    def narrows(self) -> bool:
        """True when not every job of a status is wanted."""
        return self != Wanted()


def _filter(wanted: Wanted) -> Condition | None:
    conditions: list[Condition] = []
    if wanted.search:
        conditions.append(Job.search_text.contains(wanted.search.casefold()))
    if wanted.printer:
        conditions.append(Job.printer == wanted.printer)
    if wanted.discipline:
        conditions.append(Job.discipline == wanted.discipline)
    if wanted.confirmation_expired is not None:
        conditions.append(Job.is_confirmation_expired == wanted.confirmation_expired)
    if not conditions:
        return None
    combined = conditions[0]
    for condition in conditions[1:]:
        combined = combined & condition
    return combined


def _between(wanted: Wanted) -> Condition | None:
    if wanted.created_from and wanted.created_to:
        return Job.created_at.between(wanted.created_from, wanted.created_to)
    if wanted.created_from:
        return Job.created_at >= wanted.created_from
    if wanted.created_to:
        return Job.created_at <= wanted.created_to
    return None


def spans(wanted: Wanted, created_at: str) -> bool:
    """True when the days that are wanted include a time as the table spells it, which sorts as text."""
    first, last = (
        Job.created_at.serialize(day) if day else None  # type: ignore[no-untyped-call]
        for day in (wanted.created_from, wanted.created_to)
    )
    return (first is None or first <= created_at) and (last is None or created_at <= last)


def in_status(
    status: Status,
    wanted: Wanted | None = None,
    *,
    newest_first: bool = True,
    after: dict[str, Any] | None = None,
    page_size: int | None = None,
) -> Iterator[Job]:
    """The jobs of one status by creation time, lazily; `after` is a position from `position`.

    Read from the index: a moment behind, and only with what a card shows.
    """
    wanted = wanted or Wanted()
    yield from Job.by_status.query(
        status,
        range_key_condition=_between(wanted),
        filter_condition=_filter(wanted),
        scan_index_forward=not newest_first,
        last_evaluated_key=after,
        page_size=page_size,
    )


def oldest_in(status: Status) -> datetime | None:
    """When the job of `status` that was submitted first came in; None while there is none."""
    first = next(in_status(status, newest_first=False, page_size=1), None)
    return first.created_at if first else None


def count_in_status(status: Status, wanted: Wanted) -> int:
    """How many jobs of `status` are wanted; costs what the status holds, not the table."""
    return Job.by_status.count(status, range_key_condition=_between(wanted), filter_condition=_filter(wanted))


def position(job: Job) -> dict[str, Any]:
    """Where a list can go on after `job`."""
    return {
        "id": {"S": job.id},
        "status": {"S": job.status.value},
        "created_at": {"S": Job.created_at.serialize(job.created_at)},  # type: ignore[no-untyped-call]
    }


def outlines(status: Status, *names: str, created_to: datetime | None = None) -> Iterator[Job]:
    """The jobs of one status, oldest first, with nothing but their id and the attributes `names`.

    Read from the index: a moment behind. For those who go through all of them.
    """
    yield from Job.by_status.query(
        status,
        range_key_condition=_between(Wanted(created_to=created_to)),
        attributes_to_get=["id", *names],
    )


def everyone(*names: str) -> Iterator[Job]:
    """Every job as it is now, with only the attributes `names` and the id. Reads the whole table."""
    yield from Job.scan(consistent_read=True, attributes_to_get=["id", *names])
