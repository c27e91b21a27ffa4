"""What the template says is what is there, however often it is said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from localstack_client.session import Session

from infra.local import template
from infra.local.provision import NotProvisioned, parameters, provision

VALUES = parameters("twin", "printlab-twin-files", "http://twin.example")


@pytest.fixture(scope="module")
def twin(cloud: Session) -> Iterator[Session]:
    """A second installation beside the one that other tests use."""
    provision(VALUES, cloud)
    yield cloud
    client = cloud.client("dynamodb")
    for properties in _declared("AWS::DynamoDB::Table"):
        client.delete_table(TableName=properties["TableName"])


def _declared(kind: str) -> list[dict[str, Any]]:
    return [resource.properties for resource in template.resources(VALUES) if resource.type == kind]


def _index_shapes(indexes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        index["IndexName"]: (
            index["KeySchema"],
            index["Projection"]["ProjectionType"],
            sorted(index["Projection"].get("NonKeyAttributes", [])),
        )
        for index in indexes
    }


def test_tables_are_what_the_template_says(twin: Session) -> None:
    client = twin.client("dynamodb")
    for wanted in _declared("AWS::DynamoDB::Table"):
        table = client.describe_table(TableName=wanted["TableName"])["Table"]
        assert table["TableStatus"] == "ACTIVE"
        assert table["KeySchema"] == wanted["KeySchema"]
        there = sorted(table["AttributeDefinitions"], key=lambda item: item["AttributeName"])
        assert there == sorted(wanted["AttributeDefinitions"], key=lambda item: item["AttributeName"])
        assert _index_shapes(table.get("GlobalSecondaryIndexes", [])) == _index_shapes(
            wanted.get("GlobalSecondaryIndexes", [])
        )
        expiry = client.describe_time_to_live(TableName=wanted["TableName"])["TimeToLiveDescription"]
        attribute = wanted.get("TimeToLiveSpecification", {}).get("AttributeName")
        assert expiry.get("AttributeName") == attribute


def test_the_buckets_are_what_the_template_says(twin: Session) -> None:
    client, buckets = twin.client("s3"), _declared("AWS::S3::Bucket")
    for each in buckets:
        assert client.get_bucket_versioning(Bucket=each["BucketName"])["Status"] == "Enabled"
    (wanted,) = (each for each in buckets if "CorsConfiguration" in each)
    bucket = {"Bucket": wanted["BucketName"]}
    (cors,) = client.get_bucket_cors(**bucket)["CORSRules"]
    assert cors["AllowedOrigins"] == ["http://twin.example"]
    assert sorted(cors["AllowedMethods"]) == ["GET", "POST"]
    rules = {rule["ID"]: rule for rule in client.get_bucket_lifecycle_configuration(**bucket)["Rules"]}
    assert set(rules) == {rule["Id"] for rule in wanted["LifecycleConfiguration"]["Rules"]}
    assert rules["abandoned-uploads"]["Filter"] == {"Prefix": "_incoming/"}
    assert rules["abandoned-uploads"]["Expiration"]["Days"] == 2


def test_queues_are_what_the_template_says(twin: Session) -> None:
    client = twin.client("sqs")
    for wanted in _declared("AWS::SQS::Queue"):
        url = client.get_queue_url(QueueName=wanted["QueueName"])["QueueUrl"]
        there = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert there["MessageRetentionPeriod"] == str(wanted["MessageRetentionPeriod"])
        if "RedrivePolicy" in wanted:
            redrive = json.loads(there["RedrivePolicy"])
            assert redrive["deadLetterTargetArn"] == wanted["RedrivePolicy"]["deadLetterTargetArn"]
            assert int(redrive["maxReceiveCount"]) == wanted["RedrivePolicy"]["maxReceiveCount"]
            assert there["VisibilityTimeout"] == str(wanted["VisibilityTimeout"])


def test_a_second_time_changes_nothing(twin: Session) -> None:
    assert provision(VALUES, twin) == []


def test_an_older_index_is_brought_up_to_date_with_its_rows(twin: Session) -> None:
    client, name = twin.client("dynamodb"), "printlab-twin-events"
    client.put_item(TableName=name, Item={"job_id": {"S": "j"}, "id": {"S": "1"}, "day": {"S": "2026-11-21"}})
    client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-day"}}])
    assert provision(VALUES, twin) == [f"index {name}/by-day"]
    found = client.query(
        TableName=name,
        IndexName="by-day",
        KeyConditionExpression="#day = :day",
        ExpressionAttributeNames={"#day": "day"},
        ExpressionAttributeValues={":day": {"S": "2026-11-21"}},
    )
    assert found["Count"] == 1


def test_a_table_with_another_key_is_refused_not_replaced(twin: Session) -> None:
    client, name = twin.client("dynamodb"), "printlab-twin-staff"
    client.delete_table(TableName=name)
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
    )
    with pytest.raises(NotProvisioned, match=name):
        provision(VALUES, twin)
    client.delete_table(TableName=name)
    assert provision(VALUES, twin) == [f"table {name}"]
