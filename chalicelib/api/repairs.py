"""Acting on what an audit found; each act looks again first."""

from __future__ import annotations

from chalicelib.api.admin_schemas import FileRemoval, JobRepair
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.maintenance import RepairView
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import repairs

routes = Routes()


@routes.delete("/admin/audit/orphaned-file", allow={Actor.ADMIN}, refuses=(404,))
def remove_orphaned_file(call: Call, form: FileRemoval) -> RepairView:
    """Put a file of no job aside; it is erased after 30 days."""
    finding = repairs.remove_orphan(form.key, call.staff)
    return RepairView.of(finding, "The file is put aside under Orphaned/ and is erased after 30 days.")


@routes.delete("/admin/audit/stale-file", allow={Actor.ADMIN}, refuses=(404,))
def remove_stale_file(call: Call, form: FileRemoval) -> RepairView:
    """Delete a copy that a job left behind. The only copy of a file is never deleted."""
    return RepairView.of(repairs.remove_stale(form.key, call.staff), "The left-behind copy is deleted.")


@routes.post("/admin/audit/repair-metadata", allow={Actor.ADMIN}, refuses=(404, 409))
def repair_metadata(call: Call, form: JobRepair) -> RepairView:
    """Write the record beside the job's files anew."""
    return RepairView.of(repairs.repair_metadata(form.job_id, call.staff), "The record is written anew.")


@routes.post("/admin/audit/repair-location", allow={Actor.ADMIN}, refuses=(404, 409))
def repair_location(call: Call, form: JobRepair) -> RepairView:
    """Bring the job's files into the folder of its status."""
    finding = repairs.repair_location(form.job_id, call.staff)
    return RepairView.of(finding, "The job's files are in the folder of its status.")
