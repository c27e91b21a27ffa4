"""How commands reach PrintLab's stores: the local cloud by its data folder, AWS by the environment.

`python -m infra.connect .data infra.rebuild --apply` runs a module with the environment of the PrintLab
that runs on the data in that folder.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

_NAME = "running.json"
_KEPT = ("AWS_", "PRINTLAB_")


def remember(data: Path) -> Path:
    """Write down how this process reaches its stores, for the eyes of its own user; answers the file."""
    file = data / _NAME
    names = {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        json.dump(names, opened)
    return file


def add_option(parser: ArgumentParser) -> None:
    """Let the command be told where the local cloud keeps its data."""
    parser.add_argument(
        "--data", type=Path, help="data folder of the running local cloud; without it AWS, by the environment"
    )


def connect(data: Path | None) -> None:
    """Set the environment, before anything of the application is imported. Exits when nothing runs there."""
    if data is None:
        if "PRINTLAB_STAGE" not in os.environ:
            sys.exit("Say which PrintLab: --data .data for a local one that runs, or PRINTLAB_STAGE for AWS.")
        return
    try:
        os.environ.update(json.loads((data / _NAME).read_text()))
    except FileNotFoundError:
        sys.exit(f"No PrintLab runs on the data in {data}. Start it first: make run")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python -m infra.connect DATA MODULE [ARGUMENTS]")
    connect(Path(sys.argv[1]))
    sys.exit(subprocess.run([sys.executable, "-m", *sys.argv[2:]]).returncode)
