"""The student's answer to the price, by the signed link of a mail."""

from __future__ import annotations

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import ExpiredQuery, Nothing
from chalicelib.api.views.students import ConfirmView, ExpiredView
from chalicelib.aws import jobs
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import confirmations

routes = Routes()


@routes.get("/confirm/expired", allow={Actor.STUDENT}, refuses=(404,))
def show_expired(call: Call, query: ExpiredQuery) -> ExpiredView:
    """What can be done about an expired link."""
    return ExpiredView.of(jobs.get(query.job_id))


@routes.get("/confirm/{token}", allow={Actor.STUDENT}, refuses=(409, 410))
def show_confirmation(call: Call, token: str) -> ConfirmView:
    """What will be confirmed. Mail scanners open links: looking changes nothing."""
    return ConfirmView.of(*confirmations.view(token))


@routes.post("/confirm/{token}", allow={Actor.STUDENT}, refuses=(410,))
def confirm_job(call: Call, token: str, _: Nothing) -> ConfirmView:
    """Confirm the price; a second click answers the same."""
    return ConfirmView.of(confirmations.confirm(token, call.request_id), already_confirmed=True)
