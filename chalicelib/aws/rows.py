"""Rows as DynamoDB itself spells them: what a backup copies without knowing what it means."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from chalicelib.aws.table import connection
from chalicelib.config import settings

Row = dict[str, Any]

_BATCH = 25
_TRIES = 8


def _client() -> Any:
    return connection().client


def scan(table: str, *names: str) -> Iterator[Row]:
    """Every row of the table of that logical name; with `names`, only these attributes."""
    only = {f"#{number}": name for number, name in enumerate(names)}
    projection = {"ProjectionExpression": ",".join(only), "ExpressionAttributeNames": only} if only else {}
    yield from _pages("scan", table, projection)


def query(table: str, key: str, value: str) -> Iterator[Row]:
    """The rows whose partition key `key` is `value`."""
    condition = {
        "KeyConditionExpression": "#key = :value",
        "ExpressionAttributeNames": {"#key": key},
        "ExpressionAttributeValues": {":value": {"S": value}},
    }
    yield from _pages("query", table, condition)


def _pages(operation: str, table: str, more: dict[str, Any]) -> Iterator[Row]:
    pages = _client().get_paginator(operation)
    for page in pages.paginate(TableName=settings().table(table), ConsistentRead=True, **more):
        yield from page["Items"]


def put(table: str, rows: Iterable[Row]) -> int:
    """Write rows as they are, over what is there; answers how many."""
    stream, written = iter(rows), 0
    while some := list(islice(stream, _BATCH)):
        _put_batch(settings().table(table), some)
        written += len(some)
    return written


def _put_batch(name: str, rows: Sequence[Row]) -> None:
    """One batch; DynamoDB hands back what was too much at the moment."""
    requests: Any = {name: [{"PutRequest": {"Item": row}} for row in rows]}
    for attempt in range(_TRIES):
        requests = _client().batch_write_item(RequestItems=requests).get("UnprocessedItems")
        if not requests:
            return
        time.sleep(0.05 * 2**attempt)
    raise TimeoutError(f"{name} takes no more rows at the moment")


def delete(table: str, row: Row, *keys: str) -> None:
    """Remove a row, of which `keys` are the key, while it is as it was read; another one stays."""
    values = {f":{number}": value for number, (name, value) in enumerate(row.items()) if name not in keys}
    names = {f"#{number}": name for number, name in enumerate(row) if name not in keys}
    same = {
        "ConditionExpression": " AND ".join(f"{name} = :{name[1:]}" for name in names),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }
    key = {name: row[name] for name in keys}
    try:
        _client().delete_item(TableName=settings().table(table), Key=key, **(same if names else {}))
    except _client().exceptions.ConditionalCheckFailedException:
        return
