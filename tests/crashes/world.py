"""Everything that is stored, read and written without the application's code."""

from __future__ import annotations

import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from localstack_client.session import Session

from infra.local import environment

Item = dict[str, Any]
Key = tuple[str, ...]

# What the use cases write; the rest is the lab's furniture.
TABLES = (
    "jobs",
    "events",
    "payments",
    "outbox",
    "cleanups",
    "guards",
    "uploads",
    "candidates",
    "counters",
    "transient",
    "chains",
    "days",
    "audits",
    "findings",
)
_JSON = frozenset(
    {"details", "form", "notes", "drop", "writes", "mesh", "mesh_error", "reject_reasons", "answer", "totals"}
)
_DONE = ({"S": "sent"}, {"S": "dropped"})
_plain = TypeDeserializer()


@dataclass(frozen=True)
class Stored:
    """One version of one object."""

    key: str
    version_id: str
    is_latest: bool

    @property
    def folder(self) -> str:
        """The first part of the key."""
        return self.key.partition("/")[0]


@dataclass
class State:
    """What was stored at one moment: the rows of each table by key, the object versions, and their bytes."""

    rows: dict[str, dict[Key, Item]]
    objects: list[Stored]
    bodies: dict[str, bytes] = field(default_factory=dict)

    def table(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table as plain values, JSON parsed."""
        return [_parsed(item) for item in self.rows[name].values()]

    def latest(self) -> dict[str, Stored]:
        """The current objects by key."""
        return {stored.key: stored for stored in self.objects if stored.is_latest}


def _parsed(item: Item) -> dict[str, Any]:
    row = {name: _plain.deserialize(value) for name, value in item.items()}
    return {name: json.loads(value) if name in _JSON else value for name, value in row.items()}


class World:
    """The stores of the test run."""

    def __init__(self, cloud: Session) -> None:
        self._dynamodb = cloud.client("dynamodb")
        self._s3 = cloud.client("s3")
        self._sqs = cloud.client("sqs")
        self._queues = [url for url in self._sqs.list_queues()["QueueUrls"] if not url.endswith("-dead")]
        self._pool = ThreadPoolExecutor(4)  # the stores are another process: two can work at a time
        self._keys = {
            name: [key["AttributeName"] for key in self._describe(name)["KeySchema"]] for name in TABLES
        }

    def _describe(self, name: str) -> Any:
        return self._dynamodb.describe_table(TableName=_table(name))["Table"]

    # --- reading ------------------------------------------------------------------

    def read(self) -> State:
        """All rows and all object versions of this moment, without bodies."""
        objects = self._pool.submit(self._versions)
        return State(dict(zip(TABLES, self._pool.map(self._rows, TABLES), strict=True)), objects.result())

    def _rows(self, name: str) -> dict[Key, Item]:
        rows: dict[Key, Item] = {}
        for page in self._dynamodb.get_paginator("scan").paginate(
            TableName=_table(name), ConsistentRead=True
        ):
            rows.update({self._key(name, item): item for item in page["Items"]})
        return rows

    def _key(self, name: str, item: Item) -> Key:
        return tuple(item[key]["S"] for key in self._keys[name])

    def _versions(self) -> list[Stored]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=environment.BUCKET)
        return [
            Stored(entry["Key"], entry["VersionId"], entry["IsLatest"])
            for page in pages
            for entry in page.get("Versions", [])
        ]

    def body(self, key: str) -> bytes:
        """The current bytes of an object."""
        content: bytes = self._s3.get_object(Bucket=environment.BUCKET, Key=key)["Body"].read()
        return content

    # --- going back -----------------------------------------------------------------

    def remember(self) -> State:
        """This moment, to come back to."""
        state = self.read()
        state.bodies = {key: self.body(key) for key in state.latest()}
        return state

    def restore(self, state: State, now: State) -> None:
        """Make it the moment of `state` again by writing what differs from `now`; the queues are emptied."""
        self.empty_queues()
        self._restore_rows(state, now)
        self._restore_objects(state, now)

    def _restore_rows(self, state: State, now: State) -> None:
        requests: dict[str, list[Any]] = defaultdict(list)
        for name in TABLES:
            wanted, there = state.rows[name], now.rows[name]
            for key, item in wanted.items():
                if there.get(key) != item:
                    requests[_table(name)].append({"PutRequest": {"Item": item}})
            for key in there.keys() - wanted.keys():
                names = dict(zip(self._keys[name], ({"S": part} for part in key), strict=True))
                requests[_table(name)].append({"DeleteRequest": {"Key": names}})
        for table, changes in requests.items():
            for start in range(0, len(changes), 25):
                self._dynamodb.batch_write_item(RequestItems={table: changes[start : start + 25]})

    def _restore_objects(self, state: State, now: State) -> None:
        wanted = {(stored.key, stored.version_id) for stored in state.latest().values()}
        there = {(stored.key, stored.version_id) for stored in now.objects}
        extra = [{"Key": key, "VersionId": version} for key, version in there - wanted]
        if extra:
            self._s3.delete_objects(Bucket=environment.BUCKET, Delete={"Objects": extra, "Quiet": True})
        for key, _ in wanted - there:
            version = self.put(key, state.bodies[key])
            state.objects = [s for s in state.objects if s.key != key] + [Stored(key, version, True)]

    def put(self, key: str, body: bytes) -> str:
        """Store an object, as a browser or a slicer would; its version."""
        version: str = self._s3.put_object(Bucket=environment.BUCKET, Key=key, Body=body)["VersionId"]
        return version

    def empty_queues(self) -> None:
        """Lose all messages."""
        for url in self._queues:
            self._sqs.purge_queue(QueueUrl=url)

    # --- time -----------------------------------------------------------------------

    def age(self, by: timedelta) -> None:
        """Let time pass for everything that waits for it: leases, due messages, running requests."""
        for table, names in (("outbox", ("due_at", "claimed_until")), ("transient", ("started_at",))):
            for key, item in self._rows(table).items():
                older = {name: {"S": _earlier(item[name]["S"], by)} for name in names if name in item}
                if older and item.get("state") not in _DONE:
                    self._dynamodb.put_item(TableName=_table(table), Item={**item, **older})
                    assert self._key(table, item) == key

    def expire(self, name: str, at: datetime) -> None:
        """Let all rows of a table have run out `at`, as TTL may leave them for a while."""
        for item in self._rows(name).values():
            changed = {**item, "expires_at": {"N": str(int(at.timestamp()))}}
            self._dynamodb.put_item(TableName=_table(name), Item=changed)


def _table(name: str) -> str:
    return f"printlab-{environment.STAGE}-{name}"


def _earlier(moment: str, by: timedelta) -> str:
    """`moment`, in the form that PynamoDB stores, moved."""
    form = "%Y-%m-%dT%H:%M:%S.%f%z"
    return (datetime.strptime(moment, form) - by).astimezone(UTC).strftime(form)
