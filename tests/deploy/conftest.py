"""An emulator of its own with every service that the stack names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from boto3.session import Session as Boto

from infra.local.child import Child
from infra.local.cloud import REGION
from infra.local.ports import free_port

_KEYS = {"AWS_ACCESS_KEY_ID": "AKIAPRINTLABDEPLOY", "AWS_SECRET_ACCESS_KEY": "only-for-tests"}


class Account:
    """Clients of one emulated AWS account."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._session = Boto(_KEYS["AWS_ACCESS_KEY_ID"], _KEYS["AWS_SECRET_ACCESS_KEY"], region_name=REGION)

    def client(self, service: str) -> object:
        """A client of `service`."""
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An empty account."""
    folder, port = tmp_path_factory.mktemp("account"), free_port()
    environment = {
        **_KEYS,
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "AWS_DEFAULT_REGION": REGION,
        "S3_PERSIST": "0",
        "PRINTLAB_EMULATOR_STATE": str(folder / "state"),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    child = Child(
        "an AWS account", [sys.executable, "-m", "infra.local.emulator"], environment, folder / "log"
    )
    child.wait_for("ready")
    yield Account(f"http://127.0.0.1:{port}")
    child.stop()
