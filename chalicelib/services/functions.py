"""What every function behind a schedule or a queue does besides its work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from chalicelib.aws import watch
from chalicelib.services import clock, restoring

log = logging.getLogger(__name__)

Event = TypeVar("Event")


def queued(work: Callable[[Event], None]) -> Callable[[Event], None]:
    """The work on a message. It rests while a backup is restored: what the message is about is not all there.

    Nothing is lost by that: the promise stays in the outbox, and the sweep tells of it again.
    """

    @wraps(work)
    def run(event: Event) -> None:
        if restoring.under_way():
            log.info("rests while a backup is restored", extra={"function": work.__name__})
            return
        work(event)

    return run


def scheduled(work: Callable[[Event], None]) -> Callable[[Event], None]:
    """The work at a time. It rests while a backup is restored, and notes when it has ended well."""

    @wraps(work)
    def timed(event: Event) -> None:
        start = time.perf_counter()
        work(event)
        _note(work.__name__, time.perf_counter() - start)

    return queued(timed)


def _note(schedule: str, took_s: float) -> None:
    """What fails here is no failure of the function's work."""
    try:
        watch.ran(schedule, clock.now(), took_s)
    except Exception:
        log.exception("run not recorded", extra={"schedule": schedule})
