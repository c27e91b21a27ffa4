"""Who did it: the attribution that every change carries."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from chalicelib.domain.lifecycle import Actor


@dataclass(frozen=True)
class Caller:
    """The person and the computer behind a change.

    `name` goes into the audit trail: a staff member's name, "student" or "system".
    `workstation` is the holder of locks, `place` what people call it; students and schedules have none.
    `request_id` ties a change to the call that asked for it, so that a repeated
    call finds its own work done instead of a conflict.
    """

    actor: Actor
    name: str
    workstation: str | None = None
    place: str | None = None
    request_id: str | None = None


def tidy_name(name: str) -> str:
    """A name as it is put down: one space between its words, one way to write each letter.

    >>> tidy_name("  sam   ortiz ")
    'sam ortiz'
    """
    return unicodedata.normalize("NFC", " ".join(name.split()))


def staff_guard(name: str) -> str:
    """The same for every spelling that people would read as the same name.

    >>> staff_guard("Sam Ortiz") == staff_guard("sam  ORTIZ")
    True
    """
    return f"staff#{tidy_name(name).casefold()}"


STUDENT = Caller(Actor.STUDENT, "student")
SYSTEM = Caller(Actor.SYSTEM, "system")
