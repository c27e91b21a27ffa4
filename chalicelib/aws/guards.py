"""Uniqueness across rows: short ids, one active job per (file, student), names of staff."""

from __future__ import annotations

from collections.abc import Iterable

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Guard


def owner(guard_id: str) -> str | None:
    """The id of the job that holds the guard, None when it is free."""
    try:
        return Guard.get(guard_id, consistent_read=True).job_id
    except DoesNotExist:
        return None


def owners(guard_ids: Iterable[str]) -> dict[str, str]:
    """The ids of the jobs that hold these guards, by guard; what is free is left out."""
    return {guard.id: guard.job_id for guard in Guard.batch_get(guard_ids, consistent_read=True)}


def stage_take(transaction: TransactWrite, guard_id: str, holder: str) -> None:
    """Hold the guard for `holder`, a job's id as a rule, provided that nobody else does."""
    free = Guard.id.does_not_exist() | (Guard.job_id == holder)
    transaction.save(Guard(id=guard_id, job_id=holder), condition=free)


def stage_release(transaction: TransactWrite, guard_id: str, job_id: str) -> None:
    """Let go of a guard that `job_id` holds; one that was lost is no reason to stop."""
    mine = Guard.id.does_not_exist() | (Guard.job_id == job_id)
    transaction.delete(Guard(id=guard_id, job_id=job_id), condition=mine)
