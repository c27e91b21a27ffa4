"""Announced submissions that wait for their file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Upload


def find(upload_id: str) -> Upload | None:
    """The announced submission of that id."""
    try:
        return Upload.get(upload_id, consistent_read=True)
    except DoesNotExist:
        return None


def stage_complete(transaction: TransactWrite, upload: Upload, now: datetime) -> None:
    """The upload has become a job; that happens once."""
    transaction.update(
        upload,
        actions=[Upload.completed_at.set(now)],
        condition=Upload.id.exists() & Upload.completed_at.does_not_exist(),
    )


def ended_before(moment: datetime) -> Iterator[Upload]:
    """Uploads whose time was over before `moment`, completed or not. The table holds a day or two."""
    yield from Upload.scan(Upload.expires_at <= moment)


def count_open(now: datetime) -> int:
    """How many announced submissions may still become jobs."""
    still = Upload.completed_at.does_not_exist() & (Upload.expires_at > now)
    return sum(1 for _ in Upload.scan(still, attributes_to_get=["id"]))
