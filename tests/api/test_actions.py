"""What staff do to a job: every status × action × workstation, and what each action leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.aws import events, files, outbox
from chalicelib.aws.tables import OutboxMessage
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from tests import invariants
from tests.agreement import AGREED
from tests.steps import PATHS, act, confirm, lock, ok, refused, show, submit, to_status

ALLOWED = [
    (status, action)
    for action in PATHS
    for status in Status
    if status.value in AGREED[action.value].sources.split()
]


@pytest.mark.parametrize("status", Status)
def test_what_is_not_in_the_table_is_refused_and_changes_nothing(
    status: Status, http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, status)
    before = invariants.everything()
    for role, desk in (("staff", staff), ("admin", admin)):
        for action in PATHS:
            agreed = AGREED[action.value]
            if role not in agreed.who.split():
                refused(act(desk, job, action), 403, "not_permitted")
            elif status.value not in agreed.sources.split():
                details = refused(act(desk, job, action), 409, "conflict")
                assert details == {"status": status.value, "action": action.value}
            elif agreed.lock:
                refused(act(desk, job, action), 403, "lock_required")
    assert invariants.everything() == before
    invariants.check()


@pytest.mark.parametrize(("status", "action"), ALLOWED)
def test_what_is_in_the_table_happens(
    status: Status, action: Action, http: HttpClient, staff: HttpClient, admin: HttpClient
) -> None:
    agreed = AGREED[action.value]
    desk = staff if "staff" in agreed.who.split() else admin
    job = submit(http)
    to_status(staff, job, status)
    known, promised = len(events.of_job(job["id"])), _promised(job)
    if agreed.lock:
        ok(lock(desk, job))
    elsewhere = "PRINTING" if status is not Status.PRINTING else "COMPLETED"
    choice = {"new_status": elsewhere} if action is Action.CHANGE_STATUS else {}

    answer = ok(act(desk, job, action, **choice))

    assert [e.event_type for e in events.of_job(job["id"])[known:]] == agreed.events.split()
    assert _promised(job) - promised == ({agreed.mail} if agreed.mail else set())
    if agreed.removes:
        assert answer == {"deleted": job["id"]}
    else:
        target = choice.get("new_status") or agreed.target or status.value
        assert answer["status"] == target
        assert answer["lock"] is None
        assert answer == show(desk, job)
    invariants.check()


def _promised(job: dict[str, Any]) -> set[str]:
    """The kinds of mail that the job's changes have promised."""
    rows = OutboxMessage.scan((OutboxMessage.job_id == job["id"]) & (OutboxMessage.queue == outbox.MAIL))
    return {message.kind for message in rows}


def test_the_files_are_where_the_status_says_at_every_step(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for status, action in [
        (Status.UPLOADED, None),
        (Status.PENDING, Action.APPROVE),
        (Status.READYTOPRINT, Action.CONFIRM),
        (Status.PRINTING, Action.MARK_PRINTING),
        (Status.READYTOPRINT, Action.MARK_FAILED),
        (Status.PRINTING, Action.MARK_PRINTING),
        (Status.COMPLETED, Action.MARK_COMPLETE),
        (Status.PRINTING, Action.REVERT_COMPLETION),
        (Status.COMPLETED, Action.MARK_COMPLETE),
        (Status.PAIDPICKEDUP, Action.MARK_PICKED_UP),
        (Status.COMPLETED, Action.REVERT_PICKUP),
    ]:
        if action is Action.CONFIRM:
            ok(confirm(http, job["id"]))
        elif action:
            ok(act(staff, job, action))
        shown = show(staff, job)
        assert (shown["status"], shown["folder"]) == (status.value, status.folder)
        assert shown["file_key"] == f"{status.folder}/{job['display_name']}.stl"
        name = f"{status.folder}/{job['display_name']}"
        assert {f.key for f in files.versions("")} == {f"{name}.stl", f"{name}.metadata.json"}
        invariants.check()
