"""What staff do to a job. Every route is one lifecycle action."""

from __future__ import annotations

from chalicelib.api import schemas
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.jobs import JobView, show
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import transitions

routes = Routes()


@routes.post("/jobs/{job_id}/review", allow={Actor.STAFF}, frees_lock=True)
def review_job(call: Call, job_id: str, review: schemas.Review) -> JobView:
    """Mark as seen, or as new again."""
    return show(call.workstation, transitions.review(job_id, call.staff, review.reviewed))


@routes.post("/jobs/{job_id}/approve", allow={Actor.STAFF}, frees_lock=True)
def approve_job(call: Call, job_id: str, form: schemas.Approval) -> JobView:
    """Set weight, time and the file to print; the student is asked to confirm the price."""
    approval = transitions.Approval(**form.model_dump(exclude={"staff_name"}))
    return show(call.workstation, transitions.approve(job_id, call.staff, approval))


@routes.post("/jobs/{job_id}/reject", allow={Actor.STAFF}, frees_lock=True)
def reject_job(call: Call, job_id: str, form: schemas.Rejection) -> JobView:
    """Turn the job down with reasons."""
    return show(call.workstation, transitions.reject(job_id, call.staff, form.reasons, form.custom_reason))


@routes.post("/jobs/{job_id}/mark-printing", allow={Actor.STAFF}, frees_lock=True)
def mark_printing(call: Call, job_id: str, form: schemas.MarkPrinting) -> JobView:
    """The print has started."""
    return show(call.workstation, transitions.mark_printing(job_id, call.staff, form.printer))


@routes.post("/jobs/{job_id}/mark-complete", allow={Actor.STAFF}, frees_lock=True)
def mark_complete(call: Call, job_id: str, _: schemas.ByStaff) -> JobView:
    """The print is finished; the student is told."""
    return show(call.workstation, transitions.mark_complete(job_id, call.staff))


@routes.post("/jobs/{job_id}/mark-picked-up", allow={Actor.STAFF}, frees_lock=True)
def mark_picked_up(call: Call, job_id: str, _: schemas.ByStaff) -> JobView:
    """Handed over without a payment here."""
    return show(call.workstation, transitions.mark_picked_up(job_id, call.staff))


@routes.post("/jobs/{job_id}/payment", allow={Actor.STAFF}, frees_lock=True)
def record_payment(call: Call, job_id: str, form: schemas.Payment) -> JobView:
    """Weigh, take the payment, hand over. Needs the lock."""
    receipt = transitions.Receipt(**form.model_dump(exclude={"staff_name"}))
    return show(call.workstation, transitions.pay(job_id, call.staff, receipt))


@routes.post("/jobs/{job_id}/revert-completion", allow={Actor.STAFF}, frees_lock=True)
def revert_completion(call: Call, job_id: str, _: schemas.ByStaff) -> JobView:
    """Back to printing, while the revert window is open."""
    return show(call.workstation, transitions.revert_completion(job_id, call.staff))


@routes.post("/jobs/{job_id}/revert-pickup", allow={Actor.STAFF}, frees_lock=True)
def revert_pickup(call: Call, job_id: str, _: schemas.ByStaff) -> JobView:
    """Back to completed, while the revert window is open; a payment is voided, not lost."""
    return show(call.workstation, transitions.revert_pickup(job_id, call.staff))
