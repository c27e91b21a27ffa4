"""Is everything that a job needs there?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from chalicelib.aws import counters, files, queues

log = logging.getLogger(__name__)

_CHECKS: dict[str, Callable[[], object]] = {
    "database": counters.totals,
    "files": files.ping,
    "queues": queues.ping,
}


def components() -> dict[str, bool]:
    """Each component and whether it answered."""
    return {name: _answers(name, check) for name, check in _CHECKS.items()}


def _answers(name: str, check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:
        log.exception("component does not answer", extra={"component": name})
        return False
    return True
