"""The figures of each day, moved with the events that they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pynamodb.expressions.operand import Path
from pynamodb.transactions import TransactWrite

from chalicelib.aws import shards
from chalicelib.aws.table import batch_get
from chalicelib.aws.tables import DayFigures

_KEYS = frozenset({"day", "shard"})
_BATCH = 100

Figures = Counter[str]


def stage_add(transaction: TransactWrite, day: str, job_id: str, deltas: Mapping[str, int]) -> None:
    """Add to the figures of `day` ("2026-11-21"); names as in domain/statistics.py."""
    row = DayFigures(day, str(shards.of_job(job_id)))
    transaction.update(row, actions=[Path([name]).add(number) for name, number in deltas.items()])


def add(day: str, deltas: Mapping[str, int]) -> None:
    """Correct the figures of `day`."""
    DayFigures(day, "0").update(actions=[Path([name]).add(number) for name, number in deltas.items()])


def figures(days: Iterable[date]) -> dict[date, Figures]:
    """The figures of each of `days`; without PynamoDB's models, as there are thousands of attributes."""
    found = {day: Counter[str]() for day in days}
    keys = [{"day": day.isoformat(), "shard": str(shard)} for day in found for shard in range(shards.NUMBER)]
    for start in range(0, len(keys), _BATCH):
        for row in _read(keys[start : start + _BATCH]):
            sums = found[date.fromisoformat(row["day"]["S"])]
            for name, value in row.items():
                if name not in _KEYS:
                    sums[name] += int(value["N"])
    return found


def _read(keys: list[dict[str, Any]]) -> Iterator[dict[str, dict[str, str]]]:
    table = DayFigures.Meta.table_name
    wanted = [{"day": {"S": key["day"]}, "shard": {"S": key["shard"]}} for key in keys]
    while wanted:
        answer = batch_get({table: {"Keys": wanted}})
        yield from answer["Responses"].get(table, [])
        wanted = answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
