"""python -m agent init | run | once | status | verify --config agent.toml"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import VERSION, commands
from agent.cloud import Offline, Refused
from agent.config import BadConfig, load
from agent.engine import NotLeading, TooManyDeletions
from agent.share import NotMounted

_COMMANDS = {
    "init": (commands.init, "make a folder the lab share (once, by hand)"),
    "run": (commands.run, "keep the share in step until stopped"),
    "once": (commands.once, "bring the share in step now"),
    "status": (commands.status, "how the last round went"),
    "verify": (commands.verify, "hash every file and compare it with the cloud"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser("agent", description="The PrintLab sync agent of a lab PC.")
    parser.add_argument("--version", action="version", version=VERSION)
    choices = parser.add_subparsers(dest="command", required=True)
    for name, (_, about) in _COMMANDS.items():
        command = choices.add_parser(name, help=about)
        command.add_argument("--config", type=Path, required=True)
        if name in {"run", "once"}:
            command.add_argument(
                "--delete-many", action="store_true", help="when most files are gone for good in the cloud"
            )
    given = parser.parse_args(arguments)
    options = {"delete_many": given.delete_many} if hasattr(given, "delete_many") else {}
    try:
        return _COMMANDS[given.command][0](load(given.config), **options)
    except (BadConfig, NotMounted, NotLeading, TooManyDeletions, Offline, Refused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
