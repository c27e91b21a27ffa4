"""Which paths may be opened: files inside the lab share, named without tricks.

`parts_inside` looks at the text alone, before anything is asked of the disk: to ask for a file of another
server would already send this PC's credentials there. `file_inside` then looks at what is really there.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from opener.refusals import Refusal, outside

MAX_PATH_LENGTH = 1_024
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)
_NOT_IN_WINDOWS_NAMES = frozenset('<>:"|?*')
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def parts_inside(text: str, base: PurePath) -> tuple[str, ...]:
    """The names below `base` that lead to the file; `base` says whose rules hold. Raises Refusal."""
    if not text or len(text) > MAX_PATH_LENGTH or has_control_characters(text):
        raise outside("control_character_or_long")
    windows = isinstance(base, PureWindowsPath)
    names = _windows_names(text, base) if windows else _posix_names(text)
    known = base.parts[1:]
    depth = len(known)
    if len(names) <= depth or not _same(names[:depth], known, windows):
        raise outside("outside_base")
    return tuple(names[depth:])


def has_control_characters(text: str) -> bool:
    """True for control characters, line breaks and bidirectional overrides."""
    # The server has the same (chalicelib/domain/filenames.py), a test compares: this program stands alone.
    return any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} or c in _BIDI_CONTROLS for c in text)


def _same(names: list[str], known: tuple[str, ...], windows: bool) -> bool:
    if not windows:
        return tuple(names) == known
    return [name.casefold() for name in names] == [name.casefold() for name in known]


def _posix_names(text: str) -> list[str]:
    if not text.startswith("/") or text.startswith("//"):
        raise outside("not_absolute")
    names = [name for name in text.split("/") if name]
    if {".", ".."} & set(names):
        raise outside("climbing_or_empty")
    if PurePosixPath(text).name != text.rpartition("/")[2]:
        raise outside("not_a_file")
    return names


def _windows_names(text: str, base: PurePath) -> list[str]:
    """The names below the drive or server share, which must be that of the base."""
    anchor = PureWindowsPath(text).anchor
    if not PureWindowsPath(text).is_absolute() or not _same_anchor(anchor, base.anchor):
        raise outside("other_drive_or_server")
    names = text.replace("/", "\\")[len(anchor) :].split("\\")
    for name in names:
        _check_windows_name(name)
    return names


def _same_anchor(anchor: str, known: str) -> bool:
    """`\\\\?\\` and `\\\\.\\` forms of a drive are never those of a base."""
    plain = anchor.replace("/", "\\").rstrip("\\").casefold()
    return plain == known.rstrip("\\").casefold() and not plain.startswith(("\\\\?", "\\\\."))


def _check_windows_name(name: str) -> None:
    if name in {"", ".", ".."}:
        raise outside("climbing_or_empty")
    if _NOT_IN_WINDOWS_NAMES & set(name):  # the colon begins an alternate data stream
        raise outside("forbidden_character")
    if name[-1] in ". ":
        raise outside("trailing_dot_or_blank")
    if name.partition(".")[0].rstrip(" ").casefold() in _DEVICES:
        raise outside("device_name")


def file_inside(base: Path, parts: tuple[str, ...]) -> Path:
    """The file itself, which is really inside `base` when every link is followed. Raises Refusal."""
    try:
        real_base = Path(os.path.realpath(base, strict=True))
    except OSError:
        raise Refusal(
            "share_missing",
            "The lab share is not there",
            f"This PC does not reach {base} just now. Is the network drive connected?",
        ) from None
    path = base.joinpath(*parts)
    try:
        real = Path(os.path.realpath(path, strict=True))
        mode = real.stat().st_mode
    except (OSError, ValueError):
        raise _missing(path) from None
    if not real.is_relative_to(real_base):
        raise outside("link_leads_outside")
    if not stat.S_ISREG(mode):
        raise outside("not_a_file")
    return path


def _missing(path: Path) -> Refusal:
    return Refusal(
        "missing",
        "The file is not there",
        f"{path.name} is not on the lab share (in {path.parent.name}). Perhaps its job has moved on: refresh "
        "the dashboard and open it again. A new file may take a minute to arrive.",
    )
