"""Counts what the application asks of AWS: every call, and DynamoDB's request units."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from boto3.session import Session

from bench.units import TRANSACTION_FACTOR, Index, Item, item_size, read_units, write_units
from chalicelib.aws import files, queues
from chalicelib.aws.table import connection

# Where the hooks keep what they saw before a call until it is over.
_NOTES = "printlab-bench"

Change = tuple[str, Item, Item | None]  # table, key, the item before


@dataclass
class Tally:
    """What was counted: calls as "s3.PutObject", units by the documented formula and as the store says.

    Units stand under the table's name, those of its indexes under "<table>/indexes".
    """

    calls: Counter[str] = field(default_factory=Counter)
    read_by_table: dict[str, float] = field(default_factory=dict)
    written_by_table: dict[str, float] = field(default_factory=dict)
    store_units: float = 0.0
    items_read: int = 0

    @property
    def read_units(self) -> float:
        """Read units of all tables."""
        return sum(self.read_by_table.values())

    @property
    def write_units(self) -> float:
        """Write units of all tables and indexes."""
        return sum(self.written_by_table.values())

    def of(self, service: str) -> int:
        """Calls to "dynamodb", "s3" or "sqs"."""
        return sum(count for name, count in self.calls.items() if name.startswith(f"{service}."))


@contextmanager
def metering() -> Iterator[Tally]:
    """Count what this process asks of AWS meanwhile. Slows the calls: time without it."""
    ledger = _Ledger()
    tables = connection().client.meta.events
    hooks: list[tuple[Any, str, Callable[..., Any]]] = [
        (tables, "provide-client-params.dynamodb", ledger.before),
        (tables, "after-call.dynamodb", ledger.after),
        *(
            (c.meta.events, "after-call", ledger.count)
            for c in (connection().client, files.client(), queues.client())
        ),
    ]
    for events, name, hook in hooks:
        events.register(name, hook)
    try:
        yield ledger.tally
    finally:
        for events, name, hook in hooks:
            events.unregister(name, hook)


class _Ledger:
    """The hooks. They look at items before and after a write, through a client that is not counted."""

    def __init__(self) -> None:
        self.tally = Tally()

    def count(self, model: Any, **_: Any) -> None:
        self.tally.calls[f"{model.service_model.service_name}.{model.name}"] += 1

    def before(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> dict[str, Any]:
        params["ReturnConsumedCapacity"] = "INDEXES"
        context[_NOTES] = (
            params,
            [(table, key, _item(table, key)) for table, key in _written(model.name, params)],
        )
        return params

    def after(self, model: Any, parsed: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        params, changes = context[_NOTES]
        told = parsed.get("ConsumedCapacity") or []
        for capacity in [told] if isinstance(told, Mapping) else told:
            self.tally.store_units += capacity["CapacityUnits"]
        if changes:
            factor = TRANSACTION_FACTOR if model.name == "TransactWriteItems" else 1
            for change in changes:
                self._written(change, factor, refused="Error" in parsed)
        else:
            self._read(model.name, params, parsed)

    def _read(self, operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> None:
        """Count one read. Raises KeyError for an operation that it does not know."""
        if len(params.get("RequestItems", ())) > 1:
            for table, wanted in params["RequestItems"].items():
                self._read(operation, {"RequestItems": {table: wanted}}, parsed)
            return
        sizes, consistent = _READS[operation](params, parsed)
        table = params.get("TableName") or next(iter(params["RequestItems"]))
        _add(self.tally.read_by_table, table, sum(read_units(size, consistent=consistent) for size in sizes))
        self.tally.items_read += parsed.get("ScannedCount", len(sizes))

    def _written(self, change: Change, factor: int, *, refused: bool) -> None:
        """Count one write; a refused one is charged for the item that its condition looked at."""
        table, key, before = change
        after = before if refused else _item(table, key)
        _add(self.tally.written_by_table, table, factor * write_units(before, after))
        in_indexes = sum(index.write_units(before, after) for index in indexes(table))
        if in_indexes:
            _add(self.tally.written_by_table, f"{table}/indexes", in_indexes)


def _add(units: dict[str, float], table: str, amount: float) -> None:
    units[table] = units.get(table, 0.0) + amount


def _written(operation: str, params: Mapping[str, Any]) -> list[tuple[str, Item]]:
    """Table and key of every item that a call writes."""
    if operation == "TransactWriteItems":
        writes = [write for entry in params["TransactItems"] for write in entry.values()]
    elif operation in ("PutItem", "UpdateItem", "DeleteItem"):
        writes = [params]
    else:
        return []
    return [(w["TableName"], w.get("Key") or _key_of(w["TableName"], w["Item"])) for w in writes]


def _get(params: Mapping[str, Any], parsed: Mapping[str, Any]) -> tuple[list[int], bool]:
    return [item_size(parsed.get("Item", {}))], params.get("ConsistentRead", False)


def _batch_get(params: Mapping[str, Any], parsed: Mapping[str, Any]) -> tuple[list[int], bool]:
    [(table, wanted)] = params["RequestItems"].items()
    found = [item_size(item) for item in parsed["Responses"].get(table, [])]
    missing = [0] * (len(wanted["Keys"]) - len(found))
    return found + missing, wanted.get("ConsistentRead", False)


def _query(params: Mapping[str, Any], parsed: Mapping[str, Any]) -> tuple[list[int], bool]:
    return [sum(map(item_size, _looked_at("query", params, parsed)))], params.get("ConsistentRead", False)


def _scan(params: Mapping[str, Any], parsed: Mapping[str, Any]) -> tuple[list[int], bool]:
    return [sum(map(item_size, _looked_at("scan", params, parsed)))], params.get("ConsistentRead", False)


_READS: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], tuple[list[int], bool]]] = {
    "GetItem": _get,
    "BatchGetItem": _batch_get,
    "Query": _query,
    "Scan": _scan,
}


def _looked_at(method: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> list[Item]:
    """What a query or scan read and is charged for, also what its filter, count or projection hides."""
    scanned, items = parsed["ScannedCount"], list(parsed.get("Items", []))
    if len(items) == scanned and "ProjectionExpression" not in params:
        return items
    plain = {name: params[name] for name in _KEPT if name in params}
    used = set(re.findall(r"[#:]\w+", params.get("KeyConditionExpression", "")))
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if kept := {token: value for token, value in params.get(name, {}).items() if token in used}:
            plain[name] = kept
    items = []
    while len(items) < scanned:  # an emulator may have read on where AWS ends a page, at 1 MB
        page = getattr(uncounted(), method)(**plain, Limit=scanned - len(items))
        items += page["Items"]
        plain["ExclusiveStartKey"] = page.get("LastEvaluatedKey")
    return items


_KEPT = (
    "TableName",
    "IndexName",
    "KeyConditionExpression",
    "ScanIndexForward",
    "ExclusiveStartKey",
    "ConsistentRead",
)


@cache
def uncounted() -> Any:
    """A DynamoDB client of our own, whose calls do not count."""
    return Session().client("dynamodb")


@cache
def _table(name: str) -> dict[str, Any]:
    description: dict[str, Any] = uncounted().describe_table(TableName=name)["Table"]
    return description


def _key_of(table: str, item: Item) -> Item:
    return {part["AttributeName"]: item[part["AttributeName"]] for part in _table(table)["KeySchema"]}


@cache
def indexes(table: str) -> list[Index]:
    """The indexes of a table."""
    key = [part["AttributeName"] for part in _table(table)["KeySchema"]]
    return [Index.of(index, key) for index in _table(table).get("GlobalSecondaryIndexes", [])]


def _item(table: str, key: Item) -> Item | None:
    item: Item | None = uncounted().get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
    return item
