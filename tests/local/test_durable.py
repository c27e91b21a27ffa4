"""DURABLE=1: the tables in DynamoDB Local's own file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from infra.local import secret_file
from infra.local.cloud import LocalCloud
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
