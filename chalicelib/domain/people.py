"""Who did it: the attribution that every change carries."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain.lifecycle import Actor


@dataclass(frozen=True)
class Caller:
    """The person and the computer behind a change.

    `name` goes into the audit trail: a staff member's name, "student" or "system".
    `workstation` is the holder of locks; students and schedules have none.
    `request_id` ties a change to the call that asked for it, so that a repeated
    call finds its own work done instead of a conflict.
    """

    actor: Actor
    name: str
    workstation: str | None = None
    request_id: str | None = None


STUDENT = Caller(Actor.STUDENT, "student")
SYSTEM = Caller(Actor.SYSTEM, "system")
