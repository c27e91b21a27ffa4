"""How commands reach the stores of a local PrintLab; those of AWS they reach by the environment.

`python -m infra.connect .data infra.trail verify` runs a module with the environment of the PrintLab
that runs on the data in that folder.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from infra.local.environment import unreachable

_NAME = "running.json"
_KEPT = ("AWS_", "PRINTLAB_")
_PROFILE = "PRINTLAB_BACKUPS_PROFILE"


def remember(data: Path) -> Path:
    """Write down how this process reaches its stores, for the eyes of its own user; answers the file."""
    file = data / _NAME
    names = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(names, opened)
    return file


def environment(data: Path) -> dict[str, str]:
    """That of this process, with the way to the PrintLab that runs on `data`. Exits when none does."""
    try:
        known: dict[str, str] = json.loads((data / _NAME).read_text())
        stores = urlsplit(known["AWS_ENDPOINT_URL"])
        socket.create_connection((stores.hostname, stores.port), timeout=10).close()
    except (FileNotFoundError, ConnectionError, TimeoutError):  # one that was killed leaves its file behind
        sys.exit(f"No PrintLab runs on the data in {data}. Start it first: make run")
    # A profile in front of the command counts before that of the settings file.
    own = {_PROFILE: os.environ[_PROFILE]} if _PROFILE in os.environ else {}
    return os.environ | known | own


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m infra.connect DATA MODULE [ARGUMENTS]")
    told = environment(Path(sys.argv[1]))
    if reason := unreachable(sys.argv, told):
        sys.exit(reason)
    sys.exit(subprocess.run([sys.executable, "-m", *sys.argv[2:]], env=told).returncode)
