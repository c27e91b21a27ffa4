"""Spending a rate limit, whatever the clock shows."""

from __future__ import annotations

from collections.abc import Callable

from infra.http_client import Response
from tests.steps import refused


def spend(call: Callable[[], Response], limit: int) -> Response:
    """Call until the first 429, which is answered; it must come after `limit` calls.

    Windows begin at full minutes and hours: where one begins meanwhile, a second `limit` is allowed.
    """
    allowed = 0
    while (answer := call()).status != 429:
        allowed += 1
        assert allowed <= 2 * limit, f"{allowed} calls were let through"
    assert allowed >= limit
    details = refused(answer, 429, "rate_limited")
    assert answer.headers["Retry-After"] == str(details["retry_after"])
    return answer
