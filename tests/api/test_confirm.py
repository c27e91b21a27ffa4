"""The student's answer to the price, by the signed link of a mail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws import events
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import tokens
from infra.http_client import HttpClient, Response
from infra.local.pump import Pump
from tests import invariants
from tests.api.links import Job, new_link
from tests.steps import (
    API,
    SAM,
    act,
    confirm_token,
    every_status,
    lock,
    ok,
    refused,
    rewrite,
    row,
    show,
    submit,
    to_status,
    wrong_fields,
)


@pytest.fixture
def job(http: HttpClient, staff: HttpClient) -> Job:
    """A job that awaits its confirmation."""
    new = submit(http)
    to_status(staff, new, Status.PENDING)
    return new


def _look(http: HttpClient, token: str) -> Response:
    return http.get(f"{API}/confirm/{token}")


def _click(http: HttpClient, token: str) -> Response:
    return http.post(f"{API}/confirm/{token}")


# --- a good link ----------------------------------------------------------------------


def test_looking_at_the_price_changes_nothing(http: HttpClient, job: Job) -> None:
    token, before = confirm_token(job["id"]), invariants.everything()
    for _ in range(3):
        view = ok(_look(http, token))
    assert invariants.everything() == before
    ends, tracking = view.pop("expires_at"), view.pop("tracking_url").rpartition("token=")[2]
    assert ok(http.get(f"{API}/track/{tracking}"))["short_id"] == job["short_id"]
    assert view == {
        "job_id": job["id"],
        "short_id": job["short_id"],
        "student_name": "Jane Doe",
        "display_name": job["display_name"],
        "original_filename": "bracket.stl",
        "size_mm": None,
        "method": "Filament",
        "printer_name": "Prusa MK4S",
        "color": "Blue",
        "material": "filament",
        "material_name": "Filament (PLA)",
        "weight_g": 45.25,
        "time_hours": 2.5,
        "cost_cents": 453,
        "cost_usd": "4.53",
        "status": "PENDING",
        "status_label": "Pending",
        "already_confirmed": False,
    }
    left = datetime.fromisoformat(ends) - datetime.now(UTC)
    assert timedelta(hours=71, minutes=59) < left <= timedelta(hours=72)


def test_the_size_is_shown_once_the_model_is_measured(
    http: HttpClient, staff: HttpClient, job: Job, pump: Pump
) -> None:
    token = confirm_token(job["id"])
    pump.step()
    size = ok(_look(http, token))["size_mm"]
    assert size == show(staff, job)["mesh"]["size_mm"]
    assert min(size) > 0


def test_a_click_confirms_once(http: HttpClient, staff: HttpClient, job: Job) -> None:
    token = confirm_token(job["id"])
    first = ok(_click(http, token))
    assert (first["status"], first["already_confirmed"]) == ("READYTOPRINT", True)
    after = invariants.everything()

    second, third = ok(_click(http, token)), ok(_look(http, token))
    for answer in (first, second, third):
        assert answer.pop("tracking_url")  # signed anew each time
    assert second == third == first
    assert invariants.everything() == after
    confirmed = [e for e in events.of_job(job["id"]) if e.event_type == "StudentConfirmed"]
    assert [(str(e.triggered_by), e.workstation_id or "") for e in confirmed] == [("student", "")]
    assert show(staff, job)["confirmation"]["confirmed_at"] is not None
    invariants.check()


def test_a_click_needs_no_more_than_the_link(http: HttpClient, job: Job) -> None:
    answer = http.post(f"{API}/confirm/{confirm_token(job['id'])}", {"cost_cents": 1})
    assert list(wrong_fields(answer)) == ["cost_cents"]


# --- links that do not count --------------------------------------------------------------


def test_a_forged_link(http: HttpClient, job: Job) -> None:
    payload, stamp, signature = confirm_token(job["id"]).rsplit(".", 2)
    other = base64.urlsafe_b64encode(f'["{job["id"]}","0"]'.encode()).decode().rstrip("=")
    before = invariants.everything()
    for forged in (
        "x",
        "a.b.c",
        f"{payload}.{stamp}",
        f"{payload}.{stamp}.{signature[::-1]}",
        f"{other}.{stamp}.{signature}",
        f"{payload}.AAAAAA.{signature}",
        tokens.tracking(job["id"]),
        tokens.session("front-desk", 0, timedelta(hours=1), datetime.now(UTC))[0],
        "%00",
        "x" * 3000,
    ):
        for answer in (_look(http, forged), _click(http, forged)):
            refused(answer, 404, "not_found")
    assert invariants.everything() == before


def test_an_expired_link(http: HttpClient, job: Job) -> None:
    token = confirm_token(job["id"])
    rewrite(job["id"], confirm_expires_at=datetime.now(UTC) - timedelta(seconds=1))
    before = invariants.everything()
    for answer in (_look(http, token), _click(http, token)):
        assert refused(answer, 410, "gone") == {"reason": "expired", "job_id": job["id"]}
    assert invariants.everything() == before


def test_a_superseded_link(http: HttpClient, job: Job) -> None:
    old = confirm_token(job["id"])
    new = new_link(http, job)
    before = invariants.everything()
    for answer in (_look(http, old), _click(http, old)):
        assert refused(answer, 410, "gone") == {"reason": "superseded", "job_id": job["id"]}
    assert invariants.everything() == before
    assert ok(_click(http, new))["status"] == "READYTOPRINT"


def test_the_link_of_a_deleted_job(http: HttpClient, staff: HttpClient, job: Job) -> None:
    token = confirm_token(job["id"])
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    for answer in (_look(http, token), _click(http, token)):
        assert refused(answer, 404, "not_found") == {"reason": "deleted"}


def test_no_link_moves_a_job_in_any_other_status(http: HttpClient, staff: HttpClient) -> None:
    for status, job in every_status(http, staff):
        if status is Status.PENDING:
            superseded = confirm_token(job["id"])
            new_link(http, job)
            continue
        links = {tokens.confirmation(job["id"], "0" * 32): 409}
        if row(job["id"]).confirm_token_id:
            links |= {superseded: 409, confirm_token(job["id"]): 200}  # the one that was used says so
        before = invariants.everything()
        for token, expected in links.items():
            for answer in (_look(http, token), _click(http, token)):
                if expected == 200:
                    assert ok(answer)["already_confirmed"] is True
                    assert ok(answer)["status"] == status.value
                else:
                    assert refused(answer, 409, "conflict") == {"status": status.value}
        assert invariants.everything() == before


def test_an_old_link_does_not_move_a_job_that_was_set_back(
    http: HttpClient, admin: HttpClient, job: Job
) -> None:
    used = confirm_token(job["id"])
    ok(_click(http, used))
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="PENDING"))
    assert refused(_click(http, used), 410)["reason"] == "superseded"
    assert row(job["id"]).status is Status.PENDING

    ok(act(admin, job, Action.FORCE_CONFIRM))
    refused(_click(http, used), 409, "conflict")  # this time it was not this link that confirmed


def test_a_job_that_staff_have_open_cannot_be_confirmed(
    http: HttpClient, staff: HttpClient, job: Job
) -> None:
    token = confirm_token(job["id"])
    ok(lock(staff, job))
    before = invariants.everything()
    details = refused(_click(http, token), 409, "locked")
    assert (details["locked_by"], details["workstation"]) == (SAM, "front-desk")
    assert invariants.everything() == before
    assert ok(_look(http, token))["already_confirmed"] is False
    ok(staff.post(f"{API}/jobs/{job['id']}/unlock"))
    ok(_click(http, token))
