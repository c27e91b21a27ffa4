"""The settings of an installation from a file, so that no secret stands on a command line."""

from __future__ import annotations

import difflib
import re
import stat
import sys
from pathlib import Path

from chalicelib import config

_LINE = re.compile(r"(\w+)=(.*)")


class Unusable(Exception):
    """The file cannot be used; says why and where."""


def read(path: Path) -> dict[str, str]:
    """The environment variables that `path` sets, "NAME=value" a line; empty ones are left out.

    Raises Unusable for anything else than settings, and for a file that everybody may read.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if not match:
            raise Unusable(f"{path}, line {number}: not PRINTLAB_NAME=value")
        if problem := _unknown(match[1]):
            raise Unusable(f"{path}, line {number}: {problem}")
        if match[2]:
            found[match[1]] = match[2]
    return found


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")  # editors of Windows put a mark before the first line
        readable = path.stat().st_mode & stat.S_IROTH
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None
    if readable and sys.platform != "win32":
        raise Unusable(f"{path} may be read by everybody, and it holds a password. chmod o-r {path}")
    return text


def _unknown(name: str) -> str | None:
    """What is wrong with a name; None for one that is read."""
    known = {known for known in config.names() if known.startswith("PRINTLAB_")} | {"DURABLE"}
    if name in known:
        return None
    meant = difflib.get_close_matches(name, known, n=1)
    return f"{name} is no setting." + (f" Is {meant[0]} meant?" if meant else "")
