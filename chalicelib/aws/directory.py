"""Staff members and workstations: who acts, and from where."""

from __future__ import annotations

from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition

from chalicelib.aws.tables import StaffMember, Workstation


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
        if error.cause_response_code == "ConditionalCheckFailedException":
            return False
        raise
    return True
