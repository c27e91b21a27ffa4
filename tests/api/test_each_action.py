"""What is particular to each action: what it needs, what it sets, and what it leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import files
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import invariants
from tests.steps import (
    API,
    act,
    body_for,
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

# --- review ---------------------------------------------------------------------------


def test_a_reviewed_job_is_not_new_any_more(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    fresh = show(staff, job)
    assert (fresh["reviewed"], fresh["staff_viewed_at"]) == (False, None)

    seen = ok(act(staff, job, Action.REVIEW))
    assert seen["reviewed"] is True
    assert seen["staff_viewed_at"] is not None
    assert "unreview" in seen["actions"]

    again = ok(act(staff, job, Action.UNREVIEW))
    assert (again["reviewed"], again["staff_viewed_at"]) == (False, None)


# --- approve --------------------------------------------------------------------------


def test_approval_prices_the_job_and_asks_the_student(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    approved = ok(act(staff, job, Action.APPROVE, weight_g=45.25, time_hours=2.01))

    assert (approved["weight_g"], approved["time_hours"]) == (45.25, 2.5)
    assert (approved["cost_cents"], approved["cost_usd"]) == (453, "4.53")
    assert approved["material"] == "filament"
    assert approved["reviewed"] is True
    assert approved["confirmation"]["confirmed_at"] is None
    assert approved["confirmation"]["expired"] is False
    assert approved["confirmation"]["last_sent_at"] == approved["updated_at"]
    assert approved["confirmation"]["expires_at"] > approved["updated_at"]
    assert approved["events"][-1]["details"] == {
        "action": "approve",
        "from_status": "UPLOADED",
        "to_status": "PENDING",
        "weight_g": "45.25",
        "time_hours": "2.5",
        "cost_cents": 453,
        "material": "filament",
        "file": "original",
        "file_type": ".stl",
        "of": {"printer": "prusa-mk4s", "discipline": "Architecture", "material": "filament"},
    }


def test_approval_may_override_what_the_student_chose(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    choice = {"material": "filament", "printer": "prusa-xl", "color": "True Red"}
    approved = ok(act(staff, job, Action.APPROVE, **choice))
    assert {name: approved[name] for name in choice} == choice
    assert approved["printer_name"] == "Prusa XL"


NONSENSE = [
    ("authoritative_filename", "another.stl"),
    ("authoritative_filename", "../Pending/x.stl"),
    ("authoritative_filename", ""),
    ("weight_g", 0),
    ("weight_g", -1),
    ("weight_g", 100_001),
    ("weight_g", 1.2345),
    ("weight_g", "heavy"),
    ("weight_g", None),
    ("weight_g", True),
    ("time_hours", 0),
    ("time_hours", 2001),
    ("time_hours", []),
    ("material", "resin"),  # of another method
    ("material", "gold"),
    ("printer", "formlabs-form-3"),
    ("printer", "nothing"),
    ("color", "Clear"),
    ("surprise", 1),
]


def test_an_approval_that_makes_no_sense(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    before = invariants.everything()
    for field, value in NONSENSE:
        assert list(wrong_fields(act(staff, job, Action.APPROVE, **{field: value}))) == [field], value
    assert invariants.everything() == before


def test_an_approval_that_leaves_something_out(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for missing in ("authoritative_filename", "weight_g", "time_hours", "staff_name"):
        body = body_for(Action.APPROVE, job)
        del body[missing]
        assert list(wrong_fields(staff.post(f"{API}/jobs/{job['id']}/approve", body))) == [missing]
    assert show(staff, job)["status"] == "UPLOADED"


# --- reject ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reasons", "custom"),
    [(["Walls too thin", "Not watertight"], ""), ([], "Please scale it down."), (["Too big"], "By 3 mm.")],
)
def test_rejection_keeps_its_reasons(
    reasons: list[str], custom: str, http: HttpClient, staff: HttpClient
) -> None:
    job = submit(http)
    rejected = ok(act(staff, job, Action.REJECT, reasons=reasons, custom_reason=custom))
    assert rejected["reject_reasons"] == reasons
    assert rejected["custom_reason"] == (custom or None)
    assert rejected["folder"] == "Rejected"
    told = rejected["events"][-1]["details"]  # counted, not copied: staff may have named the student
    assert (told["reasons"], told["custom_reason"]) == (len(reasons), bool(custom))


def test_a_rejection_needs_a_reason(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"reasons": [], "custom_reason": ""}, "reasons"),
        ({"reasons": [], "custom_reason": "   "}, "reasons"),
        ({"reasons": [""]}, "reasons.0"),
        ({"reasons": ["x" * 501]}, "reasons.0"),
        ({"reasons": ["thin"] * 21}, "reasons"),
        ({"reasons": "Walls too thin"}, "reasons"),
        ({"custom_reason": "x" * 501}, "custom_reason"),
    ]
    for body, field in cases:
        assert list(wrong_fields(act(staff, job, Action.REJECT, **body))) == [field], body
    assert show(staff, job)["status"] == "UPLOADED"


# --- printing -------------------------------------------------------------------------


def test_a_print_may_start_on_another_printer(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.READYTOPRINT)
    assert list(wrong_fields(act(staff, job, Action.MARK_PRINTING, printer="formlabs-form-3"))) == ["printer"]
    assert list(wrong_fields(act(staff, job, Action.MARK_PRINTING, printer="none"))) == ["printer"]
    printing = ok(act(staff, job, Action.MARK_PRINTING, printer="prusa-xl"))
    assert (printing["printer"], printing["printer_name"]) == ("prusa-xl", "Prusa XL")
    assert printing["events"][-1]["details"]["printer"] == "prusa-xl"


def test_a_failed_print_keeps_price_and_confirmation(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    before = show(staff, job)
    failed = ok(act(staff, job, Action.MARK_FAILED, reason="Nozzle clogged"))
    assert failed["status"] == "READYTOPRINT"
    assert failed["cost_cents"] == before["cost_cents"]
    assert failed["confirmation"] == before["confirmation"]
    assert failed["confirmation"]["confirmed_at"] is not None
    assert failed["events"][-1]["details"]["reason"] == "Nozzle clogged"
    [card] = ok(staff.get(f"{API}/jobs"))["jobs"]
    assert (before["failed_prints"], card["failed_prints"]) == (0, 1)
    assert ok(act(staff, job, Action.MARK_PRINTING))["status"] == "PRINTING"


def test_a_failed_print_needs_its_reason(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    for reason in ("", "  ", "ab", "x" * 501, None):
        assert list(wrong_fields(act(staff, job, Action.MARK_FAILED, reason=reason))) == ["reason"], reason


# --- reverts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "action", "back"),
    [
        (Status.COMPLETED, Action.REVERT_COMPLETION, "PRINTING"),
        (Status.PAIDPICKEDUP, Action.REVERT_PICKUP, "COMPLETED"),
    ],
)
def test_a_revert_has_its_window(
    status: Status, action: Action, back: str, http: HttpClient, staff: HttpClient
) -> None:
    job = submit(http)
    to_status(staff, job, status)
    shown = show(staff, job)
    assert action.value in shown["actions"]
    assert shown["revert_until"] is not None
    entered = row(job["id"]).status_entered_at

    rewrite(job["id"], status_entered_at=entered - timedelta(minutes=60))
    before = invariants.everything()
    late = show(staff, job)
    assert action.value not in late["actions"]
    assert late["revert_until"] is None
    assert refused(act(staff, job, action), 409, "revert_window_closed") == {"status": status.value}
    assert invariants.everything() == before

    rewrite(job["id"], status_entered_at=entered - timedelta(minutes=59))
    reverted = ok(act(staff, job, action))
    assert reverted["status"] == back
    assert reverted["events"][-1]["event_type"] == "StatusReverted"


# --- delete -----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.UPLOADED, Status.PENDING])
def test_a_deleted_job_leaves_only_its_history(
    status: Status, http: HttpClient, staff: HttpClient, pump: Pump
) -> None:
    job, other = submit(http), submit(http)
    pump.step()  # the picture is made
    to_status(staff, job, status)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE, confirm=f" {job['short_id'].lower()} "))

    refused(staff.get(f"{API}/jobs/{job['id']}"), 404, "not_found")
    refused(act(staff, job, Action.APPROVE), 404, "not_found")
    history = ok(staff.get(f"{API}/jobs/{job['id']}/events"))["events"]
    assert history[-1]["event_type"] == "JobDeleted"
    assert history[-1]["details"]["short_id"] == job["short_id"]
    assert [f.key for f in files.versions("") if job["id"] in f.key or job["display_name"] in f.key] == []
    assert show(staff, other)["status"] == "UPLOADED"
    invariants.check()


def test_a_deletion_is_confirmed_by_the_short_id(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for wrong in ("", "XXXXXX", job["short_id"][:-1]):
        ok(lock(staff, job))
        assert list(wrong_fields(act(staff, job, Action.DELETE, confirm=wrong))) == ["confirm"]
    assert show(staff, job)["status"] == "UPLOADED"
