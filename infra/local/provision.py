"""Creates what infra/template.yaml describes on an emulator, and only what is missing there.

On AWS CloudFormation does this. Left out here, because no local store has them or they would only stand in
the way: encryption, backups, public-access blocks and the bucket policy that demands TLS.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from boto3.session import Session
from botocore.exceptions import ClientError
from mypy_boto3_dynamodb import DynamoDBClient
from mypy_boto3_s3 import S3Client
from mypy_boto3_sqs import SQSClient

from infra.local import template


class NotProvisioned(Exception):
    """What exists cannot become what the template says without losing data."""


def parameters(stage: str, bucket: str, site_origin: str) -> dict[str, str]:
    """The parameters of infra/template.yaml."""
    return {"Stage": stage, "FilesBucketName": bucket, "SiteOrigin": site_origin}


def provision(values: Mapping[str, str], session: Any = None) -> list[str]:
    """Make tables, bucket and queues equal to the template; what was created or changed.

    `session` makes the clients (boto3's by default, which AWS_ENDPOINT_URL directs to an emulator).
    """
    session = session or Session()
    dynamodb, s3, sqs = session.client("dynamodb"), session.client("s3"), session.client("sqs")
    changes: list[str] = []
    for resource in template.resources(values):
        if resource.type == "AWS::DynamoDB::Table":
            changes += _table(dynamodb, resource.properties)
        elif resource.type == "AWS::S3::Bucket":
            changes += _bucket(s3, resource.properties)
        elif resource.type == "AWS::SQS::Queue":
            changes += _queue(sqs, resource.properties)
    return changes


def _table(client: DynamoDBClient, wanted: dict[str, Any]) -> list[str]:
    name = wanted["TableName"]
    try:
        existing: Any = client.describe_table(TableName=name)["Table"]
    except client.exceptions.ResourceNotFoundException:
        given = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
        client.create_table(**{key: wanted[key] for key in given if key in wanted})
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        changes = [f"table {name}"]
    else:
        if existing["KeySchema"] != wanted["KeySchema"]:
            raise NotProvisioned(f"table {name} has another key than infra/template.yaml says")
        changes = _indexes(client, wanted)
    return changes + _time_to_live(client, wanted)


def _indexes(client: DynamoDBClient, wanted: dict[str, Any]) -> list[str]:
    """Bring the indexes of an older installation to what the template says."""
    name, changes = wanted["TableName"], []
    # One that was being built or removed when the last start broke off counts as what it becomes.
    there = {index["IndexName"]: _shape(index) for index in _settled_indexes(client, name)}
    for index in wanted.get("GlobalSecondaryIndexes", []):
        if there.get(index["IndexName"]) == _shape(index):
            continue
        updates: list[dict[str, Any]] = [{"Create": index}]
        if index["IndexName"] in there:
            updates.insert(0, {"Delete": {"IndexName": index["IndexName"]}})
        for update in updates:
            client.update_table(
                TableName=name,
                AttributeDefinitions=wanted["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[update],  # type: ignore[list-item]
            )
            _settled_indexes(client, name)
        changes.append(f"index {name}/{index['IndexName']}")
    return changes


def _shape(index: Mapping[str, Any]) -> tuple[Any, str, frozenset[str]]:
    """What makes two index descriptions equal."""
    projection = index["Projection"]
    return index["KeySchema"], projection["ProjectionType"], frozenset(projection.get("NonKeyAttributes", []))


def _settled_indexes(client: DynamoDBClient, name: str) -> list[Any]:
    """The indexes, once none is built or removed. Emulators are quick; DynamoDB has no waiter for it."""
    while True:
        indexes: list[Any] = client.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])
        if all(index.get("IndexStatus") == "ACTIVE" for index in indexes):
            return indexes


def _time_to_live(client: DynamoDBClient, wanted: dict[str, Any]) -> list[str]:
    specification, name = wanted.get("TimeToLiveSpecification"), wanted["TableName"]
    if not specification:
        return []
    status = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("TimeToLiveStatus")
    if status in ("ENABLED", "ENABLING"):
        return []
    client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
    return [f"expiry of {name}"]


def _bucket(client: S3Client, wanted: dict[str, Any]) -> list[str]:
    name, changes = wanted["BucketName"], []
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
            raise
        client.create_bucket(Bucket=name)
        changes.append(f"bucket {name}")
    # Setting these again changes nothing, so there is no need to compare first.
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration=wanted["VersioningConfiguration"])
    if "CorsConfiguration" in wanted:
        cors = [_renamed(rule, _CORS) for rule in wanted["CorsConfiguration"]["CorsRules"]]
        client.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": cors})
    rules = [_lifecycle_rule(rule) for rule in wanted["LifecycleConfiguration"]["Rules"]]
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})
    return changes


# Where the API calls the same thing by another name than CloudFormation does.
_CORS = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds"}
_LIFECYCLE = {"Id": "ID"}
_MARKERS = "ExpiredObjectDeleteMarker"


def _lifecycle_rule(rule: Mapping[str, Any]) -> Any:
    api = _renamed(rule, _LIFECYCLE)
    api["Filter"] = {"Prefix": api.pop("Prefix", "")}
    if "ExpirationInDays" in api:
        api["Expiration"] = {"Days": api.pop("ExpirationInDays")}
    elif api.pop(_MARKERS, False):
        api["Expiration"] = {_MARKERS: True}
    return api


def _renamed(properties: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    return {names.get(key, key): value for key, value in properties.items()}


def _queue(client: SQSClient, wanted: dict[str, Any]) -> list[str]:
    name = wanted["QueueName"]
    attributes = {
        key: json.dumps(value) if isinstance(value, dict) else str(value)
        for key, value in wanted.items()
        if key not in ("QueueName", "SqsManagedSseEnabled")
    }
    try:
        url = client.get_queue_url(QueueName=name)["QueueUrl"]
    except client.exceptions.QueueDoesNotExist:
        client.create_queue(QueueName=name, Attributes=attributes)  # type: ignore[arg-type]
        return [f"queue {name}"]
    client.set_queue_attributes(QueueUrl=url, Attributes=attributes)  # type: ignore[arg-type]
    return []
