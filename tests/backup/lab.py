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

    def __init__(self, session: Any, **where: str) -> None:
        self._dynamodb = session.client("dynamodb", **where)
        self._s3 = session.client("s3", **where)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as DynamoDB spells them, in an order."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=f"printlab-{environment.STAGE}-{table}", ConsistentRead=True
        )
        found = [row for page in pages for row in page["Items"]]
        return sorted(found, key=lambda row: json.dumps(row, sort_keys=True))

    def files(self) -> dict[str, tuple[str, str, str]]:
        """Every current object: its SHA-256, ETag and content type."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=environment.BUCKET)
        return {
            entry["Key"]: self._file(entry["Key"]) for page in pages for entry in page.get("Contents", [])
        }

    def _file(self, key: str) -> tuple[str, str, str]:
        stored = self._s3.get_object(Bucket=environment.BUCKET, Key=key)
        return hashlib.sha256(stored["Body"].read()).hexdigest(), stored["ETag"], stored["ContentType"]

    def everything(self) -> dict[str, Any]:
        """All that a restore must bring back as it was."""
        lasting = {table: [row for row in self.rows(table) if not _of_the_lab(row)] for table in SAME}
        return {**lasting, "files": self.files()}


def _of_the_lab(row: dict[str, Any]) -> bool:
    """The lab's own events and the end of their chain: a restore tells of itself there."""
    return bool(row.get("job_id", {}).get("S") == "system")
