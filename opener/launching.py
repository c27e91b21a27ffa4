"""Starting a slicer: a list of arguments, never a command line for a shell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from opener.config import Slicer
from opener.refusals import Refusal

# The slicer lives on when the opener ends; only Windows has these.
_DETACHED: int = getattr(subprocess, "DETACHED_PROCESS", 0) | getattr(
    subprocess, "CREATE_NEW_PROCESS_GROUP", 0
)


def start(slicer: Slicer, file: Path) -> None:
    """Start the slicer with the file and leave it running. Raises Refusal.

    The path is absolute, so that no slicer takes it for an option.
    """
    if not slicer.path.is_file():
        raise _not_started(slicer, f"There is no program {slicer.path}.")
    try:
        subprocess.Popen(
            [str(slicer.path), str(file)],
            cwd=slicer.path.parent,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=_DETACHED,
        )
    except OSError as error:
        raise _not_started(slicer, str(error)) from None


def _environment() -> dict[str, str]:
    """Without the library path of a bundled opener, which is not the slicer's."""
    environment = dict(os.environ)
    before = environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        environment["LD_LIBRARY_PATH"] = before
    return environment


def _not_started(slicer: Slicer, reason: str) -> Refusal:
    return Refusal(
        "not_started",
        f"{slicer.name} did not start",
        f"{reason} The lab's IT staff can mend its path in config.ini of the slicer opener.",
    )
