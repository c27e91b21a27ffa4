"""Opening a job for editing: who holds it, for how long, and what nobody else may do meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient, Response
from tests import invariants
from tests.agreement import AGREED
from tests.steps import (
    API,
    PATHS,
    SAM,
    act,
    confirm,
    every_status,
    lock,
    ok,
    refused,
    rewrite,
    row,
    show,
    submit,
    wrong_fields,
)

Job = dict[str, Any]


@pytest.fixture
def job(http: HttpClient) -> Job:
    return submit(http)


def _extend(desk: HttpClient, job: Job) -> Response:
    return desk.post(f"{API}/jobs/{job['id']}/extend")


def _unlock(desk: HttpClient, job: Job) -> Response:
    return desk.post(f"{API}/jobs/{job['id']}/unlock")


def _until(answer: Any) -> datetime:
    return datetime.fromisoformat(answer["locked_until"])


def _card(desk: HttpClient, job: Job) -> dict[str, Any]:
    cards = ok(desk.get(f"{API}/jobs"))["jobs"]
    card: dict[str, Any] = next(card for card in cards if card["id"] == job["id"])
    return card


def _expire(job: Job) -> None:
    rewrite(job["id"], locked_until=datetime.now(UTC) - timedelta(milliseconds=1))


# --- taking and keeping ---------------------------------------------------------------


def test_a_lock_is_shown_to_everyone(staff: HttpClient, second: HttpClient, job: Job) -> None:
    taken = ok(lock(staff, job))
    assert (taken["locked_by"], taken["workstation"], taken["mine"]) == (SAM, "front-desk", True)
    assert taken["workstation_name"] == "Front Desk"
    left = _until(taken) - datetime.now(UTC)
    assert timedelta(minutes=4) < left <= timedelta(minutes=5)

    for view in (show(staff, job), _card(staff, job)):
        assert view["lock"] == taken
        assert "approve" in view["actions"]
    for view in (show(second, job), _card(second, job)):
        assert view["lock"] == {**taken, "mine": False}
        assert view["actions"] == []


def test_a_lock_of_another_names_the_holder(staff: HttpClient, second: HttpClient, job: Job) -> None:
    taken = ok(lock(staff, job))
    before = invariants.everything()
    for refusal in (lock(second, job, "Jordan Lee"), _extend(second, job)):
        assert refused(refusal, 409, "locked") == {
            "locked_by": SAM,
            "locked_until": taken["locked_until"],
            "workstation": "front-desk",
            "workstation_name": "Front Desk",
        }
    assert invariants.everything() == before


def test_the_holder_may_renew_and_extend(staff: HttpClient, job: Job) -> None:
    first = ok(lock(staff, job))
    renewed = ok(lock(staff, job, "Priya Shah"))
    assert renewed["locked_by"] == "Priya Shah"
    extended = ok(_extend(staff, job))
    assert _until(first) < _until(renewed) < _until(extended)
    assert extended["locked_by"] == "Priya Shah"


def test_a_lock_that_was_lost_cannot_be_extended(staff: HttpClient, second: HttpClient, job: Job) -> None:
    refused(_extend(staff, job), 409, "lock_lost")
    ok(lock(staff, job))
    _expire(job)
    refused(_extend(staff, job), 409, "lock_lost")
    ok(lock(second, job))
    refused(_extend(staff, job), 409, "locked")


def test_an_expired_lock_is_no_lock(staff: HttpClient, second: HttpClient, job: Job) -> None:
    ok(lock(staff, job))
    _expire(job)
    for view in (show(second, job), _card(second, job)):
        assert view["lock"] is None
        assert "approve" in view["actions"]
    assert ok(lock(second, job))["workstation"] == "second-desk"
    _expire(job)
    assert ok(act(staff, job, Action.APPROVE))["status"] == "PENDING"


def test_letting_go(staff: HttpClient, second: HttpClient, job: Job) -> None:
    assert ok(_unlock(staff, job)) == {}  # nobody holds it
    ok(lock(staff, job))
    assert ok(_unlock(second, job)) == {}  # not theirs: stays
    assert show(staff, job)["lock"]["mine"] is True
    assert ok(_unlock(staff, job)) == {}
    assert show(staff, job)["lock"] is None
    ok(lock(second, job))


def test_locks_of_jobs_that_are_not_there(staff: HttpClient) -> None:
    nothing = {"id": "none"}
    refused(lock(staff, nothing), 404, "not_found")
    refused(_extend(staff, nothing), 404, "not_found")
    assert _unlock(staff, nothing).status in {200, 404}


def test_a_lock_is_taken_in_somebodys_name(staff: HttpClient, job: Job) -> None:
    assert list(wrong_fields(lock(staff, job, "Nobody"), "unknown_staff")) == ["staff_name"]
    assert list(wrong_fields(lock(staff, job, ""))) == ["staff_name"]
    assert show(staff, job)["lock"] is None


# --- what others may not do meanwhile ----------------------------------------------------


def test_nobody_else_changes_a_job_that_is_open(
    http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    for status, job in every_status(http, staff):
        held = ok(lock(staff, job))
        before = invariants.everything()
        for refusal in _attempts(http, admin, job, status):
            assert refused(refusal, 409, "locked")["locked_until"] == held["locked_until"], status
        assert invariants.everything() == before, status
        ok(_unlock(staff, job))


def _attempts(http: HttpClient, desk: HttpClient, job: Job, status: Status) -> Iterator[Response]:
    """Everything that could be done to a job in `status` if nobody had it open."""
    for action in PATHS:
        if status.value in AGREED[action.value].sources.split():
            elsewhere = "PRINTING" if status is not Status.PRINTING else "COMPLETED"
            choice = {"new_status": elsewhere} if action is Action.CHANGE_STATUS else {}
            yield act(desk, job, action, **choice)
    yield desk.patch(f"{API}/jobs/{job['id']}/notes", {"staff_name": SAM, "text": "Hello"})
    mail = {"staff_name": SAM, "email_type": "receipt"}
    yield desk.post(f"{API}/jobs/{job['id']}/admin/resend-email", mail)
    if status is Status.PENDING:
        yield confirm(http, job["id"])
        yield http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]})


# --- letting go by acting ------------------------------------------------------------------


def test_a_change_lets_go(http: HttpClient, staff: HttpClient, job: Job) -> None:
    changes: list[Callable[[], Response]] = [
        lambda: act(staff, job, Action.REVIEW),
        lambda: staff.patch(f"{API}/jobs/{job['id']}/notes", {"staff_name": SAM, "text": "Hello"}),
        lambda: act(staff, job, Action.APPROVE),
    ]
    for change in changes:
        ok(lock(staff, job))
        assert ok(change())["lock"] is None
        assert row(job["id"]).lock is None


FREES = [
    ("POST", "approve"),
    ("POST", "reject"),
    ("POST", "review"),
    ("POST", "mark-printing"),
    ("POST", "mark-complete"),
    ("POST", "mark-picked-up"),
    ("POST", "payment"),
    ("POST", "revert-completion"),
    ("POST", "revert-pickup"),
    ("POST", "admin/mark-failed"),
    ("POST", "admin/force-confirm"),
    ("POST", "admin/change-status"),
    ("POST", "admin/resend-email"),
    ("PATCH", "notes"),
    ("DELETE", ""),
]


def test_a_change_that_fails_lets_go_too(admin: HttpClient, job: Job) -> None:
    for method, path in FREES:
        target = f"{API}/jobs/{job['id']}/{path}".rstrip("/")
        for body in (b"{}", b'{"staff_name": "Nobody"}', b"{", b"[]"):
            ok(lock(admin, job))
            headers = {"Content-Type": "application/json"}
            refused(admin.request(method, target, body=body, headers=headers), 400)
            assert row(job["id"]).lock is None, (path, body)


def test_a_change_that_comes_too_late_lets_go_too(admin: HttpClient, job: Job) -> None:
    for action in PATHS:
        if "UPLOADED" not in AGREED[action.value].sources.split():
            ok(lock(admin, job))
            refused(act(admin, job, action), 409)
            assert row(job["id"]).lock is None, action


def test_failing_does_not_take_the_lock_of_another(staff: HttpClient, second: HttpClient, job: Job) -> None:
    ok(lock(staff, job))
    refused(act(second, job, Action.APPROVE, weight_g=-1), 400)
    refused(act(second, job, Action.MARK_COMPLETE), 409)
    refused(act(second, job, Action.APPROVE), 409, "locked")
    assert show(staff, job)["lock"]["mine"] is True


def test_looking_and_opening_a_file_keep_the_lock(staff: HttpClient, job: Job) -> None:
    ok(lock(staff, job))
    opened = {"staff_name": SAM, "filename": f"{job['display_name']}.stl"}
    ok(staff.post(f"{API}/jobs/{job['id']}/opened-in-slicer", opened))
    refused(staff.post(f"{API}/jobs/{job['id']}/opened-in-slicer", {**opened, "filename": "x"}), 404)
    assert show(staff, job)["lock"]["mine"] is True


# --- by force ---------------------------------------------------------------------------------


def test_an_administrator_ends_a_lock_for_a_reason(
    staff: HttpClient, second: HttpClient, admin: HttpClient, job: Job
) -> None:
    ok(lock(staff, job))
    force = {"staff_name": "Priya Shah", "reason": "Left for lunch"}
    refused(second.post(f"{API}/jobs/{job['id']}/admin/force-unlock", force), 403, "not_permitted")
    assert list(
        wrong_fields(admin.post(f"{API}/jobs/{job['id']}/admin/force-unlock", {"staff_name": SAM}))
    ) == ["reason"]

    freed = ok(admin.post(f"{API}/jobs/{job['id']}/admin/force-unlock", force))
    assert freed["lock"] is None
    event = freed["events"][-1]
    assert (event["event_type"], event["triggered_by"]) == ("LockForced", "Priya Shah")
    assert event["workstation_id"] == "admin-desk"
    assert event["details"] == {"reason": "Left for lunch", "locked_by": SAM, "workstation": "Front Desk"}

    refused(_extend(staff, job), 409, "lock_lost")
    ok(lock(second, job))
    refused(act(staff, job, Action.APPROVE), 409, "locked")
    refused(admin.post(f"{API}/jobs/none/admin/force-unlock", force), 404, "not_found")


def test_what_needs_the_lock_needs_it_to_be_ones_own(
    http: HttpClient, staff: HttpClient, second: HttpClient, job: Job
) -> None:
    refused(act(staff, job, Action.DELETE), 403, "lock_required")
    ok(lock(second, job))
    refused(act(staff, job, Action.DELETE), 409, "locked")
    _expire(job)
    refused(act(staff, job, Action.DELETE), 403, "lock_required")
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
