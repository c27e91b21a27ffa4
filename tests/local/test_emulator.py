"""The embedded stores survive a kill: what was acknowledged is there, in the order in which it happened."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from infra.http_client import HttpClient
from infra.local import secret_file
from infra.local.child import ChildFailed
from infra.local.cloud import LocalCloud
from infra.local.generations import Generations

TABLE = "kept-things"
BUCKET = "kept-files"


@pytest.fixture
def local_cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    started = _started(tmp_path)
    dynamodb = _client(started, "dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    s3 = _client(started, "s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    _client(started, "sqs").create_queue(QueueName="kept-messages")
    started.snapshot()
    yield started
    started.stop()


def _started(data: Path) -> LocalCloud:
    cloud = LocalCloud(data, secret_file.load_or_create(data / "secrets.json"))
    cloud.start()
    cloud.wait_ready()
    return cloud


def _client(cloud: LocalCloud, service: Any) -> Any:
    names = cloud.environment()
    return Session(
        names["AWS_ACCESS_KEY_ID"], names["AWS_SECRET_ACCESS_KEY"], region_name=names["AWS_DEFAULT_REGION"]
    ).client(service, endpoint_url=names["AWS_ENDPOINT_URL"])


def _rows(cloud: LocalCloud) -> list[Any]:
    return sorted(_client(cloud, "dynamodb").scan(TableName=TABLE)["Items"], key=lambda row: row["id"]["S"])


def _add_one(dynamodb: Any, key: str) -> None:
    dynamodb.update_item(
        TableName=TABLE,
        Key={"id": {"S": key}},
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def test_a_kill_loses_no_row_and_no_file_written_since_the_last_snapshot(
    local_cloud: LocalCloud, tmp_path: Path
) -> None:
    dynamodb, s3 = _client(local_cloud, "dynamodb"), _client(local_cloud, "s3")
    for _ in range(3):
        _add_one(dynamodb, "counter")
    dynamodb.put_item(TableName=TABLE, Item={"id": {"S": "línea\nzwei"}, "raw": {"B": b"\0\n\xff"}})
    first = s3.put_object(Bucket=BUCKET, Key="a/model.stl", Body=b"one")["VersionId"]
    s3.put_object(Bucket=BUCKET, Key="a/model.stl", Body=b"two")
    before = _rows(local_cloud)
    local_cloud.kill()

    again = _started(tmp_path)
    assert _rows(again) == before
    s3 = _client(again, "s3")
    assert s3.get_object(Bucket=BUCKET, Key="a/model.stl")["Body"].read() == b"two"
    assert s3.get_object(Bucket=BUCKET, Key="a/model.stl", VersionId=first)["Body"].read() == b"one"
    again.stop()


def test_a_snapshot_does_not_apply_the_writes_before_it_twice(
    local_cloud: LocalCloud, tmp_path: Path
) -> None:
    _add_one(_client(local_cloud, "dynamodb"), "counter")
    local_cloud.snapshot()
    _add_one(_client(local_cloud, "dynamodb"), "counter")
    local_cloud.kill()
    for _ in range(2):  # a restart that takes no snapshot replays the same journal again
        again = _started(tmp_path)
        assert _rows(again)[0]["times"] == {"N": "2"}
        again.kill()


def test_racing_writes_come_back_in_the_order_in_which_they_took_effect(
    local_cloud: LocalCloud, tmp_path: Path
) -> None:
    dynamodb = _client(local_cloud, "dynamodb")
    # Made on first use, and by each of two threads that come at once.
    cancelled = dynamodb.exceptions.TransactionCanceledException

    def race(writer: int) -> None:
        for round_number in range(40):
            key = {"id": {"S": f"row{round_number % 5}"}}
            dynamodb.put_item(TableName=TABLE, Item=key | {"last": {"N": str(writer)}})
            # Depends on what is there: in another order others would succeed.
            with contextlib.suppress(cancelled):
                dynamodb.transact_write_items(
                    TransactItems=[
                        {
                            "Update": {
                                "TableName": TABLE,
                                "Key": key,
                                "UpdateExpression": "SET winner = :me ADD times :one",
                                "ConditionExpression": "#last = :me",
                                "ExpressionAttributeNames": {"#last": "last"},
                                "ExpressionAttributeValues": {":me": {"N": str(writer)}, ":one": {"N": "1"}},
                            }
                        }
                    ]
                )
            if round_number == 20 and writer == 0:
                local_cloud.snapshot()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(race, range(8)))
    before = _rows(local_cloud)
    local_cloud.kill()
    again = _started(tmp_path)
    assert _rows(again) == before
    again.stop()


def test_queue_messages_of_the_last_snapshot_survive(local_cloud: LocalCloud, tmp_path: Path) -> None:
    sqs = _client(local_cloud, "sqs")
    url = sqs.get_queue_url(QueueName="kept-messages")["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="remember me")
    local_cloud.snapshot()
    local_cloud.kill()
    again = _started(tmp_path)
    sqs = _client(again, "sqs")
    url = sqs.get_queue_url(QueueName="kept-messages")["QueueUrl"]
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "remember me"
    again.stop()


_PARENT = """
import sys, time
from pathlib import Path
from infra.local import secret_file
from infra.local.cloud import LocalCloud
data = Path(sys.argv[1])
cloud = LocalCloud(data, secret_file.load_or_create(data / "secrets.json"))
cloud.start(); cloud.wait_ready(); print("ready", flush=True); time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a signal of POSIX systems")
def test_no_process_outlives_its_killed_parent(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT, str(tmp_path)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        os.kill(parent.pid, signal.SIGKILL)
    Generations(tmp_path / "state").close()  # waits for the lock, which only the end of the child sets free


def test_who_comes_while_another_works_there_is_told_so(local_cloud: LocalCloud, tmp_path: Path) -> None:
    with pytest.raises(ChildFailed, match=r"^the local cloud ended:\nPrintLab runs on this data: .+$"):
        _started(tmp_path)
    assert _rows(local_cloud) == []


def test_the_state_of_a_damaged_disk_is_refused_not_replaced(local_cloud: LocalCloud, tmp_path: Path) -> None:
    local_cloud.stop()
    generation = (tmp_path / "state" / "CURRENT").read_text()
    (tmp_path / "state" / generation / "dynamodb.json").write_text("{")
    with pytest.raises(ChildFailed, match="dynamodb"):
        _started(tmp_path)


def test_admin_pages_are_closed_and_signatures_are_checked(local_cloud: LocalCloud) -> None:
    http = HttpClient(local_cloud.endpoint)
    assert http.request("POST", "/_ministack/reset").status == 403
    assert http.request("POST", "/_localstack/state/reset").status == 403
    assert http.get(f"/{BUCKET}").status == 403
    stranger = Session("AKIAWRONG", "wrong", region_name="us-east-1")
    with pytest.raises(ClientError):
        stranger.client("dynamodb", endpoint_url=local_cloud.endpoint).scan(TableName=TABLE)
