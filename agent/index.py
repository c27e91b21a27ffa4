"""What share and cloud agreed on last, place by place: a small database on the lab PC, not on the share.

It may be lost: then nothing on the share counts as the agent's own until it is seen equal to the cloud again.
"""

from __future__ import annotations

import sqlite3
import uuid
from pathlib import Path

from agent import names
from agent.names import Key
from agent.plan import Base

_SCHEMA = """
    create table if not exists base (
        place text, known text, job_id text, name text, size integer, mtime_ns integer, md5 text,
        primary key (place, known)
    );
    create table if not exists facts (name text primary key, value text);
"""


class Index:
    """The database; every call is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("pragma synchronous=full")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def all(self) -> dict[Key, Base]:
        """Every place that was agreed on."""
        rows = self._database.execute("select job_id, place, name, size, mtime_ns, md5 from base")
        return {base.key: base for base in (Base(*row) for row in rows)}

    def put(self, base: Base) -> None:
        """Both hold this now."""
        place, known = base.key
        row = (place, known, base.job_id, base.name, base.size, base.mtime_ns, base.md5)
        self._database.execute("insert or replace into base values (?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, folder: str, name: str) -> None:
        """Nothing is agreed on there."""
        self.forget_key(names.key(folder, name))

    def forget_key(self, key: Key) -> None:
        """Nothing is agreed on there."""
        self._database.execute("delete from base where place = ? and known = ?", key)

    def instance(self) -> str:
        """Which installation this is, made up on first use."""
        fresh = ("instance", uuid.uuid4().hex)
        self._database.execute("insert or ignore into facts values (?, ?)", fresh)
        (value,) = self._database.execute("select value from facts where name = 'instance'").fetchone()
        return str(value)
