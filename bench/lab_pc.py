"""What the agent of a lab PC asks of the API while nothing happens, and when something has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from unittest.mock import patch
from urllib.parse import urlencode

from bench.lab import Lab
from chalicelib.services import clock

T = TypeVar("T")


class Asking:
    """The agent's calls, from a complete picture of the cloud on."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._cursor: str | None = None
        self.listing()

    def listing(self) -> None:
        """Everything."""
        self._cursor = None
        self.poll()

    def poll(self) -> None:
        """What has changed since it asked last."""
        more = True
        while more:
            query = urlencode({"cursor": self._cursor} if self._cursor else {})
            page = self._lab.ask_as_agent("GET", f"/sync/manifest?{query}")
            self._cursor, more = page["cursor"], page["more"]

    def heartbeat(self) -> None:
        """How it is."""
        said = {"share_id": "bench", "instance": "bench", "version": "1", "hostname": "LAB-PC"}
        self._lab.ask_as_agent("POST", "/sync/heartbeat", said)


def at(minutes: float, do: Callable[[], T]) -> T:
    """Do it so many minutes from now, by the server's clock."""
    with patch.object(clock, "now", lambda: datetime.now(UTC) + timedelta(minutes=minutes)):
        return do()
