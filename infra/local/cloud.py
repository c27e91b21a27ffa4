"""The stores of the local cloud: which processes serve them and how the application reaches them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from infra.local.child import Child
from infra.local.ports import free_port
from infra.local.secret_file import Secrets

REGION = "us-east-1"
# The children find this package whatever folder we were started in.
_PYTHONPATH = {
    "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
}


class LocalCloud:
    """S3, DynamoDB and SQS on loopback, with their state under one data folder."""

    def __init__(self, data: Path, secrets: Secrets, *, durable: bool = False) -> None:
        """`durable` keeps the tables in DynamoDB Local's file."""
        self._data = data
        self._secrets = secrets
        self.endpoint = f"http://127.0.0.1:{free_port()}"
        self.tables_endpoint = f"http://127.0.0.1:{free_port()}" if durable else self.endpoint
        self._children: list[Child] = []

    def start(self) -> None:
        """Start the processes; wait_ready() waits for them."""
        self._children.append(self._emulator())
        if self.tables_endpoint != self.endpoint:
            self._children.append(self._dynamodb_local())

    def _emulator(self) -> Child:
        return Child(
            "the local cloud",
            [sys.executable, "-m", "infra.local.emulator"],
            _emulator_environment(self._data, self.endpoint, self._secrets),
            self._data / "logs" / "emulator.log",
        )

    def _dynamodb_local(self) -> Child:
        port = self.tables_endpoint.rpartition(":")[2]
        return Child(
            "DynamoDB Local",
            [sys.executable, "-m", "infra.local.dynamodb_local", port, str(self._data / "tables")],
            _PYTHONPATH,
            self._data / "logs" / "dynamodb.log",
        )

    def wait_ready(self) -> None:
        """Return when everything serves; raises ChildFailed when it never will."""
        for child in self._children:
            child.wait_for("ready")

    def environment(self) -> dict[str, str]:
        """What boto3 needs to use these stores instead of AWS."""
        names = {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self._secrets.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self._secrets.secret_access_key,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if self.tables_endpoint != self.endpoint:
            names["AWS_ENDPOINT_URL_DYNAMODB"] = self.tables_endpoint
        return names

    def died(self) -> str | None:
        """Why one of the processes is gone, None while all run."""
        return next((reason for child in self._children if (reason := child.died())), None)

    def snapshot(self) -> None:
        """Have the state written now, and wait until it is."""
        self._children[0].tell("snapshot")
        self._children[0].wait_for("snapshot")

    def stop(self) -> None:
        """End all processes; the emulator takes its last snapshot first."""
        while self._children:
            self._children.pop().stop()

    def kill(self) -> None:
        """End all processes at once, as a crash would."""
        while self._children:
            self._children.pop().kill()


def _emulator_environment(data: Path, endpoint: str, secrets: Secrets) -> dict[str, str]:
    return {
        "GATEWAY_PORT": endpoint.rpartition(":")[2],
        "AUTH": "true",  # signatures, presigned conditions and expiry count, as on AWS
        "AWS_ACCESS_KEY_ID": secrets.access_key_id,
        "AWS_SECRET_ACCESS_KEY": secrets.secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
        "PERSIST_STATE": "1",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str((data / "objects").resolve()),
        "PRINTLAB_EMULATOR_STATE": str((data / "state").resolve()),
        "SERVICES": "s3,dynamodb,sqs,ssm,ses,sts,iam",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": "WARNING",
        **_PYTHONPATH,
    }
