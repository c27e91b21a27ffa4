"""Reading the old system's tables, from SQLite or PostgreSQL, without changing anything there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Rows = list[dict[str, Any]]

# Each table with the columns that the import reads. A database of an earlier version lacks some.
COLUMNS: dict[str, tuple[str, ...]] = {
    "job": (
        *("id", "short_id", "student_name", "student_email", "discipline", "class_number"),
        *("original_filename", "display_name", "file_path", "file_hash"),
        *("status", "printer", "color", "material", "weight_g", "time_hours", "cost_usd"),
        *("acknowledged_minimum_charge", "student_confirmed", "student_confirmed_at"),
        *("reject_reasons", "staff_viewed_at", "last_updated_by", "notes"),
        *("created_at", "updated_at"),
    ),
    "event": ("id", "job_id", "timestamp", "event_type", "details", "triggered_by", "workstation_id"),
    "payment": (*("job_id", "grams", "price_cents", "txn_no", "picked_up_by", "paid_ts", "paid_by_staff"),),
    "staff": ("name", "is_active", "added_at", "deactivated_at"),
    "catalog_store": ("id", "version", "data"),
}


class Unreadable(Exception):
    """The old database cannot be read; says why, without passwords."""


class Source:
    """The rows of every table that there is, all as of one moment, and what is missing."""

    def __init__(self, tables: dict[str, Rows], missing: list[tuple[str, str]]) -> None:
        self.tables = tables
        self.missing = missing

    def rows(self, table: str) -> Rows:
        """The rows of a table; none where the old system has no such table."""
        return self.tables.get(table, [])


def read(url: str) -> Source:
    """All that the import needs of the database behind a URL. Raises Unreadable."""
    scheme = urlsplit(url).scheme.partition("+")[0]
    if scheme == "sqlite":
        return _read_sqlite(url)
    if scheme in {"postgresql", "postgres"}:
        return _read_postgres(url)
    raise Unreadable("The database is named by a URL, sqlite:///old.db or postgresql://user@host/name.")


def _read_sqlite(url: str) -> Source:
    path = Path(url.partition("://")[2].removeprefix("/"))
    if not path.is_file():
        raise Unreadable(f"There is no file {path}.")
    try:
        address = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as opened:
            opened.row_factory = sqlite3.Row
            opened.text_factory = lambda stored: stored.decode(errors="replace")
            opened.execute("BEGIN")  # one moment for all tables
            names = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return _gathered(names, lambda query: [dict(row) for row in opened.execute(query)])
    except sqlite3.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _read_postgres(url: str) -> Source:
    try:
        import psycopg
        from psycopg.rows import dict_row
    except ImportError:
        raise Unreadable("PostgreSQL needs psycopg: pip install 'psycopg[binary]'.") from None
    plain = "postgresql://" + url.partition("://")[2]
    try:
        with psycopg.connect(plain, row_factory=dict_row, connect_timeout=10) as opened:
            opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            opened.read_only = True
            found = opened.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = ANY(current_schemas(false))"
            )
            names = [str(row["tablename"]) for row in found]
            # The names come from the list above and hold no quote.
            return _gathered(names, lambda query: opened.execute(query.encode()).fetchall())
    except psycopg.Error as error:
        raise Unreadable(f"PostgreSQL says: {error}") from error


def _gathered(names: Sequence[str], fetch: Callable[[str], Rows]) -> Source:
    tables: dict[str, Rows] = {}
    missing = []
    for table, columns in COLUMNS.items():
        stored = next((name for name in (table, f"{table}s", table.replace("_", "")) if name in names), None)
        if stored is None:
            missing.append((table, ""))
            continue
        tables[table] = fetch(f'SELECT * FROM "{stored}"')  # noqa: S608 - a name out of COLUMNS
        present = tables[table][0] if tables[table] else columns
        missing += [(table, column) for column in columns if column not in present]
    if "job" not in tables:
        raise Unreadable(f"There is no table “job”, only: {', '.join(sorted(names)) or 'none'}.")
    return Source(tables, missing)
