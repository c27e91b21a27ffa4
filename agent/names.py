"""Names on the share: which folders there are, when two names are one, and which names are safe."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePath, PureWindowsPath
from typing import TypeVar

# The status folders; the server's chalicelib/domain/lifecycle.py has the same (a test compares).
FOLDERS = (
    "Uploaded",
    "Pending",
    "ReadyToPrint",
    "Printing",
    "Completed",
    "PaidPickedUp",
    "Rejected",
    "Archived",
)
# The agent's own folder on the share: the marker, and files on their way.
OWN = ".printlab"

MAX_LENGTH = 200
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
_JOB_NAME = re.compile(r"(?:[A-Za-z0-9]+_){3}[A-Z0-9]{6}")

PurePathT = TypeVar("PurePathT", bound=PurePath)

# A folder, and a name as Windows compares names.
Key = tuple[str, str]


def key(folder: str, name: str) -> Key:
    """What tells two files apart on any file system: Windows and macOS ignore case and spelling."""
    return folder, unicodedata.normalize("NFC", name).casefold()


def is_safe(folder: str, name: str) -> bool:
    """True when the file can lie nowhere but in that status folder, whatever the system makes of its name."""
    return (
        folder in FOLDERS
        and 0 < len(name) <= MAX_LENGTH
        and not set(name) & set('/\\:*?"<>|')
        and not any(unicodedata.category(letter) in {"Cc", "Cf", "Zl", "Zp"} for letter in name)
        and name == name.strip().rstrip(".")
        and not name.startswith(".")
        and name.split(".")[0].strip().casefold() not in _RESERVED
    )


def without_length_limit(path: PurePathT) -> PurePathT:
    """The same place on Windows in the form that has no limit of 260 characters; elsewhere as it is.

    A path that is too long is answered there as one that does not exist.
    """
    text = str(path)
    if not isinstance(path, PureWindowsPath) or not path.is_absolute() or text.startswith("\\\\?\\"):
        return path
    long = f"\\\\?\\UNC\\{text[2:]}" if text.startswith("\\\\") else f"\\\\?\\{text}"
    return type(path)(long)


def extension(name: str) -> str:
    """The ending in lower case with its dot."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 else ""


def is_of_a_job(name: str) -> bool:
    """True when the name may be that of a job's file: the server knows for sure."""
    return bool(_JOB_NAME.match(name))


def changed_copy(name: str, md5: str) -> str:
    """The name under which a person's version stays beside the cloud's.

    >>> changed_copy("Jane_Filament_Blue_K7FWCD.stl", "5d41402abc4b2a76b9719d911017c592")
    'Jane_Filament_Blue_K7FWCD (changed 5d41402a).stl'
    """
    ending = extension(name)
    mark = f" (changed {md5[:8]}){ending}"
    return name[: len(name) - len(ending)][: MAX_LENGTH - len(mark)] + mark
