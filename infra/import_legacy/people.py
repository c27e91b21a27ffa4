"""The old staff list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.people import STUDENT, SYSTEM, staff_guard
from infra.import_legacy.values import Row, shown


@dataclass(frozen=True)
class Member:
    """A name to put on the list; `left_at` is when it was taken off, None while it is active."""

    name: str
    added_at: datetime
    active: bool
    left_at: datetime | None


def members(rows: Sequence[Row], known: Collection[str]) -> list[Member]:
    """The names that are not on our list yet, in whatever spelling (`known`: that of our names)."""
    found: list[Member] = []
    taken = set(known)
    for row in rows:
        name = row.text("name", 100)
        if len(name) < 2 or name.casefold() in {STUDENT.name, SYSTEM.name}:
            row.note("name", f"{shown(name)} is no person's name", "left out")
            continue
        if staff_guard(name) in {staff_guard(member.name) for member in found}:
            row.note("name", f"{shown(name)} stands in the list twice", "left out")
        if staff_guard(name) in taken:
            continue
        taken.add(staff_guard(name))
        active = row.flag("is_active", otherwise=True)
        left_at = None if active else row.moment("deactivated_at") or row.now
        found.append(Member(name, row.moment("added_at") or row.now, active, left_at))
    return found
