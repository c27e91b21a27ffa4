"""What an administrator may do beyond the usual way; and the failed print, which staff may record."""

from __future__ import annotations

from chalicelib.api import schemas
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.jobs import JobView, show
from chalicelib.domain.lifecycle import Actor, MailType
from chalicelib.services import confirmations, locking, mail_again, transitions

routes = Routes()


@routes.post("/jobs/{job_id}/admin/force-unlock", allow={Actor.ADMIN})
def force_unlock(call: Call, job_id: str, form: schemas.ReasonGiven) -> JobView:
    """End somebody's lock."""
    return show(call.workstation, locking.force_release(job_id, call.staff, form.reason))


@routes.post("/jobs/{job_id}/admin/force-confirm", allow={Actor.ADMIN}, frees_lock=True)
def force_confirm(call: Call, job_id: str, form: schemas.ReasonGiven) -> JobView:
    """Confirm in the student's place."""
    return show(call.workstation, transitions.force_confirm(job_id, call.staff, form.reason))


@routes.post("/jobs/{job_id}/admin/change-status", allow={Actor.ADMIN}, frees_lock=True)
def change_status(call: Call, job_id: str, form: schemas.ChangeStatus) -> JobView:
    """Put the job where it belongs."""
    return show(call.workstation, transitions.change_status(job_id, call.staff, form.new_status, form.reason))


@routes.post("/jobs/{job_id}/admin/mark-failed", allow={Actor.STAFF}, frees_lock=True)
def mark_failed(call: Call, job_id: str, form: schemas.ReasonGiven) -> JobView:
    """The lab's print failed: back to the queue without asking the student again."""
    return show(call.workstation, transitions.mark_failed(job_id, call.staff, form.reason))


@routes.post("/jobs/{job_id}/admin/resend-email", allow={Actor.ADMIN}, frees_lock=True, refuses=(429,))
def resend_email(call: Call, job_id: str, form: schemas.ResendMail) -> JobView:
    """Send a mail again; an approval gets a new link, which voids the old one."""
    kind = MailType(form.email_type)
    if kind is MailType.APPROVAL:
        return show(call.workstation, confirmations.resend(job_id, call.staff))
    return show(call.workstation, mail_again.send_again(job_id, call.staff, kind))
