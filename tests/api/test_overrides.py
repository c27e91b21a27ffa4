"""What an administrator may do beyond the usual way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.tables import OutboxMessage, Transient
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient, Response
from tests import invariants
from tests.steps import (
    API,
    SAM,
    act,
    confirm,
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

# --- force-confirm ------------------------------------------------------------------


def test_confirming_in_the_students_place(http: HttpClient, staff: HttpClient, admin: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    token = confirm_token(job["id"])
    assert list(wrong_fields(act(admin, job, Action.FORCE_CONFIRM, reason=""))) == ["reason"]
    forced = ok(act(admin, job, Action.FORCE_CONFIRM, reason="Student called"))
    assert forced["status"] == "READYTOPRINT"
    assert forced["confirmation"]["confirmed_at"] is not None
    assert forced["events"][-1]["details"]["reason"] == "Student called"
    assert refused(http.post(f"{API}/confirm/{token}"), 409)["status"] == "READYTOPRINT"


def test_even_an_expired_confirmation_can_be_forced(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    rewrite(job["id"], confirm_expires_at=datetime.now(UTC), is_confirmation_expired=True)
    forced = ok(act(admin, job, Action.FORCE_CONFIRM))
    assert (forced["status"], forced["confirmation"]["expired"]) == ("READYTOPRINT", False)


# --- change-status --------------------------------------------------------------------


def test_from_anywhere_to_anywhere_but_the_archive(http: HttpClient, admin: HttpClient) -> None:
    places = [status for status in Status if status is not Status.ARCHIVED]
    job, here = submit(http), 1
    ok(act(admin, job, Action.APPROVE))  # only what has a price can wait for a confirmation
    for stride in range(1, len(places)):  # seven places, a prime number: every stride visits them all
        for _ in places:
            there = (here + stride) % len(places)
            moved = ok(act(admin, job, Action.CHANGE_STATUS, new_status=places[there].value))
            assert moved["status"] == places[there].value
            event = moved["events"][-1]
            assert (event["event_type"], event["details"]["reason"]) == ("AdminOverride", "Wrong button")
            assert event["details"]["from_status"] == places[here].value
            here = there
    invariants.check()


def test_not_to_the_archive_and_not_to_where_it_is(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    for status, job in every_status(http, staff):
        for target in {status, Status.ARCHIVED}:
            answer = act(admin, job, Action.CHANGE_STATUS, new_status=target.value)
            assert refused(answer, 409, "conflict")["status"] == status.value
        assert row(job["id"]).status is status


def test_an_override_that_makes_no_sense(http: HttpClient, admin: HttpClient) -> None:
    job = submit(http)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"new_status": "LOST"}, "new_status"),
        ({"new_status": "pending"}, "new_status"),
        ({"new_status": None}, "new_status"),
        ({"new_status": 3}, "new_status"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ]
    for overrides, field in cases:
        assert list(wrong_fields(act(admin, job, Action.CHANGE_STATUS, **overrides))) == [field], overrides


def test_a_job_without_a_price_cannot_await_a_confirmation(http: HttpClient, admin: HttpClient) -> None:
    job = submit(http)
    before = invariants.everything()
    refused(act(admin, job, Action.CHANGE_STATUS, new_status="PENDING"), 409, "no_price")
    assert invariants.everything() == before


def test_a_job_that_is_no_longer_rejected_has_no_reasons_left(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    ok(act(staff, job, Action.REJECT, reasons=["Walls too thin"], custom_reason="Ask Sam."))
    back = ok(act(admin, job, Action.CHANGE_STATUS, new_status="UPLOADED"))
    assert (back["reject_reasons"], back["custom_reason"]) == ([], None)


def test_a_job_set_back_to_pending_can_be_confirmed_anew(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    first = confirm_token(job["id"])
    back = ok(act(admin, job, Action.CHANGE_STATUS, new_status="PENDING"))
    assert back["confirmation"]["confirmed_at"] is None
    assert back["confirmation"]["expires_at"] > back["updated_at"]
    assert confirm_token(job["id"]) != first
    # No mail went out with the override: the student may ask for one at once.
    ok(http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]}))
    assert ok(confirm(http, job["id"]))["status"] == "READYTOPRINT"


# --- resend-email ----------------------------------------------------------------------


def _resend(desk: HttpClient, job: dict[str, Any], kind: Any) -> Response:
    body = {"staff_name": SAM, "email_type": kind}
    return desk.post(f"{API}/jobs/{job['id']}/admin/resend-email", body)


TRUE_IN = {
    "receipt": set(Status),
    "approval": {Status.PENDING},
    "rejection": {Status.REJECTED, Status.ARCHIVED},
    "completion": {Status.COMPLETED, Status.PAIDPICKEDUP, Status.ARCHIVED},
}


def test_a_mail_is_sent_again_only_while_it_is_true_and_once_an_hour(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    sent = set()
    for status, job in every_status(http, staff):
        if status is Status.PENDING:
            rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
        for kind, statuses in TRUE_IN.items():
            answer = _resend(admin, job, kind)
            if status not in statuses:
                assert refused(answer, 409, "conflict")["status"] == status.value
            elif (job["id"], kind) in sent:
                assert refused(answer, 429, "rate_limited")["retry_after"] <= 3600
            else:
                assert ok(answer)["status"] == status.value
                sent.add((job["id"], kind))
    invariants.check()


def test_what_is_refused_does_not_use_up_the_hour(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    refused(_resend(admin, job, "completion"), 409, "conflict")
    ok(lock(staff, job))
    refused(_resend(admin, job, "receipt"), 409, "locked")
    ok(staff.post(f"{API}/jobs/{job['id']}/unlock"))
    ok(_resend(admin, job, "receipt"))
    refused(_resend(admin, job, "receipt"), 429, "rate_limited")


def test_a_mail_sent_again_whose_answer_was_lost(http: HttpClient, admin: HttpClient) -> None:
    job = submit(http)
    keyed = admin.with_headers(Idempotency_Key="k1")
    ok(_resend(keyed, job, "receipt"))
    for record in Transient.scan(Transient.id.startswith("once#")):
        record.delete()
    ok(_resend(keyed, job, "receipt"))
    assert len(list(OutboxMessage.scan(OutboxMessage.kind == "receipt"))) == 2


def test_an_approval_sent_again_has_a_new_link(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    old = confirm_token(job["id"])
    refused(_resend(admin, job, "approval"), 429, "rate_limited")
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
    ok(_resend(admin, job, "approval"))
    assert refused(http.post(f"{API}/confirm/{old}"), 410)["reason"] == "superseded"
    ok(confirm(http, job["id"]))


def test_a_mail_that_does_not_exist(http: HttpClient, admin: HttpClient) -> None:
    job = submit(http)
    for kind in ("resend", "advert", "", None, 1):
        assert list(wrong_fields(_resend(admin, job, kind))) == ["email_type"]
    refused(_resend(admin, {"id": "none"}, "receipt"), 404, "not_found")
    assert show(admin, job)["status"] == "UPLOADED"
