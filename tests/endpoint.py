"""Which emulator serves, where it matters: a test that one of them cannot serve says why."""

from __future__ import annotations

import os

import pytest

NAME = "PRINTLAB_TEST_ENDPOINTS"


def endpoint() -> str | None:
    """The emulator of this process, where the environment names some: each worker of pytest has its own."""
    known = os.environ.get(NAME, "").split()
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    if known and worker >= len(known):
        raise pytest.UsageError(
            f"{NAME} names {len(known)} emulators, too few for worker {worker}: -n {len(known)}"
        )
    return known[worker] if known else None


not_on_localstack = pytest.mark.skipif(
    NAME in os.environ, reason="LocalStack without a token has no such check or service"
)
