"""A private PostgreSQL server for one test run, on a socket in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_PLACES = "/usr/lib/postgresql"
_MISSING = "No PostgreSQL server here: sh infra/local/install_postgres.sh"


def _program(name: str) -> str | None:
    found = sorted(Path(_PLACES).glob(f"*/bin/{name}"), reverse=True)
    return str(found[0]) if found else shutil.which(name)


def server_url(folder: Path) -> Iterator[str]:
    """The URL of a database while the server runs; skips where there is none."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if not initdb or not pg_ctl:
        pytest.skip(_MISSING)
    # The server refuses to run as root; and a socket's path may have a hundred characters at most.
    sockets = Path("/tmp") / f"pl-pg-{os.getpid()}"
    sockets.mkdir()
    user = _as_another(folder, sockets)
    data = str(folder / "data")
    try:
        _run(user, initdb, "-D", data, "-A", "trust", "-U", "lab", "--no-sync", "-E", "UTF8")
        options = f"-k {sockets} -c listen_addresses= -c fsync=off"
        _run(user, pg_ctl, "-D", data, "-w", "-o", options, "-l", str(folder / "log"), "start")
        yield f"postgresql://lab@/postgres?host={sockets}"
        _run(user, pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _as_another(*folders: Path) -> list[str]:
    """What a command begins with to run as a user who may start a server, who then owns the folders."""
    if os.getuid() != 0:
        return []
    for folder in folders:
        shutil.chown(folder, "postgres")
    for parent in (folders[0], *folders[0].parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o055)
    return ["runuser", "-u", "postgres", "--"]


def _run(user: list[str], *command: str) -> None:
    done = subprocess.run([*user, *command], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
