"""Who may get in each other's way: what two people want of the same job at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient, Response
from tests import steps
from tests.crashes.use_cases import Scene
from tests.steps import API

S, A = Status, Action


@dataclass(frozen=True)
class Wish:
    """What somebody wants; `event` is told when it is granted. Everybody has a client of his own."""

    name: str
    ask: Callable[[HttpClient, Scene], Response]
    event: str | None
    desk: str = "front-desk"

    def __str__(self) -> str:
        return self.name


def _wish(action: Action, event: str, desk: str = "front-desk") -> Wish:
    return Wish(action.value, lambda http, scene: steps.act(http, scene.job, action), event, desk)


def _note(http: HttpClient, scene: Scene) -> Response:
    document = {"staff_name": steps.SAM, "text": "Thin walls"}
    return http.patch(f"{API}/jobs/{scene.job['id']}/notes", document)


def _resend(http: HttpClient, scene: Scene) -> Response:
    return http.post(f"{API}/submit/resend-confirmation", {"job_id": scene.job["id"]})


def _back(http: HttpClient, scene: Scene) -> Response:
    return steps.act(http, scene.job, A.CHANGE_STATUS, new_status="REJECTED")


REVIEW = _wish(A.REVIEW, "JobReviewed")
NOTE = Wish("note", _note, "NotesUpdated")
APPROVE = _wish(A.APPROVE, "StaffApproved")
REJECT = _wish(A.REJECT, "StaffRejected")
DELETE = _wish(A.DELETE, "JobDeleted")
CONFIRM = Wish("confirm", lambda http, scene: http.post(f"{API}/confirm/{scene.token}"), "StudentConfirmed")
FORCE_CONFIRM = _wish(A.FORCE_CONFIRM, "AdminOverride", "admin-desk")
CHANGE_STATUS = Wish("change-status", _back, "AdminOverride", "admin-desk")
RESEND = Wish("resend", _resend, None)
COMPLETE = _wish(A.MARK_COMPLETE, "StatusChanged")
FAIL = _wish(A.MARK_FAILED, "PrintFailed")
PAY = _wish(A.PAYMENT, "PaymentRecorded")
PICK_UP = _wish(A.MARK_PICKED_UP, "StatusChanged")
PLACE = Wish(
    "place a candidate",
    lambda http, scene: steps.place_candidate(http, scene.candidate_id),
    "CandidateFileFound",
    "lab-pc",
)
REVERT = _wish(A.REVERT_COMPLETION, "StatusReverted")
