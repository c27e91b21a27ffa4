"""What a DynamoDB call costs in request units, by the documented formulas.

Emulators report units too, but not always as AWS would bill them, so that the benches count for themselves.

- item size: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
- units: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
- index writes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations
- a transaction doubles the table's units and not its indexes': measured on AWS in
  https://github.com/nubo-db/dynoxide/pull/188
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

Item = Mapping[str, Mapping[str, Any]]

READ_BYTES = 4096
WRITE_BYTES = 1024
TRANSACTION_FACTOR = 2


def item_size(item: Item) -> int:
    """Bytes of an item as DynamoDB counts them: every attribute's name and value."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: Mapping[str, Any]) -> int:
    [(kind, content)] = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        digits = len(content.lstrip("-").replace(".", "").strip("0"))
        return ceil(digits / 2) + 1
    if kind in ("BOOL", "NULL"):
        return 1
    raise ValueError(f"PrintLab stores no values of type {kind}")


def read_units(size: int, *, consistent: bool) -> float:
    """Units of reading `size` bytes: one item of a get, all items of a query's page together."""
    units = max(1, ceil(size / READ_BYTES))
    return units if consistent else units / 2


def write_units(before: Item | None, after: Item | None) -> int:
    """Units of a write that turns `before` into `after`: the larger one counts."""
    sizes = [item_size(item) for item in (before, after) if item is not None]
    return max([1, *(ceil(size / WRITE_BYTES) for size in sizes)])


@dataclass(frozen=True)
class Index:
    """A global secondary index: its own key, the table's key, and what it holds (None: everything)."""

    key: tuple[str, ...]
    table_key: tuple[str, ...]
    projected: frozenset[str] | None

    @classmethod
    def of(cls, description: Mapping[str, Any], table_key: Iterable[str]) -> Index:
        """From an entry of DescribeTable's GlobalSecondaryIndexes."""
        key = tuple(part["AttributeName"] for part in description["KeySchema"])
        projection = description["Projection"]
        everything = projection["ProjectionType"] == "ALL"
        names = frozenset(projection.get("NonKeyAttributes", ())) | frozenset(key) | frozenset(table_key)
        return cls(key, tuple(table_key), None if everything else names)

    def entry(self, item: Item | None) -> Item | None:
        """The index's copy of `item`, None where the item has no full key and so no entry."""
        if item is None or any(name not in item for name in self.key):
            return None
        return {
            name: value for name, value in item.items() if self.projected is None or name in self.projected
        }

    def write_units(self, before: Item | None, after: Item | None) -> int:
        """Units for keeping the index true when `before` becomes `after` in the table."""
        old, new = self.entry(before), self.entry(after)
        if old == new:
            return 0
        if old is None or new is None:
            return write_units(old, new)
        if any(old[name] != new[name] for name in self.key):  # an entry cannot move: one goes, one comes
            return write_units(old, None) + write_units(None, new)
        return write_units(old, new)
