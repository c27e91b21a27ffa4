"""The names that actions are attributed to."""

from __future__ import annotations

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import StaffQuery
from chalicelib.api.views.access import StaffList, StaffView
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import sessions

routes = Routes()


@routes.get("/staff", allow={Actor.STAFF})
def list_staff(call: Call) -> StaffList:
    """Active staff members, or everyone ever."""
    query = call.query(StaffQuery)
    return StaffList(staff=[StaffView.of(member) for member in sessions.staff(query.include_inactive)])
