"""The student's answer to the price, by the signed link of a mail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import events
from chalicelib.aws.tables import OutboxMessage
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import tokens
from infra.http_client import HttpClient, Response
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.steps import (
    API,
    SAM,
    act,
    configure,
    confirm,
    confirm_token,
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

Job = dict[str, Any]


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


def _resend(http: HttpClient, job: Job) -> Response:
    return http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]})


def _cool_down(job: Job) -> None:
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(minutes=60))


def _new_link(http: HttpClient, job: Job) -> str:
    _cool_down(job)
    ok(_resend(http, job))
    return confirm_token(job["id"])


# --- a good link ----------------------------------------------------------------------


def test_looking_at_the_price_changes_nothing(http: HttpClient, job: Job) -> None:
    token, before = confirm_token(job["id"]), invariants.everything()
    for _ in range(3):
        view = ok(_look(http, token))
    assert invariants.everything() == before
    ends = view.pop("expires_at")
    assert view == {
        "job_id": job["id"],
        "short_id": job["short_id"],
        "student_name": "Jane Doe",
        "display_name": job["display_name"],
        "original_filename": "bracket.stl",
        "method": "Filament",
        "printer_name": "Prusa MK4S",
        "color": "Blue",
        "material": "filament",
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


def test_a_click_confirms_once(http: HttpClient, staff: HttpClient, job: Job) -> None:
    token = confirm_token(job["id"])
    first = ok(_click(http, token))
    assert (first["status"], first["already_confirmed"]) == ("READYTOPRINT", True)
    after = invariants.everything()

    second, third = ok(_click(http, token)), ok(_look(http, token))
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
    new = _new_link(http, job)
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


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.PENDING])
def test_no_link_moves_a_job_in_any_other_status(
    status: Status, http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    never_sent = tokens.confirmation(job["id"], "0" * 32)
    links = {never_sent: 409}
    if status in {Status.UPLOADED, Status.REJECTED, Status.ARCHIVED}:
        to_status(staff, job, status)
    else:
        to_status(staff, job, Status.PENDING)
        links[confirm_token(job["id"])] = 409  # superseded before it was used
        links[_new_link(http, job)] = 200  # used: answers that it was
        ok(confirm(http, job["id"]))
        for step in (Action.MARK_PRINTING, Action.MARK_COMPLETE, Action.MARK_PICKED_UP):
            if row(job["id"]).status is not status:
                ok(act(staff, job, step))
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


# --- asking for a new link -------------------------------------------------------------------


def test_a_new_link_once_an_hour(http: HttpClient, staff: HttpClient, job: Job) -> None:
    answer = _resend(http, job)
    details = refused(answer, 429, "rate_limited")
    assert 3590 <= details["retry_after"] <= 3600
    assert answer.headers["Retry-After"] == str(details["retry_after"])

    _cool_down(job)
    given = ok(_resend(http, job))
    assert given["message"]
    wait = datetime.fromisoformat(given["next_allowed_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59, seconds=50) < wait <= timedelta(minutes=60)
    refused(_resend(http, job), 429, "rate_limited")
    kinds = [message.kind for message in OutboxMessage.scan(OutboxMessage.job_id == job["id"])]
    assert sorted(kinds) == ["analysis", "approval", "receipt", "resend"]
    invariants.check()


def test_a_new_link_lasts_its_whole_time(http: HttpClient, staff: HttpClient, job: Job) -> None:
    rewrite(job["id"], confirm_expires_at=datetime.now(UTC), is_confirmation_expired=True)
    _new_link(http, job)
    state = show(staff, job)["confirmation"]
    assert state["expired"] is False
    assert datetime.fromisoformat(state["expires_at"]) > datetime.now(UTC) + timedelta(hours=71)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.PENDING])
def test_a_new_link_only_for_a_job_that_awaits_one(
    status: Status, http: HttpClient, staff: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, status)
    before = invariants.everything()
    assert refused(_resend(http, job), 409, "conflict") == {"status": status.value}
    assert invariants.everything() == before


def test_a_new_link_for_nothing(http: HttpClient) -> None:
    refused(http.post(f"{API}/submit/resend-confirmation", {"job_id": "none"}), 404, "not_found")
    for body in ({}, {"job_id": ""}, {"job_id": 5}, {"job_id": "x" * 65}):
        assert list(wrong_fields(http.post(f"{API}/submit/resend-confirmation", body))) == ["job_id"]


def test_what_the_page_behind_an_expired_link_needs(http: HttpClient, staff: HttpClient, job: Job) -> None:
    page = ok(http.get(f"{API}/confirm/expired", job_id=job["id"]))
    assert page["job_id"] == job["id"]
    assert page["short_id"] == job["short_id"]
    assert page["awaiting_confirmation"] is True
    sent = show(staff, job)["confirmation"]["last_sent_at"]
    wait = datetime.fromisoformat(page["next_resend_at"]) - datetime.fromisoformat(sent)
    assert wait == timedelta(hours=1)

    ok(confirm(http, job["id"]))
    page = ok(http.get(f"{API}/confirm/expired", job_id=job["id"]))
    assert (page["awaiting_confirmation"], page["next_resend_at"]) == (False, None)
    refused(http.get(f"{API}/confirm/expired", job_id="none"), 404)
    assert list(wrong_fields(http.get(f"{API}/confirm/expired"))) == ["job_id"]


def test_the_lab_sets_the_times(http: HttpClient, staff: HttpClient) -> None:
    configure(confirmation_hours=1, resend_cooldown_minutes=5, submissions_per_hour=100)
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    left = datetime.fromisoformat(show(staff, job)["confirmation"]["expires_at"]) - datetime.now(UTC)
    assert left <= timedelta(hours=1)
    assert refused(_resend(http, job), 429)["retry_after"] <= 300


# --- the schedule ------------------------------------------------------------------------------


def test_late_confirmations_are_flagged_once(
    http: HttpClient, staff: HttpClient, scheduler: Scheduler, job: Job
) -> None:
    other = submit(http)
    now = datetime.now(UTC)
    scheduler.run_once("expire_confirmations", now + timedelta(hours=71, minutes=59))
    assert show(staff, job)["confirmation"]["expired"] is False

    for _ in range(2):
        scheduler.run_once("expire_confirmations", now + timedelta(hours=72, minutes=1))
    shown = show(staff, job)
    assert shown["confirmation"]["expired"] is True
    assert shown["status"] == "PENDING"
    flags = [e for e in shown["events"] if e["event_type"] == "ConfirmationExpired"]
    assert [(e["triggered_by"], e["workstation_id"]) for e in flags] == [("system", None)]
    assert show(staff, other)["confirmation"]["expired"] is False
    listed = ok(staff.get(f"{API}/jobs", confirmation_expired="true"))
    assert [card["id"] for card in listed["jobs"]] == [job["id"]]
    invariants.check()

    _new_link(http, job)
    assert show(staff, job)["confirmation"]["expired"] is False
    assert ok(staff.get(f"{API}/jobs", confirmation_expired="true"))["total"] == 0


def test_a_job_that_staff_have_open_is_flagged_by_a_later_run(
    http: HttpClient, staff: HttpClient, scheduler: Scheduler, job: Job
) -> None:
    ok(lock(staff, job))
    late = datetime.now(UTC) + timedelta(hours=73)
    scheduler.run_once("expire_confirmations", late)
    assert show(staff, job)["confirmation"]["expired"] is False
    assert show(staff, job)["lock"]["mine"] is True
    ok(staff.post(f"{API}/jobs/{job['id']}/unlock"))
    scheduler.run_once("expire_confirmations", late)
    assert show(staff, job)["confirmation"]["expired"] is True
