"""Who did it: every change names an active staff member and a workstation, and no event names a student."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.tables import Event
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.agreement import AGREED
from tests.steps import (
    API,
    LEFT,
    PATHS,
    SAM,
    act,
    confirm,
    lock,
    ok,
    rewrite,
    show,
    submit,
    to_status,
    wrong_fields,
)

NOBODY: list[tuple[Any, str | None]] = [
    (LEFT, "unknown_staff"),
    ("Nobody", "unknown_staff"),
    (SAM.upper(), "unknown_staff"),
    ("", None),
    ("x" * 101, None),
    (None, None),
    (5, None),
    ([SAM], None),
]


def test_only_active_staff_act(http: HttpClient, staff: HttpClient, admin: HttpClient) -> None:
    jobs = {}
    for action in PATHS:
        status = Status(AGREED[action.value].sources.split()[0])
        if status not in jobs:
            jobs[status] = submit(http)
            to_status(staff, jobs[status], status)
    before = invariants.everything()
    for action in PATHS:
        job = jobs[Status(AGREED[action.value].sources.split()[0])]
        for name, error in NOBODY if action is Action.REVIEW else NOBODY[:1]:
            answer = act(admin, job, action, staff_name=name)
            assert list(wrong_fields(answer, error)) == ["staff_name"], (action, name)
    assert invariants.everything() == before


def test_events_name_the_person_and_the_workstation(
    http: HttpClient, staff: HttpClient, second: HttpClient, admin: HttpClient, scheduler: Scheduler
) -> None:
    job = submit(http)
    ok(act(staff, job, Action.REVIEW, staff_name="Jordan Lee"))
    ok(act(second, job, Action.APPROVE, staff_name="Priya Shah"))
    scheduler.run_once("expire_confirmations", datetime.now(UTC) + timedelta(hours=73))
    rewrite(job["id"], confirm_expires_at=datetime.now(UTC) + timedelta(hours=1))
    ok(confirm(http, job["id"]))
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="COMPLETED"))
    assert [
        (event["event_type"], event["triggered_by"], event["workstation_id"], event["workstation_name"])
        for event in show(staff, job)["events"]
    ] == [
        ("JobCreated", "student", None, None),
        ("JobReviewed", "Jordan Lee", "front-desk", "Front Desk"),
        ("StaffApproved", "Priya Shah", "second-desk", "Second Desk"),
        ("ConfirmationExpired", "system", None, None),
        ("StudentConfirmed", "student", None, None),
        ("AdminOverride", SAM, "admin-desk", "Admin Desk"),
    ]
    assert show(staff, job)["last_updated_by"] == SAM


def test_no_event_holds_anything_of_the_student(
    http: HttpClient, staff: HttpClient, admin: HttpClient, pump: Pump, scheduler: Scheduler
) -> None:
    student: dict[str, Any] = {
        "student_name": "Zaphod Beeblebrox",
        "student_email": "zaphod.b@heartofgold.example.edu",
        "class_number": "GALAXY 42QZ",
        "filename": "Zaphods second head.stl",
    }
    job = submit(http, **student)
    _live_a_whole_life(http, staff, admin, job)
    rejected = submit(http, **student)
    ok(act(staff, rejected, Action.REJECT, reasons=["Zaphod’s head"], custom_reason="Dear Zaphod …"))
    deleted = submit(http, **{**student, "student_email": "zaphod@heartofgold.example.edu"})
    ok(lock(staff, deleted))
    ok(act(staff, deleted, Action.DELETE))
    pump.step()

    found = [event.serialize() for event in Event.scan()]
    assert len({str(event["event_type"]) for event in found}) >= 14
    text = json.dumps(found).lower()
    for word in ("zaphod", "beeblebrox", "heartofgold", "galaxy", "42qz"):
        assert word not in text


def _live_a_whole_life(http: HttpClient, staff: HttpClient, admin: HttpClient, job: dict[str, Any]) -> None:
    path = f"{API}/jobs/{job['id']}"
    opened = {"staff_name": SAM, "filename": f"{job['display_name']}.stl"}
    ok(staff.post(f"{path}/opened-in-slicer", opened))
    ok(staff.patch(f"{path}/notes", {"staff_name": SAM, "text": "Zaphod Beeblebrox called"}))
    for action in (Action.REVIEW, Action.UNREVIEW, Action.APPROVE, Action.FORCE_CONFIRM):
        ok(act(admin, job, action))
    for action in (Action.MARK_PRINTING, Action.MARK_FAILED, Action.MARK_PRINTING, Action.MARK_COMPLETE):
        ok(act(staff, job, action))
    ok(act(staff, job, Action.REVERT_COMPLETION))
    ok(act(staff, job, Action.MARK_COMPLETE))
    ok(lock(staff, job))
    ok(admin.post(f"{path}/admin/force-unlock", {"staff_name": SAM, "reason": "Testing"}))
    ok(lock(staff, job))
    ok(act(staff, job, Action.PAYMENT, picked_up_by="Zaphod Beeblebrox"))
    ok(act(staff, job, Action.REVERT_PICKUP))
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="PENDING"))
    ok(confirm(http, job["id"]))
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="REJECTED"))
