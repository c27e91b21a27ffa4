"""What a lab holds, read without the code that is tested, to compare before and after."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from infra.local import environment

# In the copy as they were. The others are made again by themselves, or changed on purpose and tested apart.
SAME = ("jobs", "events", "chains", "payments", "guards", "staff", "config")


class Lab:
    """The stores of one PrintLab."""

    def __init__(
        self, session: Any, stage: str = environment.STAGE, bucket: str = environment.BUCKET, **where: str
    ) -> None:
        self._stage = stage
        self._bucket = bucket
        self._dynamodb = session.client("dynamodb", **where)
        self._s3 = session.client("s3", **where)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as DynamoDB spells them, in an order."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=f"printlab-{self._stage}-{table}", ConsistentRead=True
        )
        found = [row for page in pages for row in page["Items"]]
        return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))

    def files(self, *, read: bool) -> dict[str, tuple[str, ...]]:
        """Every current object: its SHA-256 and content type where it is read, its MD5 in any case."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket)
        found = (entry for page in pages for entry in page.get("Contents", []))
        return {e["Key"]: (e["ETag"], *(self._file(e["Key"]) if read else ())) for e in found}

    def _file(self, key: str) -> tuple[str, str]:
        stored = self._s3.get_object(Bucket=self._bucket, Key=key)
        return hashlib.sha256(stored["Body"].read()).hexdigest(), stored["ContentType"]

    def everything(self, *, read: bool = True) -> dict[str, Any]:
        """All that a restore must bring back as it was."""
        lasting = {table: [row for row in self.rows(table) if not _of_the_lab(row)] for table in SAME}
        return {**lasting, "files": self.files(read=read)}


def _of_the_lab(row: dict[str, Any]) -> bool:
    """The lab's own events and the end of their chain: a restore tells of itself there."""
    return bool(row.get("job_id", {}).get("S") == "system")
