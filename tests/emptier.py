"""Empties the stores between tests."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localstack_client.session import Session


class Emptier:
    """Removes everything that tests left behind; many small requests, so several at once."""

    def __init__(self, cloud: Session, bucket: str, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._files = bucket
        self._dynamodb = cloud.client("dynamodb")
        self._s3 = cloud.client("s3")
        self._sqs = cloud.client("sqs")
        self._tables = {
            name: [key["AttributeName"] for key in self._describe(name)["KeySchema"]]
            for name in self._dynamodb.list_tables()["TableNames"]
        }
        self._queues = self._sqs.list_queues()["QueueUrls"]

    def run(self) -> None:
        """Empty everything."""
        tasks = [self._pool.submit(self._table, name, keys) for name, keys in self._tables.items()]
        tasks += [self._pool.submit(self._sqs.purge_queue, QueueUrl=url) for url in self._queues]
        tasks.append(self._pool.submit(self._bucket))
        for task in tasks:
            task.result()

    def _describe(self, name: str) -> Any:
        return self._dynamodb.describe_table(TableName=name)["Table"]

    def _table(self, name: str, keys: list[str]) -> None:
        names = {f"#{index}": key for index, key in enumerate(keys)}
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=name, ProjectionExpression=",".join(names), ExpressionAttributeNames=names
        )
        for page in pages:
            for start in range(0, len(page["Items"]), 25):
                rows = page["Items"][start : start + 25]
                deletes = [{"DeleteRequest": {"Key": row}} for row in rows]
                self._dynamodb.batch_write_item(RequestItems={name: deletes})

    def _bucket(self) -> None:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self._files)
        for page in pages:
            entries: list[dict[str, Any]] = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
            keys = [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]
            if keys:
                self._s3.delete_objects(Bucket=self._files, Delete={"Objects": keys, "Quiet": True})
