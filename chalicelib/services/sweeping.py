"""Every minute: finish what a crash left, and wake what still waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib import metrics
from chalicelib.aws import outbox, queues
from chalicelib.services import filing


@dataclass(frozen=True)
class Swept:
    """How many changes were finished and messages woken."""

    settled: int
    woken: int


def sweep(now: datetime) -> Swept:
    """Settle abandoned file work, then nudge every message that is due."""
    settled = filing.sweep(now)
    woken = 0
    for queue in (outbox.MAIL, outbox.MODELS, outbox.AUDITS):
        for message in outbox.due(queue, now):
            queues.nudge(queue, message.id)
            woken += 1
    metrics.swept(settled, woken)
    return Swept(settled, woken)
