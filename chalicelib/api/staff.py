"""The names that actions are attributed to."""

from __future__ import annotations

from chalicelib.api.admin_schemas import NewStaff, StaffChange
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import StaffQuery
from chalicelib.api.views.access import StaffList, StaffView
from chalicelib.aws import documents
from chalicelib.aws.tables import StaffMember
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import sessions, staffing

routes = Routes()


@routes.get("/staff", allow={Actor.STAFF})
def list_staff(call: Call, query: StaffQuery) -> StaffList:
    """Active staff members, or everyone ever."""
    new_days = documents.lab_settings().new_staff_days
    members = sessions.staff(query.include_inactive)
    return StaffList(staff=[StaffView.of(member, new_days) for member in members])


@routes.post("/staff", allow={Actor.ADMIN}, status=201)
def add_staff(call: Call, form: NewStaff) -> StaffView:
    """Add a name to the attribution list."""
    return _view(staffing.add(form.name, call.staff))


@routes.patch("/staff/{name}", allow={Actor.ADMIN})
def change_staff(call: Call, name: str, form: StaffChange) -> StaffView:
    """Deactivate or bring back; what the person did stays attributed."""
    return _view(staffing.set_active(name, form.is_active, call.staff))


def _view(member: StaffMember) -> StaffView:
    return StaffView.of(member, documents.lab_settings().new_staff_days)
