"""What the lab's own watch shows, as tests ask for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chalicelib.aws.tables import Watch
from infra.http_client import HttpClient
from tests.steps import API, ok


def now() -> datetime:
    """To the second, as schedules fire."""
    return datetime.now(UTC).replace(microsecond=0)


def monitoring(desk: HttpClient, page: str, **query: Any) -> dict[str, Any]:
    """A page of the monitoring."""
    shown: dict[str, Any] = ok(desk.get(f"{API}/monitoring/{page}", **query))
    return shown


def alerts(desk: HttpClient) -> dict[str, dict[str, Any]]:
    """What should be looked at, by id."""
    return {alert["id"]: alert for alert in monitoring(desk, "alerts")["alerts"]}


def forget_samples() -> None:
    """As if nothing had been written down yet."""
    for row in Watch.query("sample"):
        row.delete()
