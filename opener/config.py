"""config.ini: where the lab share is on this PC, which slicers it has, where the log goes."""

from __future__ import annotations

import configparser
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from opener.refusals import Refusal

BASE = "AUTHORITATIVE_STORAGE_BASE_PATH"
_SECTION = "main"
_SLICER = "slicer_"
# Windows runs these through its command line interpreter, which reads file names as commands.
_SCRIPTS = (".bat", ".cmd")


@dataclass(frozen=True)
class Slicer:
    """A program that opens files of these endings, in small letters with their dots."""

    name: str
    path: Path
    extensions: tuple[str, ...]

    def opens(self, filename: str) -> bool:
        """Whether it is for files of that name."""
        return filename.lower().endswith(self.extensions)


@dataclass(frozen=True)
class Config:
    """What config.ini says."""

    base: Path
    slicers: tuple[Slicer, ...]
    log: Path


def places() -> list[Path]:
    """Where config.ini is looked for, the first one found counts."""
    if getattr(sys, "frozen", False):
        return [Path(sys.executable).with_name("config.ini")]
    user = Path(os.environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser()
    return [folder / "printlab-opener" / "config.ini" for folder in (user, Path("/etc/xdg"))]


def load(file: Path) -> Config:
    """Read config.ini. Raises Refusal saying which line an administrator must mend."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        with file.open(encoding="utf-8-sig") as lines:
            parser.read_file(lines)
    except FileNotFoundError:
        raise _problem(f"There is no {file}.") from None
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        raise _problem(f"{file} cannot be read: {error}") from None
    base = _path(parser, _SECTION, BASE)
    if not base.is_absolute():
        raise _problem(f"{BASE} must be a whole path, such as Z:\\PrintLab: {base}")
    log = _path(parser, _SECTION, "log") if parser.has_option(_SECTION, "log") else default_log()
    slicers = tuple(_slicer(parser, name) for name in parser.sections() if name.startswith(_SLICER))
    if not slicers:
        raise _problem(f"It names no slicer: add a section [{_SLICER}…] with name, path and extensions.")
    return Config(base, slicers, log)


def default_log() -> Path:
    """A place that every person may write to."""
    local = os.environ.get("LOCALAPPDATA") or os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(local).expanduser() / "printlab-opener" / "opener.log"


def _slicer(parser: configparser.ConfigParser, section: str) -> Slicer:
    path = _path(parser, section, "path")
    if not path.is_absolute() or path.suffix.lower() in _SCRIPTS:
        raise _problem(f"[{section}] path must be the whole path of a program, not of a script: {path}")
    endings = [ending.strip().lower() for ending in _text(parser, section, "extensions").split(",")]
    if not all(ending.startswith(".") and len(ending) > 1 for ending in endings):
        raise _problem(f"[{section}] extensions must be endings with commas, such as .stl, .3mf")
    return Slicer(_text(parser, section, "name"), path, tuple(endings))


def _path(parser: configparser.ConfigParser, section: str, option: str) -> Path:
    return Path(os.path.expandvars(_text(parser, section, option).strip('"'))).expanduser()


def _text(parser: configparser.ConfigParser, section: str, option: str) -> str:
    text = parser.get(section, option, fallback="").strip()
    if not text:
        raise _problem(f"[{section}] {option} is missing.")
    return text


def _problem(message: str) -> Refusal:
    title = "The slicer opener is not set up"
    return Refusal("config", title, f"{message} The lab's IT staff can mend this in config.ini.")
