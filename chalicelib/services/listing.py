"""The queue as the dashboard lists it."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.aws import jobs
from chalicelib.aws.jobs import Wanted
from chalicelib.aws.tables import Job
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.lifecycle import Status
from chalicelib.services import ordering
from chalicelib.services.ordering import Order

# So many are read whole in two or three pages of the index, for about 250 read units.
MAX_SORTED = 2_000


@dataclass(frozen=True)
class Page:
    """A page of jobs of `total` in these statuses, of which `filtered` are wanted.

    `next_cursor` continues after the last.
    """

    jobs: list[Job]
    total: int
    filtered: int
    next_cursor: str | None


def page(
    status: Status | None,
    wanted: Wanted,
    order: Order,
    *,
    number: int = 1,
    limit: int = 50,
    cursor: str | None = None,
    totals: Mapping[Status, int],
) -> Page:
    """One page of the list; `totals` is how many jobs there are per status.

    By creation, a cursor costs the page, a page number also all before it. Any other order costs
    what the status holds. Raises InvalidInput for a cursor of another question, and for
    an order of more than `MAX_SORTED` jobs that the index does not give.
    """
    statuses = [status] if status else list(Status)
    total = sum(totals[s] for s in statuses)
    skip = 0 if cursor else (number - 1) * limit
    if not order.is_of_the_index:
        _ensure_sortable(total)
        return _sorted_page(statuses, wanted, order, total, skip, limit, cursor)
    after = _position(cursor, status, wanted) if cursor else None
    size = 200 if wanted.narrows else min(skip + limit + 1, 200)
    streams = [
        jobs.in_status(s, wanted, newest_first=order.descending, after=after, page_size=size)
        for s in statuses
    ]
    merged = heapq.merge(*streams, key=lambda job: job.created_at, reverse=order.descending)
    found = list(islice(merged, skip, skip + limit + 1))
    more = len(found) > limit and status is not None
    filtered = sum(jobs.count_in_status(s, wanted) for s in statuses) if wanted.narrows else total
    last = ordering.written(jobs.position(found[limit - 1])) if more else None
    return Page(found[:limit], total, filtered, last)


def _ensure_sortable(total: int) -> None:
    if total > MAX_SORTED:
        raise InvalidInput.field(
            "sort",
            f"There are {total:,} jobs, and at most {MAX_SORTED:,} can be sorted like this. "
            "Choose one status, or use created_at or -created_at.",
        )


def _sorted_page(
    statuses: list[Status],
    wanted: Wanted,
    order: Order,
    total: int,
    skip: int,
    limit: int,
    cursor: str | None,
) -> Page:
    found = order.sorted(job for status in statuses for job in jobs.in_status(status, wanted))
    rest = order.after(cursor, found) if cursor else found[skip:]
    last = order.cursor(rest[limit - 1]) if len(rest) > limit else None
    return Page(rest[:limit], total, len(found), last)


def counts(wanted: Wanted, totals: Mapping[Status, int], *, with_archived: bool) -> Mapping[Status, int]:
    """Jobs per status: `totals` if nothing narrows them, else counted; the archive only `with_archived`."""
    if not wanted.narrows:
        return totals
    statuses = [status for status in Status if with_archived or status is not Status.ARCHIVED]
    return {status: jobs.count_in_status(status, wanted) for status in statuses}


def _position(cursor: str, status: Status | None, wanted: Wanted) -> dict[str, Any]:
    """Where the index goes on. Raises InvalidInput for a position that is not in this list."""
    position = ordering.read(cursor)
    try:
        found = {name: str(position[name]["S"]) for name in ("id", "status", "created_at")}
    except (KeyError, TypeError):
        raise ordering.not_ours() from None
    if status is None or found["status"] != status.value or not all(found.values()):
        raise ordering.not_ours()
    if not jobs.spans(wanted, found["created_at"]):
        raise ordering.not_ours()
    return {name: {"S": value} for name, value in found.items()}
