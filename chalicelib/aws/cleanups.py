"""Rows of file work that is not known to be finished.

A row is `intended` while copies are made for a change, and `committed` by the transaction
of the change. What is merely intended when the sweep comes is `abandoned`: from then on
that change cannot commit any more, so its copies can be removed, however late the process
that made them wakes up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import Cleanup
from chalicelib.domain.watch import Waiting

INTENDED = "intended"
ABANDONED = "abandoned"
COMMITTED = "committed"


def intend(row_id: str, job_id: str, writes: list[str], now: datetime) -> None:
    """Put on record that the keys `writes` are about to be written for a change that may not happen."""
    Cleanup(id=row_id, job_id=job_id, created_at=now, state=INTENDED, writes=writes, drop=[]).save()


def stage(transaction: TransactWrite, row: Cleanup, *, intended: bool) -> None:
    """With the change itself: what it leaves behind, and what it wrote or will write.

    A change that has put its intent on record commits only while nobody has abandoned it.
    """
    row.state = COMMITTED
    mine = Cleanup.state == INTENDED if intended else Cleanup.id.does_not_exist()
    transaction.save(row, condition=mine)


def find(row_id: str) -> Cleanup | None:
    """The row as it is now, None when there is none (any more)."""
    try:
        return Cleanup.get(row_id, consistent_read=True)
    except DoesNotExist:
        return None


def abandon(row: Cleanup) -> Cleanup | None:
    """The row as it is now and stays: committed, or abandoned for good; None when it is gone."""
    if row.state == COMMITTED:
        return row
    try:
        row.update(actions=[Cleanup.state.set(ABANDONED)], condition=Cleanup.state.is_in(INTENDED, ABANDONED))
    except UpdateError as error:
        if not condition_failed(error):
            raise
        return find(row.id)
    return row


def done(row_id: str) -> None:
    """The work of the row is finished."""
    Cleanup(id=row_id).delete()


@dataclass(frozen=True)
class Unfinished:
    """What changes are at work on, or have left to do: the keys that they name, and their jobs."""

    keys: frozenset[str]
    job_ids: frozenset[str]


def unfinished() -> Unfinished:
    """The open rows as they are now. The table holds unfinished work only, so it is small."""
    rows = list(Cleanup.scan(consistent_read=True))
    keys = {key for row in rows for key in [*row.writes, *(key for key, _ in row.drop), row.left_record]}
    return Unfinished(frozenset(keys - {None}), frozenset(row.job_id for row in rows))


def older_than(moment: datetime) -> Iterator[Cleanup]:
    """The rows made before `moment`. The table holds unfinished work only, so it is small."""
    yield from Cleanup.scan(Cleanup.created_at <= moment)


def waiting() -> Waiting:
    """How many changes have file work left, and since when."""
    made = [row.created_at for row in Cleanup.scan(attributes_to_get=["id", "created_at"])]
    return Waiting(len(made), min(made, default=None))
