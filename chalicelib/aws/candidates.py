"""Slicers' files that agents have announced, and that wait to be placed beside their job."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import CandidateUpload
from chalicelib.aws.transactions import commit


def find(candidate_id: str) -> CandidateUpload | None:
    """The announced file of that id."""
    try:
        return CandidateUpload.get(candidate_id, consistent_read=True)
    except DoesNotExist:
        return None


def stage_complete(
    transaction: TransactWrite, upload: CandidateUpload, placed_as: str, now: datetime
) -> None:
    """The file is beside its job under the name `placed_as`; that happens once."""
    transaction.update(
        upload,
        actions=[CandidateUpload.completed_at.set(now), CandidateUpload.placed_as.set(placed_as)],
        condition=CandidateUpload.id.exists() & CandidateUpload.completed_at.does_not_exist(),
    )


def complete(upload: CandidateUpload, placed_as: str, now: datetime) -> None:
    """The same, where nothing else has to change with it. Raises ConditionFailed."""
    commit(lambda t: stage_complete(t, upload, placed_as, now))


def ended_before(moment: datetime) -> Iterator[CandidateUpload]:
    """Announced files whose time was over before `moment`. The table holds a day or two."""
    yield from CandidateUpload.scan(CandidateUpload.expires_at <= moment)
