"""Which emulator serves, where it matters: a test that one of them cannot serve says why."""

from __future__ import annotations

import os

import pytest

not_on_localstack = pytest.mark.skipif(
    "PRINTLAB_TEST_ENDPOINT" in os.environ, reason="LocalStack without a token has no such check or service"
)
