"""What is stored: bytes that DynamoDB and S3 bill by the month."""

from __future__ import annotations

from dataclasses import dataclass

from bench.meter import indexes, uncounted
from bench.units import item_size
from chalicelib.aws import files
from chalicelib.config import settings

# Rows of these expire or go within days.
_SHORT_LIVED = ("uploads", "transient", "cleanups")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
_OVERHEAD_OF_AN_ITEM = 100


@dataclass(frozen=True)
class Footprint:
    """Bytes in tables with their indexes, in current objects, and in object versions that were replaced."""

    tables: int
    objects: int
    old_versions: int

    def __sub__(self, other: Footprint) -> Footprint:
        return Footprint(
            self.tables - other.tables, self.objects - other.objects, self.old_versions - other.old_versions
        )


def footprint() -> Footprint:
    """What is stored at this moment."""
    passing = {settings().table(name) for name in _SHORT_LIVED}
    names = [name for name in uncounted().list_tables()["TableNames"] if name not in passing]
    versions = list(files.versions(""))
    return Footprint(
        tables=sum(map(_table_bytes, names)),
        objects=sum(file.size for file in versions if file.is_latest),
        old_versions=sum(file.size for file in versions if not file.is_latest),
    )


def _table_bytes(name: str) -> int:
    size = 0
    for page in uncounted().get_paginator("scan").paginate(TableName=name):
        for item in page["Items"]:
            copies = [item, *(index.entry(item) for index in indexes(name))]
            size += sum(item_size(copy) + _OVERHEAD_OF_AN_ITEM for copy in copies if copy is not None)
    return size
