"""Is everything that a job needs there?"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chalicelib.aws import counters, files, mail, queues
from chalicelib.domain.watch import Component

log = logging.getLogger(__name__)

_CHECKS: dict[str, Callable[[], object]] = {
    "database": counters.totals,
    "files": files.ping,
    "queues": queues.ping,
}
# For staff: the public check must not knock at the mail server as often as anybody asks.
_ALL_CHECKS = {**_CHECKS, "mail": mail.ping}
_PATIENCE_S = 8


def components() -> dict[str, bool]:
    """Each component and whether it answered."""
    return {name: _asked(name, check).up for name, check in _CHECKS.items()}


def probe() -> tuple[Component, ...]:
    """Every component, the mail server among them, asked at the same time; silence for 8 s is no answer."""
    pool = ThreadPoolExecutor(len(_ALL_CHECKS))
    asked = {name: pool.submit(_asked, name, check) for name, check in _ALL_CHECKS.items()}
    pool.shutdown(wait=False)
    end = time.monotonic() + _PATIENCE_S
    found = []
    for name, answer in asked.items():
        try:
            found.append(answer.result(timeout=max(0.0, end - time.monotonic())))
        except TimeoutError:
            log.warning("component is silent", extra={"component": name})
            found.append(Component(name, up=False, latency_ms=_PATIENCE_S * 1000.0))
    return tuple(found)


def _asked(name: str, check: Callable[[], object]) -> Component:
    start, up = time.perf_counter(), True
    try:
        check()
    except Exception:
        log.exception("component does not answer", extra={"component": name})
        up = False
    return Component(name, up, round((time.perf_counter() - start) * 1000, 1))
