"""Staff members and workstations: who acts, and from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws import guards
from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import StaffMember, Workstation
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import staff_guard


def find_staff(name: str) -> StaffMember | None:
    """The staff member of exactly that name."""
    try:
        return StaffMember.get(name, consistent_read=True)
    except (DoesNotExist, ValueError):
        return None


def all_staff() -> list[StaffMember]:
    """Everyone ever on the list, by name."""
    return sorted(StaffMember.scan(), key=lambda member: member.name.casefold())


def find_workstation(workstation_id: str) -> Workstation | None:
    """The workstation of that id."""
    try:
        return Workstation.get(workstation_id, consistent_read=True)
    except (DoesNotExist, ValueError):
        return None


def workstation_names(ids: Iterable[str]) -> dict[str, str]:
    """What people call these workstations, by id; one that is unknown is left out."""
    rows = Workstation.batch_get(list(ids), attributes_to_get=["id", "display_name"])
    return {station.id: station.display_name for station in rows}


def revoke_sessions(workstation_id: str) -> None:
    """Make every token of the workstation invalid at once."""
    Workstation(id=workstation_id).update(
        actions=[Workstation.token_epoch.add(1)], condition=Workstation.id.exists()
    )


def add_staff(member: StaffMember) -> bool:
    """Add a name; False when it is on the list already."""
    return _add(member, StaffMember.name.does_not_exist())


def add_workstation(workstation: Workstation) -> bool:
    """Add a workstation; False when its id is taken."""
    return _add(workstation, Workstation.id.does_not_exist())


def _add(row: StaffMember | Workstation, condition: Condition) -> bool:
    try:
        row.save(condition=condition)
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def all_workstations() -> list[Workstation]:
    """Every workstation, by id."""
    return sorted(Workstation.scan(), key=lambda station: station.id)


def stage_add_staff(transaction: TransactWrite, member: StaffMember) -> None:
    """Add a name provided that it is not on the list, in whatever spelling."""
    transaction.save(member, condition=StaffMember.name.does_not_exist())
    guards.stage_take(transaction, staff_guard(member.name), member.name)


def stage_set_active(transaction: TransactWrite, name: str, active: bool, now: datetime) -> None:
    """Deactivate or bring back a name provided that it is the other way round now."""
    since = StaffMember.deactivated_at.remove() if active else StaffMember.deactivated_at.set(now)
    transaction.update(
        StaffMember(name=name),
        actions=[StaffMember.is_active.set(active), since],
        condition=StaffMember.is_active == (not active),
    )


def stage_require_active(transaction: TransactWrite, name: str) -> None:
    """Hold the transaction to it that this name stays active."""
    transaction.condition_check(
        StaffMember,
        name,
        condition=StaffMember.is_active == True,  # noqa: E712
    )


def stage_add_workstation(transaction: TransactWrite, workstation: Workstation) -> None:
    """Add a workstation provided that its id is free."""
    transaction.save(workstation, condition=Workstation.id.does_not_exist())


def stage_change_workstation(
    transaction: TransactWrite, workstation: Workstation, updates: Mapping[str, Any], ends_sessions: bool
) -> None:
    """Change a workstation that is still as it was read; the epoch ends its sessions."""
    attributes = Workstation.get_attributes()
    actions: list[Action] = [attributes[name].set(value) for name, value in updates.items()]
    if ends_sessions:
        actions.append(Workstation.token_epoch.add(1))
    unchanged = (Workstation.role == workstation.role) & (Workstation.disabled == workstation.disabled)
    transaction.update(workstation, actions=actions, condition=unchanged)


def stage_require_admin(transaction: TransactWrite, workstation_id: str) -> None:
    """Hold the transaction to it that this workstation stays an administrator's."""
    still = (Workstation.role == Actor.ADMIN.value) & (Workstation.disabled == False)  # noqa: E712
    transaction.condition_check(Workstation, workstation_id, condition=still)
