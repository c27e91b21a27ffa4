"""The agent's configuration: one TOML file; the password stands in another, or in the environment."""

from __future__ import annotations

import math
import os
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

PASSWORD_VARIABLE = "PRINTLAB_AGENT_PASSWORD"  # noqa: S105 - the name of one
# Editors of Windows put a mark before the text, which is no part of it.
_ENCODING = "utf-8-sig"


class BadConfig(Exception):
    """The file cannot be used; the message says why."""


@dataclass(frozen=True)
class Config:
    """`share` is where the lab share is mounted, `state` a folder of the PC itself."""

    server: str
    workstation: str
    share: Path
    state: Path
    password_file: Path | None = None
    archived: bool = False
    poll_seconds: float = 15
    transfers: int = 8

    def password(self) -> str:
        """The workstation's password. Raises BadConfig where there is none."""
        given = os.environ.get(PASSWORD_VARIABLE)
        if given:
            return given
        if self.password_file is None:
            raise BadConfig(f"Give password_file, or set {PASSWORD_VARIABLE}.")
        try:
            return self.password_file.read_text(_ENCODING).rstrip("\r\n")
        except OSError as error:
            raise BadConfig(f"{self.password_file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise BadConfig(f"{self.password_file} cannot be read: it is not UTF-8") from error


def load(path: Path) -> Config:
    """Read the file. Raises BadConfig naming what is wrong."""
    try:
        values = tomllib.loads(path.read_text(_ENCODING))
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadConfig(f"{path}: {error}") from error
    known = {field.name: field for field in fields(Config)}
    if unknown := sorted(values.keys() - known.keys()):
        raise BadConfig(f"{path}: not known: {', '.join(unknown)}")
    missing = [name for name in ("server", "workstation", "share", "state") if name not in values]
    if missing:
        raise BadConfig(f"{path}: {', '.join(missing)} must be given")
    return _checked(path, values)


def _checked(path: Path, values: dict[str, Any]) -> Config:
    for name in ("server", "workstation", "share", "state", "password_file"):
        if not isinstance(values.get(name, ""), str):
            raise BadConfig(f"{path}: {name} must be text")
    for name in ("share", "state", "password_file"):
        if name in values:
            values[name] = Path(values[name])
    config = Config(**values)
    if not config.server.startswith(("https://", "http://")):
        raise BadConfig(f"{path}: server must begin with https://")
    for name, kinds, least in (("poll_seconds", (int, float), 5), ("transfers", (int,), 1)):
        value = getattr(config, name)
        if type(value) not in kinds or not least <= value < math.inf:
            raise BadConfig(f"{path}: {name} must be a number, at least {least}")
    if type(config.archived) is not bool:
        raise BadConfig(f"{path}: archived must be true or false")
    return config
