"""The staff list: people come, go and come back; what they did stays attributed to them."""

from __future__ import annotations

from chalicelib.aws import directory, events
from chalicelib.aws.tables import StaffMember
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller, staff_guard, tidy_name
from chalicelib.services import changes, clock


def add(name: str, by: Caller) -> StaffMember:
    """Put a name on the list. Raises Conflict when it is there, in whatever case and spacing.

    The guard decides between two who add it at once; names older than the guards are found by reading.
    """
    now, name = clock.now(), tidy_name(name)
    guard = staff_guard(name)
    known = next((m for m in directory.all_staff() if staff_guard(m.name) == guard), None)
    if known and changes.is_repeat(by, now):
        return known
    if known:
        raise _there_already(known)
    member = StaffMember(name=name, added_at=now)
    told = events.make(
        events.SYSTEM_EVENTS, EventType.STAFF_UPDATED, by, now, {"staff": name, "change": "added"}
    )
    try:
        events.record([told], lambda t: directory.stage_add_staff(t, member), *changes.once(by, now))
    except ConditionFailed:
        raise _there_already(member) from None
    return member


def set_active(name: str, active: bool, by: Caller) -> StaffMember:
    """Deactivate or bring back a staff member; doing it twice is fine. Raises NotFound."""
    member = directory.find_staff(name)
    if member is None:
        raise NotFound(f"There is no staff member “{name}”.", name=name)
    if member.is_active is active:
        return member
    now = clock.now()
    change = "reactivated" if active else "deactivated"
    told = events.make(
        events.SYSTEM_EVENTS, EventType.STAFF_UPDATED, by, now, {"staff": name, "change": change}
    )
    stages: list[Stage] = [
        lambda t: directory.stage_set_active(t, name, active, now),
    ]
    if not active:
        other = _another_active(name)
        stages.append(lambda t: directory.stage_require_active(t, other))
    try:
        events.record([told], *stages)
    except ConditionFailed:
        raise Conflict("Somebody changed the staff list at the same moment. Please look again.") from None
    member.is_active, member.deactivated_at = active, None if active else now
    return member


def _another_active(name: str) -> str:
    """A staff member who stays, so that somebody can still act; the transaction holds the list to that."""
    for member in directory.all_staff():
        if member.name != name and member.is_active:
            return member.name
    raise Conflict("This is the last active name: add another one first.", code="last_staff_member")


def _there_already(member: StaffMember) -> Conflict:
    state = "" if member.is_active else " (deactivated: bring the name back instead)"
    return Conflict(
        f"“{member.name}” is on the staff list already{state}.", code="duplicate", name=member.name
    )
