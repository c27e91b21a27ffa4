"""The back office: settings, workstations and the catalog."""

from __future__ import annotations

from typing import Any

from chalice.app import Response

from chalicelib.api.admin_schemas import CatalogUpdate, NewWorkstation, SettingsUpdate, WorkstationChange
from chalicelib.api.caching import unless_same
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.admin import SettingsView, StationList, StationView
from chalicelib.api.views.public import CatalogView
from chalicelib.aws import directory, documents
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import lab_documents, stations
from chalicelib.services.stations import StationChange

routes = Routes()


@routes.put("/catalog", allow={Actor.ADMIN})
def replace_catalog(call: Call, update: CatalogUpdate) -> CatalogView:
    """Make this the lab's offer, at once. Needs If-Match."""
    if call.expected_version is None:
        raise InvalidInput.field("If-Match", "Send the ETag of the catalog that was edited.")
    data = update.model_dump(mode="json", exclude={"staff_name"})
    for material in data["materials"]:
        material["price_per_gram_cents"] = str(material["price_per_gram_cents"])
    catalog = lab_documents.replace_catalog(data, call.expected_version, call.staff)
    return CatalogView.of(catalog, documents.lab_settings())


@routes.get("/admin/settings", allow={Actor.ADMIN}, answers=SettingsView, caches=True)
def show_settings(call: Call) -> Response:
    """The settings as they are, under the ETag that a change may name in If-Match."""
    stored = documents.stored_settings()
    return unless_same(call, f'"{stored.version}"', lambda: SettingsView.of(stored), kept="no-store")


@routes.post("/admin/settings", allow={Actor.ADMIN}, refuses=(412,))
def change_settings(call: Call, update: SettingsUpdate) -> SettingsView:
    """Change some settings; with If-Match only if nobody else has meanwhile."""
    changes: dict[str, Any] = update.model_dump(mode="json", exclude={"staff_name"}, exclude_none=True)
    return SettingsView.of(lab_documents.change_settings(changes, call.expected_version, call.staff))


@routes.get("/admin/workstations", allow={Actor.ADMIN})
def list_workstations(call: Call) -> StationList:
    """Every computer that may or may not log in."""
    return StationList(workstations=[StationView.of(station) for station in directory.all_workstations()])


@routes.post("/admin/workstations", allow={Actor.ADMIN}, status=201, keeps_answer=False)
def add_workstation(call: Call, new: NewWorkstation) -> StationView:
    """Register a computer with its first password."""
    station = stations.add(
        new.id, new.display_name, Actor(new.role), new.password, new.share_path, call.staff
    )
    return StationView.of(station)


@routes.patch("/admin/workstations/{workstation_id}", allow={Actor.ADMIN})
def change_workstation(call: Call, workstation_id: str, form: WorkstationChange) -> StationView:
    """Rename, re-role, disable or give a new password; the last three end its sessions at once."""
    values = form.model_dump(exclude={"staff_name"})
    values["role"] = Actor(form.role) if form.role else None
    return StationView.of(stations.change(workstation_id, StationChange(**values), call.staff))
