"""What the lab's own watch sees at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.lifecycle import Status


@dataclass(frozen=True)
class Component:
    """A part that PrintLab needs, whether it answered, and how long that took."""

    name: str
    up: bool
    latency_ms: float


@dataclass(frozen=True)
class Waiting:
    """How many of a kind wait, and since when the oldest does."""

    count: int
    oldest: datetime | None = None


@dataclass(frozen=True)
class Run:
    """When a schedule last ended well, or since when that is expected while it never has."""

    last: datetime | None
    seconds: float | None = None
    expected_since: datetime | None = None


@dataclass(frozen=True)
class Snapshot:
    """Everything at one moment.

    `jobs`: per status; `oldest_jobs`: when the oldest job of a status was submitted; `outbox`: promised
    work per queue; `given_up`: mails that wait for a person; `dead`: messages per queue that no function
    could handle, empty when the queues do not answer; `runs`: per schedule, absent while nothing is known;
    `agents`: when the agent of each lab PC was last heard of; `backup`: the last one that was read back;
    `backs_up`: whether there is a place for backups.
    """

    at: datetime
    components: tuple[Component, ...]
    jobs: Mapping[Status, int]
    oldest_jobs: Mapping[Status, datetime]
    outbox: Mapping[str, Waiting]
    given_up: Waiting
    dead: Mapping[str, int]
    uploads_open: int
    cleanups: Waiting
    runs: Mapping[str, Run]
    agents: Mapping[str, datetime]
    backup: Run
    backs_up: bool

    def measures(self) -> dict[str, Any]:
        """The numbers worth keeping, ready for JSON; ages in seconds, the latency of what is down is None."""
        return {
            "latency_ms": {c.name: c.latency_ms if c.up else None for c in self.components},
            "jobs": {status.value: count for status, count in self.jobs.items()},
            "outbox": {queue: waiting.count for queue, waiting in self.outbox.items()},
            "outbox_age_s": {queue: self.age_s(waiting.oldest) for queue, waiting in self.outbox.items()},
            "given_up": self.given_up.count,
            "dead": dict(self.dead),
            "uploads_open": self.uploads_open,
            "cleanups_open": self.cleanups.count,
        }

    def age_s(self, moment: datetime | None) -> float:
        """Seconds since `moment`, 0 when there is none or it lies ahead."""
        return max(0.0, (self.at - moment).total_seconds()) if moment else 0.0
