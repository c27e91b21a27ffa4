"""Rows of work that a change leaves for after its commit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Cleanup


def intend(row_id: str, job_id: str, keys: list[str], now: datetime) -> None:
    """Put on record that `keys` are about to be written for a change that may not happen."""
    Cleanup(id=row_id, job_id=job_id, created_at=now, unproven=keys).save()


def stage(
    transaction: TransactWrite, row_id: str, job_id: str, drop: list[tuple[str, str]], now: datetime
) -> None:
    """With the change itself: what it leaves behind, as (key, version id)."""
    transaction.save(
        Cleanup(id=row_id, job_id=job_id, created_at=now, drop=[[key, version] for key, version in drop])
    )


def committed(row_id: str) -> bool:
    """True when the change of this row has happened: `drop` is written by its transaction only."""
    try:
        return Cleanup.get(row_id, consistent_read=True).drop is not None
    except DoesNotExist:
        return False


def done(row_id: str) -> None:
    """The work of the row is finished."""
    Cleanup(id=row_id).delete()


def older_than(moment: datetime) -> Iterator[Cleanup]:
    """Rows whose writer cannot be running any more. The table holds unfinished work only, so it is small."""
    yield from Cleanup.scan(Cleanup.created_at <= moment)
