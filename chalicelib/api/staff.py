"""The names that actions are attributed to."""

from __future__ import annotations

from chalicelib.api.admin_schemas import NewStaff, StaffChange
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import StaffQuery
from chalicelib.api.views.access import StaffList, StaffView
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import sessions, staffing

routes = Routes()


@routes.get("/staff", allow={Actor.STAFF})
def list_staff(call: Call, query: StaffQuery) -> StaffList:
    """Active staff members, or everyone ever."""
    return StaffList(staff=[StaffView.of(member) for member in sessions.staff(query.include_inactive)])


@routes.post("/staff", allow={Actor.ADMIN}, status=201)
def add_staff(call: Call, form: NewStaff) -> StaffView:
    """Add a name to the attribution list."""
    return StaffView.of(staffing.add(form.name, call.staff))


@routes.patch("/staff/{name}", allow={Actor.ADMIN})
def change_staff(call: Call, name: str, form: StaffChange) -> StaffView:
    """Deactivate or bring back; what the person did stays attributed."""
    return StaffView.of(staffing.set_active(name, form.is_active, call.staff))
