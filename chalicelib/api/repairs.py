"""Acting on what an audit found; each act looks again first."""

from __future__ import annotations

from chalicelib.api.admin_schemas import CounterRepair, FileRemoval, JobRepair
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.maintenance import RepairView
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import census, lost_files, repairs

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


@routes.post("/admin/audit/repair-link", allow={Actor.ADMIN}, refuses=(404, 409))
def repair_link(call: Call, form: JobRepair) -> RepairView:
    """Bring lost files of a job back from where a copy of them is left.

    That is an older version, another folder, or Orphaned/. What is nowhere is written into the job's notes.
    """
    outcome = lost_files.repair(form.job_id, call.staff)
    return RepairView.of(outcome.finding, outcome.message)


@routes.post("/admin/audit/repair-counter", allow={Actor.ADMIN}, refuses=(404, 409))
def repair_counter(call: Call, form: CounterRepair) -> RepairView:
    """Make a counter say how many jobs, or bytes of their files, there are."""
    return RepairView.of(census.repair(form.key, call.staff), "The counter says what there is.")
