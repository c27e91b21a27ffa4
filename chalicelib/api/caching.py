"""Answers that are not sent again while nothing has changed."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta

from chalice.app import Response
from pydantic import BaseModel

from chalicelib.api.call import Call
from chalicelib.aws import counters
from chalicelib.aws.counters import Tally
from chalicelib.services import clock

# Some of what is shown changes by time alone: locks and revert windows end, download links run out.
_FRESH_FOR = timedelta(minutes=1)
# Lists are read from an index that is a moment behind: what is read so soon after a change may miss it,
# so it goes under an ETag that nobody meets again.
_SETTLED_AFTER = timedelta(seconds=2)


def while_no_job_changes(call: Call, query: BaseModel, build: Callable[[Tally], BaseModel]) -> Response:
    """The answer of `build`, or 304 when no job has changed since the caller's and that is not a minute old.

    Finding out costs two read units.
    """
    now, tally = clock.now(), call.tally or counters.tally()
    parts = (
        call.route,
        call.workstation.workstation.id,
        tally.changes,
        int(now.timestamp() // _FRESH_FOR.total_seconds()),
        secrets.token_hex(8) if now < tally.changed_at + _SETTLED_AFTER else "",
        query.model_dump_json(),
    )
    tag = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()[:32]
    # They hold students' names: not for the disk of a shared computer. The pages keep them in memory.
    return unless_same(call, f'"{tag}"', lambda: build(tally), kept="no-store")


def unless_same(call: Call, etag: str, build: Callable[[], BaseModel], *, kept: str = "no-cache") -> Response:
    """The answer of `build`, or 304 when the caller has the one of this ETag (RFC 9110, 13.1.2)."""
    headers: dict[str, str | list[str]] = {
        "ETag": etag,
        "Cache-Control": kept,
        "Content-Type": "application/json",
    }
    if _matches(call.headers.get("if-none-match"), etag):
        return Response("", headers, 304)
    return Response(build().model_dump_json(), headers, 200)


def _matches(given: str | None, etag: str) -> bool:
    if not given:
        return False
    known = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    return "*" in known or etag.removeprefix("W/") in known
