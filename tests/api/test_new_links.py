"""A new confirmation link: when a student gets one, and the schedule that flags late confirmations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.tables import OutboxMessage
from chalicelib.domain.lifecycle import Status
from infra.http_client import HttpClient
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.api.links import Job, cool_down, new_link, resend
from tests.steps import (
    API,
    configure,
    confirm,
    every_status,
    lock,
    ok,
    refused,
    rewrite,
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


# --- asking for a new link -------------------------------------------------------------------


def test_a_new_link_once_an_hour(http: HttpClient, staff: HttpClient, job: Job) -> None:
    answer = resend(http, job)
    details = refused(answer, 429, "rate_limited")
    assert 3500 <= details["retry_after"] <= 3600
    assert answer.headers["Retry-After"] == str(details["retry_after"])

    cool_down(job)
    given = ok(resend(http, job))
    assert given["message"]
    wait = datetime.fromisoformat(given["next_allowed_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < wait <= timedelta(minutes=60)
    refused(resend(http, job), 429, "rate_limited")
    kinds = [message.kind for message in OutboxMessage.scan(OutboxMessage.job_id == job["id"])]
    assert sorted(kinds) == ["analysis", "approval", "receipt", "resend"]
    invariants.check()


def test_a_new_link_lasts_its_whole_time(http: HttpClient, staff: HttpClient, job: Job) -> None:
    rewrite(job["id"], confirm_expires_at=datetime.now(UTC), is_confirmation_expired=True)
    new_link(http, job)
    state = show(staff, job)["confirmation"]
    assert state["expired"] is False
    assert datetime.fromisoformat(state["expires_at"]) > datetime.now(UTC) + timedelta(hours=71)


def test_a_new_link_only_for_a_job_that_awaits_one(http: HttpClient, staff: HttpClient) -> None:
    for status, job in every_status(http, staff):
        if status is not Status.PENDING:
            before = invariants.everything()
            assert refused(resend(http, job), 409, "conflict") == {"status": status.value}
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
    assert refused(resend(http, job), 429)["retry_after"] <= 300


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

    new_link(http, job)
    assert show(staff, job)["confirmation"]["expired"] is False
    assert ok(staff.get(f"{API}/jobs", confirmation_expired="true"))["filtered"] == 0


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
