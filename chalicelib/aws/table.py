"""The base of all tables: one connection, and the attribute types that PynamoDB lacks."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import Attribute
from pynamodb.connection import Connection, TableConnection
from pynamodb.constants import NUMBER, STRING
from pynamodb.exceptions import GetError
from pynamodb.models import Model

from chalicelib.domain.lifecycle import Status

_connecting = threading.Lock()
_shared: Connection | None = None


def connection() -> Connection:
    """The one client that all tables share (PynamoDB alone would make one per table)."""
    global _shared
    with _connecting:
        if _shared is None:
            _shared = Connection(max_pool_connections=64, connect_timeout_seconds=3, read_timeout_seconds=15)
            _shared.client  # noqa: B018 - botocore clients must not be created by two threads at once
        return _shared


def batch_get(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """One BatchGetItem over several tables, or without models: keys by table, and DynamoDB's own answer.

    Raises GetError, as PynamoDB's own reads do.
    """
    try:
        answer: dict[str, Any] = connection().dispatch("BatchGetItem", {"RequestItems": wanted})
    except (BotoCoreError, ClientError) as error:
        raise GetError("Failed to batch get items", error) from error
    return answer


class DecimalAttribute(Attribute[Decimal]):
    """A number that keeps its exact decimal value."""

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        """To DynamoDB's number in its own spelling: no exponent, no zeros at the end.

        It hands out 2 for 2.0, and a job's record must say what its row says.
        """
        return format(value.normalize(), "f")

    def deserialize(self, value: str) -> Decimal:
        """From DynamoDB's number."""
        return Decimal(value)


class StatusAttribute(Attribute[Status]):
    """A `Status`, stored in its API spelling."""

    attr_type = STRING

    def serialize(self, value: Status) -> str:
        """To the stored spelling."""
        return value.value

    def deserialize(self, value: str) -> Status:
        """From the stored spelling."""
        return Status(value)


class Table(Model):
    """Base of all tables: one shared connection, no region or host in the code."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        table = super()._get_connection()
        shared = connection()
        if table.connection is not shared:
            with _connecting:
                if cls.Meta.table_name not in shared._tables:
                    shared.add_meta_table(table.get_meta_table())
                table.connection = shared
        return table
