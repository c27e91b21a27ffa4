"""What share and cloud agreed on last, place by place: a small database on the lab PC, not on the share.

It may be lost: then nothing on the share counts as the agent's own until it is seen equal to the cloud again.
"""

from __future__ import annotations

import logging
import sqlite3
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent import names
from agent.names import Key
from agent.plan import Base

log = logging.getLogger(__name__)


class IndexFailed(OSError):
    """The index cannot be read or written just now, as when the PC's disk is full."""


_SCHEMA = """
    create table if not exists base (
        place text, known text, job_id text, name text, size integer, mtime_ns integer, md5 text,
        primary key (place, known)
    );
    create table if not exists placing (place text, job_id text, name text, size integer, md5 text);
    create table if not exists facts (name text primary key, value text);
"""


class Index:
    """The database. Raises IndexFailed when it cannot be read or written.

    A power cut may take the last notes back, never the earlier ones alone, and never what is intended: so a
    first sync does not wait for the disk at each file, and still knows its own files afterwards.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = _opened(path)
        except sqlite3.OperationalError as error:  # locked, or the disk is full: it is as good as it was
            raise IndexFailed(f"{path}: {error}") from error
        except sqlite3.DatabaseError as error:  # its bytes are damaged
            broken = path.with_suffix(".damaged")
            path.replace(broken)
            for part in ("-wal", "-shm"):  # of the old one: they would damage the new one
                Path(f"{path}{part}").unlink(missing_ok=True)
            log.warning("%s: %s; begun anew, the old one is %s", path, error, broken)
            self._database = _opened(path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def all(self) -> dict[Key, Base]:
        """Every place that was agreed on."""
        rows = self._do("select job_id, place, name, size, mtime_ns, md5 from base")
        return {base.key: base for base in (Base(*row) for row in rows)}

    def put(self, base: Base) -> None:
        """Both hold this now."""
        place, known = base.key
        row = (place, known, base.job_id, base.name, base.size, base.mtime_ns, base.md5)
        self._do("insert or replace into base values (?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, folder: str, name: str) -> None:
        """Nothing is agreed on there."""
        self.forget_key(names.key(folder, name))

    def forget_key(self, key: Key) -> None:
        """Nothing is agreed on there."""
        self._do("delete from base where place = ? and known = ?", key)

    def intend(self, places: Sequence[Base]) -> None:
        """What is about to be placed, instead of what was noted so before; all of it at once."""
        rows = [(base.folder, base.job_id, base.name, base.size, base.md5) for base in places]
        if not rows and not self._do("select 1 from placing limit 1"):
            return
        self._do("pragma synchronous=full")
        self._do("begin")
        self._do("delete from placing")
        for row in rows:
            self._do("insert into placing values (?, ?, ?, ?, ?)", row)
        self._do("commit")
        self._do("pragma synchronous=normal")

    def intended(self) -> list[Base]:
        """What was about to be placed when the agent stopped; when, only the file knows."""
        rows = self._do("select job_id, place, name, size, 0, md5 from placing")
        return [Base(*row) for row in rows]

    def instance(self) -> str:
        """Which installation this is, made up on first use."""
        fresh = ("instance", uuid.uuid4().hex)
        self._do("insert or ignore into facts values (?, ?)", fresh)
        ((value,),) = self._do("select value from facts where name = 'instance'")
        return str(value)

    def _do(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.rollback()
            raise IndexFailed(f"the agent's index: {error}") from error


def _opened(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.DatabaseError for a file that is damaged, or is none."""
    database = sqlite3.connect(path, isolation_level=None)
    try:
        database.execute("pragma journal_mode=wal")
        database.execute("pragma synchronous=normal")
        ((state,),) = database.execute("pragma quick_check(1)").fetchall()
        if state != "ok":
            raise sqlite3.DatabaseError(state)
        database.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database
