"""Opening and closing a job for editing."""

from __future__ import annotations

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import ByStaff, Nothing
from chalicelib.api.views.common import Done
from chalicelib.api.views.jobs import LockView
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import locking

routes = Routes()


@routes.post("/jobs/{job_id}/lock", allow={Actor.STAFF})
def lock_job(call: Call, job_id: str, _: ByStaff) -> LockView:
    """Take the lock for five minutes, or renew one's own."""
    return LockView.of(locking.acquire(job_id, call.staff), call.workstation.workstation.id)


@routes.post("/jobs/{job_id}/extend", allow={Actor.STAFF})
def extend_lock(call: Call, job_id: str, _: Nothing) -> LockView:
    """The heartbeat of an open form."""
    mine = call.workstation.workstation.id
    return LockView.of(locking.extend(job_id, mine), mine)


@routes.post("/jobs/{job_id}/unlock", allow={Actor.STAFF})
def unlock_job(call: Call, job_id: str, _: Nothing) -> Done:
    """Close the job; closing twice is fine."""
    locking.release(job_id, call.workstation.workstation.id)
    return Done()
