"""Secrets of this installation: made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

# Workstations that a new installation starts with: id and what its first password opens.
WORKSTATIONS = ("front-desk", "admin-desk")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # no look-alikes: people type these passwords


@dataclass(frozen=True, repr=False)
class Secrets:
    """What nobody else may know."""

    access_key_id: str
    secret_access_key: str
    signing_keys: str  # comma-separated, the last one signs
    workstation_passwords: dict[str, str]


def load_or_create(path: Path) -> Secrets:
    """The secrets in the file `path`, made up and written with mode 0600 when there are none yet."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(_create()), file, indent=2)
        new.replace(path)
    return Secrets(**json.loads(path.read_text()))


def _create() -> Secrets:
    return Secrets(
        access_key_id="PL" + secrets.token_hex(9).upper(),  # letters and digits only, as AWS's own
        secret_access_key=secrets.token_urlsafe(30),
        signing_keys=secrets.token_urlsafe(48),
        workstation_passwords={workstation: _password() for workstation in WORKSTATIONS},
    )


def _password() -> str:
    """Four groups of four letters: 80 bits, easy to read out."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
