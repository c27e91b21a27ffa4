"""A private PostgreSQL server for one test run, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_PLACES = "/usr/lib/postgresql"
_MISSING = "No PostgreSQL server here: make postgres"


def _program(name: str) -> str | None:
    found = sorted(Path(_PLACES).glob(f"*/bin/{name}"), reverse=True)
    return str(found[0]) if found else shutil.which(name)


def server_url() -> Iterator[str]:
    """The URL of a database while the server runs; skips where there is none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip(_MISSING)
    # A short path, because that of a socket may have a hundred characters; and not below pytest's own
    # folder, which only this user may enter.
    folder = Path(tempfile.mkdtemp(prefix="pl-pg-"))
    user, data = _as_another(folder), str(folder / "data")
    try:
        _run(user, initdb, "-D", data, "-A", "trust", "-U", "lab", "--no-sync", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses= -c fsync=off"
        _run(user, pg_ctl, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        yield f"postgresql://lab@/postgres?host={folder}"
        _run(user, pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as_another(folder: Path) -> list[str]:
    """What a command begins with to run as one who may start a server, which root may not."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(user: list[str], *command: str) -> None:
    done = subprocess.run([*user, *command], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
