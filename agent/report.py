"""What a round came to, in words for people."""

from __future__ import annotations

import errno
from collections import Counter
from dataclasses import dataclass, field

from agent.plan import Action, Download, Forget


@dataclass
class Report:
    """What a round did, what is left to do, and what went wrong, in words for people.

    `unsettled` files may be being written, and are looked at again once they have stood still.
    """

    done: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    conflicts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unsettled: int = 0

    @property
    def clean(self) -> bool:
        """True when share and cloud agree, as far as the agent knows."""
        return not self.errors and not self.waiting


def name_of(action: Action) -> str:
    """The place that it is about."""
    if isinstance(action, Forget):
        return "/".join(action.key)
    about = action.remote if isinstance(action, Download) else action.local
    return f"{about.folder}/{about.name}"


def reason(error: OSError) -> str:
    """Why the file system did not do it."""
    if isinstance(error, PermissionError):
        return "it is open in another program, or not allowed"
    if error.errno == errno.ENOSPC:
        return "the disk is full"
    return error.strerror or str(error)
