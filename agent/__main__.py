"""python -m agent init | run | once | status | verify | task …"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agent import VERSION, commands, windows_task
from agent.cloud import Offline, Refused
from agent.config import BadConfig, load
from agent.engine import NotLeading, TooManyDeletions
from agent.share import NotMounted
from agent.windows_task import NETWORK_SERVICE, NotWindows

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
    _add_task(choices)
    given = parser.parse_args(arguments)
    if given.command == "task":
        return _task(given)
    options = {"delete_many": given.delete_many} if hasattr(given, "delete_many") else {}
    try:
        return _COMMANDS[given.command][0](load(given.config), **options)
    except (BadConfig, NotMounted, NotLeading, TooManyDeletions, Offline, Refused, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _add_task(choices: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The task of Windows has verbs of its own."""
    about = "run it as a scheduled task of Windows, from an administrator's prompt"
    verbs = choices.add_parser("task", help=about).add_subparsers(dest="verb", required=True)
    install = verbs.add_parser("install", help="start it now, with the PC, and whenever it has ended")
    install.add_argument("--config", type=Path, required=True)
    account = "whose access to the share it uses; a managed one ends in $ (default: the PC's own)"
    install.add_argument("--account", default=NETWORK_SERVICE, help=account)
    for verb, about in (("start", "start it"), ("stop", "stop it until it is started"), ("remove", "end it")):
        verbs.add_parser(verb, help=about)


def _task(given: argparse.Namespace) -> int:
    try:
        if given.verb != "install":
            return windows_task.change(given.verb)
        load(given.config)
        return windows_task.install(given.config, given.account)
    except (BadConfig, NotWindows) as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
