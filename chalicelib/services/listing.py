"""The queue as the dashboard lists it."""

from __future__ import annotations

import base64
import binascii
import heapq
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from chalicelib.aws import jobs
from chalicelib.aws.jobs import Wanted
from chalicelib.aws.tables import Job
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.lifecycle import Status


@dataclass(frozen=True)
class Page:
    """A page of jobs; `total` counts all that are wanted, `next_cursor` continues after the last."""

    jobs: list[Job]
    total: int
    next_cursor: str | None


def page(
    status: Status | None,
    wanted: Wanted,
    *,
    newest_first: bool = True,
    number: int = 1,
    limit: int = 50,
    cursor: str | None = None,
    totals: Mapping[Status, int],
) -> Page:
    """One page by creation time. A cursor costs the page, a page number also all before it.

    `totals` is how many jobs there are per status, if nothing narrows them.
    """
    statuses = [status] if status else list(Status)
    after = _read_cursor(cursor, status) if cursor else None
    skip = 0 if cursor else (number - 1) * limit
    size = 200 if wanted.narrows else min(skip + limit + 1, 200)
    streams = [
        jobs.in_status(s, wanted, newest_first=newest_first, after=after, page_size=size) for s in statuses
    ]
    merged = heapq.merge(*streams, key=lambda job: job.created_at, reverse=newest_first)
    found = list(islice(merged, skip, skip + limit + 1))
    more = len(found) > limit and status is not None
    total = sum(totals[s] if not wanted.narrows else jobs.count_in_status(s, wanted) for s in statuses)
    return Page(found[:limit], total, _cursor(found[limit - 1]) if more else None)


def counts(wanted: Wanted, totals: Mapping[Status, int], *, with_archived: bool) -> Mapping[Status, int]:
    """Jobs per status: `totals` if nothing narrows them, else counted; the archive only `with_archived`."""
    if not wanted.narrows:
        return totals
    statuses = [status for status in Status if with_archived or status is not Status.ARCHIVED]
    return {status: jobs.count_in_status(status, wanted) for status in statuses}


def _cursor(job: Job) -> str:
    return base64.urlsafe_b64encode(json.dumps(jobs.position(job)).encode()).decode()


def _read_cursor(cursor: str, status: Status | None) -> dict[str, Any]:
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        found = {name: str(position[name]["S"]) for name in ("id", "status", "created_at")}
        if status is not None and found["status"] == status.value and all(found.values()):
            return {name: {"S": value} for name, value in found.items()}
    except (binascii.Error, ValueError, KeyError, TypeError):
        pass
    raise InvalidInput.field("cursor", "Use next_cursor of an answer for the same status.")
