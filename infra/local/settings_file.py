"""The settings of an installation from a file, so that no secret stands on a command line."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

_LINE = re.compile(r"(PRINTLAB_[A-Z_]+|DURABLE)=(.*)")


class Unusable(Exception):
    """The file cannot be used; says why and where."""


def read(path: Path) -> dict[str, str]:
    """The environment variables that `path` sets, "NAME=value" a line; empty ones are left out.

    Raises Unusable for anything else than settings, and for a file that everybody may read.
    """
    try:
        text = path.read_text("utf-8")
        readable = path.stat().st_mode & stat.S_IROTH
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None
    if readable and sys.platform != "win32":
        raise Unusable(f"{path} may be read by everybody, and it holds a password. chmod o-r {path}")
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if not match:
            raise Unusable(f"{path}, line {number}: not PRINTLAB_NAME=value")
        if match[2]:
            found[match[1]] = match[2]
    return found
