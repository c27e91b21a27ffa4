"""An emulated AWS account of its own, with every service that the stack names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.deploy.operator import Operator, built
from tests.stack.emulated_aws import EmulatedAws


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedAws]:
    """An empty account."""
    aws = EmulatedAws(tmp_path_factory.mktemp("account"))
    aws.start()
    yield aws
    aws.stop()


@pytest.fixture(scope="module")
def operator(account: EmulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Who deploys to it for the first time."""
    return built(account, tmp_path_factory.mktemp("tree"))
