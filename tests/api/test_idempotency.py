"""A call whose answer was lost can be repeated with the same Idempotency-Key, wherever it was lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import events
from chalicelib.aws.tables import Job, Transient
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient, Response
from infra.local.seed import CATALOG
from tests import invariants
from tests.agreement import AGREED
from tests.api.forms import post_small
from tests.models import next_seed, stl_bytes
from tests.steps import (
    API,
    PATHS,
    SAM,
    act,
    announce,
    complete,
    confirm_token,
    lock,
    ok,
    refused,
    row,
    show,
    submit,
    to_status,
    upload,
    wrong_fields,
)


def _keyed(client: HttpClient, key: str = "k1") -> HttpClient:
    return client.with_headers(Idempotency_Key=key)


def _replayed(answer: Response) -> bool:
    return answer.headers["Idempotency-Replayed"] == "true"


def _forget_answers() -> None:
    """As if the function had died after its work was done and before it could note its answer."""
    for record in Transient.scan(Transient.id.startswith("once#")):
        record.delete()


KEEPS_THE_JOB = [action for action in PATHS if action is not Action.DELETE]


@pytest.mark.parametrize("action", KEEPS_THE_JOB)
def test_a_repeat_of_an_action_answers_the_same_and_does_nothing(
    action: Action, http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    status = Status(AGREED[action.value].sources.split()[-1 if action is Action.CHANGE_STATUS else 0])
    to_status(staff, job, status)
    if AGREED[action.value].lock:
        ok(lock(admin, job))
    first = act(_keyed(admin), job, action)
    ok(first)
    assert first.headers["Idempotency-Replayed"] is None
    after = invariants.everything()

    second = act(_keyed(admin), job, action)
    assert (second.status, second.body) == (first.status, first.body)
    assert _replayed(second)

    _forget_answers()
    third = act(_keyed(admin), job, action)
    assert ok(third)["status"] == first.json()["status"]
    assert not _replayed(third)
    assert invariants.everything() == after


_STATION = {"id": "new-desk", "display_name": "New", "role": "staff", "password": "long enough"}
BACK_OFFICE: list[tuple[str, str, dict[str, Any]]] = [
    ("post", "/staff", {"name": "New Person"}),
    ("patch", "/staff/Jordan%20Lee", {"is_active": False}),
    ("post", "/admin/workstations", _STATION),
    ("patch", "/admin/workstations/second-desk", {"password": "another long one"}),
    ("post", "/admin/settings", {"new_staff_days": 3}),
    ("put", "/catalog", CATALOG),
]


@pytest.mark.parametrize(("method", "path", "body"), BACK_OFFICE, ids=lambda value: str(value)[:30])
def test_a_repeat_in_the_back_office_answers_the_same_and_does_nothing(
    method: str, path: str, body: dict[str, Any], admin: HttpClient
) -> None:
    """Versions, sessions and the trail stay as the first call left them, even where a version was named."""
    desk = _keyed(admin).with_headers(If_Match='"1"')
    send = getattr(desk, method)
    first = send(API + path, {"staff_name": SAM, **body})
    assert first.status in {200, 201}, first.text
    after = invariants.everything()
    for _ in range(2):
        again = send(API + path, {"staff_name": SAM, **body})
        assert (again.status, again.json()) == (first.status, first.json())
        _forget_answers()
    assert invariants.everything() == after


def test_a_repeat_of_a_small_submission(http: HttpClient) -> None:
    """Its parts stand between other boundaries each time."""
    content = stl_bytes(next_seed())
    first = post_small(_keyed(http), content)
    second = post_small(_keyed(http), content)
    assert (second.status, second.body) == (201, first.body)
    assert _replayed(second)
    refused(post_small(_keyed(http), stl_bytes(next_seed())), 409, "idempotency_key_reused")
    _forget_answers()
    third = refused(post_small(_keyed(http), content), 409, "duplicate")
    assert third["existing_job_id"] == first.json()["id"]


def test_a_repeat_of_a_deletion(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(lock(staff, job))
    for _ in range(2):
        assert ok(act(_keyed(staff), job, Action.DELETE)) == {"deleted": job["id"]}
    _forget_answers()
    assert ok(act(_keyed(staff), job, Action.DELETE)) == {"deleted": job["id"]}
    assert sum(event.event_type == "JobDeleted" for event in events.of_job(job["id"])) == 1


def test_a_repeat_of_a_note(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    path, note = f"{API}/jobs/{job['id']}/notes", {"staff_name": SAM, "text": "Hello"}
    ok(_keyed(staff).patch(path, note))
    ok(_keyed(staff).patch(path, note))
    _forget_answers()
    assert len(ok(_keyed(staff).patch(path, note))["notes"]) == 1
    assert len(ok(_keyed(staff, "k2").patch(path, note))["notes"]) == 2


def test_a_repeat_of_a_submission(http: HttpClient) -> None:
    keyed, content = _keyed(http), stl_bytes(next_seed())
    first, second = announce(keyed, content), announce(keyed, content)
    assert ok(first, 201)["upload_id"] == ok(second, 201)["upload_id"]

    upload_id = upload(http, content)
    first, second = complete(keyed, upload_id), complete(keyed, upload_id)
    assert first.body == second.body
    assert _replayed(second)
    _forget_answers()
    assert ok(complete(keyed, upload_id), 201)["id"] == upload_id
    assert len(list(Job.scan())) == 1
    invariants.check()


def test_a_repeat_of_a_confirmation(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    path = f"{API}/confirm/{confirm_token(job['id'])}"
    first, second = _keyed(http).post(path), _keyed(http).post(path)
    assert ok(first) == ok(second)
    _forget_answers()
    assert ok(_keyed(http).post(path)) == ok(first)
    assert sum(event.event_type == "StudentConfirmed" for event in events.of_job(job["id"])) == 1


def test_a_key_is_for_one_request(http: HttpClient, staff: HttpClient, second: HttpClient) -> None:
    job, other = submit(http), submit(http)
    ok(act(_keyed(staff), job, Action.APPROVE))
    refused(act(_keyed(staff), job, Action.APPROVE, weight_g=1), 409, "idempotency_key_reused")
    refused(act(_keyed(staff), other, Action.APPROVE), 409, "idempotency_key_reused")
    # Another route or workstation has keys of its own.
    ok(act(_keyed(second), other, Action.APPROVE))
    ok(act(_keyed(staff), other, Action.MARK_PRINTING), 409)
    assert show(staff, job)["cost_cents"] == 453


def test_a_refusal_is_not_kept(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    wrong_fields(act(_keyed(staff), job, Action.APPROVE, weight_g=-1))
    refused(act(_keyed(staff, "k2"), job, Action.MARK_PRINTING), 409, "conflict")
    ok(act(_keyed(staff), job, Action.APPROVE))
    assert list(Transient.scan(Transient.id.startswith("once#") & Transient.answer.does_not_exist())) == []


def test_while_the_first_one_runs_a_repeat_waits(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(act(_keyed(staff), job, Action.REVIEW))
    record = next(iter(Transient.scan(Transient.id.startswith("once#"))))
    started = datetime.now(UTC) - timedelta(seconds=59)
    record.update(actions=[Transient.answer.remove(), Transient.started_at.set(started)])
    before = row(job["id"]).version
    refused(act(_keyed(staff), job, Action.REVIEW), 409, "request_in_progress")
    assert row(job["id"]).version == before

    # Whoever has not answered after a minute is dead: the repeat takes over, and finds the work done.
    record.update(actions=[Transient.started_at.set(started - timedelta(seconds=2))])
    ok(act(_keyed(staff), job, Action.REVIEW))
    assert row(job["id"]).version == before
    assert _replayed(act(_keyed(staff), job, Action.REVIEW))


def test_a_kept_answer_ends(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(act(_keyed(staff), job, Action.APPROVE))
    record = next(iter(Transient.scan(Transient.id.startswith("once#"))))
    left = record.expires_at - datetime.now(UTC)
    assert timedelta(hours=23, minutes=59) < left <= timedelta(hours=24)
    # Tables forget late: a record whose time is over counts for nothing although it is still there.
    record.update(actions=[Transient.expires_at.set(datetime.now(UTC) - timedelta(seconds=1))])
    refused(act(_keyed(staff), job, Action.APPROVE, weight_g=1), 409, "conflict")


def test_a_key_has_a_length(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(act(_keyed(staff, "x" * 200), job, Action.REVIEW))
    answer = act(_keyed(staff, "x" * 201), job, Action.REVIEW)
    assert list(wrong_fields(answer)) == ["Idempotency-Key"]


def test_reading_needs_no_key(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    before = show(_keyed(staff), job)
    ok(act(staff, job, Action.REVIEW))
    assert show(_keyed(staff), job) != before
