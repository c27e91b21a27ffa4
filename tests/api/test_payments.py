"""Money at the counter: the price follows the scale, is exact, and is never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import documents
from chalicelib.aws.tables import ConfigDocument, Payment
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from tests import invariants
from tests.steps import (
    API,
    SAM,
    act,
    configure,
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
    """A finished print, approved at 45.25 g."""
    new = submit(http)
    to_status(staff, new, Status.COMPLETED)
    return new


def _pay(desk: HttpClient, job: Job, **receipt: Any) -> Any:
    ok(lock(desk, job))
    return ok(act(desk, job, Action.PAYMENT, **receipt))


def test_a_payment_is_for_what_the_scale_says(staff: HttpClient, job: Job) -> None:
    paid = _pay(staff, job, grams=50.05, txn_no=" TC-42 ", picked_up_by="A friend")
    assert paid["status"] == "PAIDPICKEDUP"
    when = paid["payment"].pop("paid_ts")
    assert paid["payment"] == {
        "grams": 50.05,
        "price_cents": 501,
        "price_usd": "5.01",
        "txn_no": "TC-42",
        "picked_up_by": "A friend",
        "paid_by_staff": SAM,
        "voided": False,
    }
    assert when == paid["updated_at"]
    assert paid["cost_cents"] == 453  # what the student has confirmed stays on record
    [card] = ok(staff.get(f"{API}/jobs"))["jobs"]
    assert (card["paid_cents"], card["paid_usd"], card["cost_cents"]) == (501, "5.01", 453)
    recorded, changed = paid["events"][-2:]
    assert (recorded["event_type"], changed["event_type"]) == ("PaymentRecorded", "StatusChanged")
    assert recorded["details"]["grams"] == "50.05"
    assert recorded["details"]["price_cents"] == 501
    assert recorded["details"]["txn_no"] == "TC-42"


def test_a_payment_that_is_void_is_not_on_the_card(staff: HttpClient, job: Job) -> None:
    _pay(staff, job)
    ok(act(staff, job, Action.REVERT_PICKUP))
    [card] = ok(staff.get(f"{API}/jobs"))["jobs"]
    assert (card["status"], card["paid_cents"]) == ("COMPLETED", None)


PRICES = [
    (0.001, 300),
    (29.99, 300),
    (30, 300),
    (30.04, 300),
    (30.05, 301),
    ("30.15", 302),
    (1234.565, 12346),
]


def test_a_price_is_exact(staff: HttpClient, job: Job) -> None:
    for grams, cents in PRICES:
        assert _pay(staff, job, grams=grams)["payment"]["price_cents"] == cents, grams
        ok(act(staff, job, Action.REVERT_PICKUP))


def test_resin_costs_more(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http, method="Resin", printer="formlabs-form-3", color="Clear")
    to_status(staff, job, Status.COMPLETED)
    assert show(staff, job)["cost_cents"] == 905
    assert _pay(staff, job, grams=15.025)["payment"]["price_cents"] == 301


def test_the_lab_sets_the_minimum(staff: HttpClient, job: Job) -> None:
    configure(minimum_charge_cents=1000)
    assert _pay(staff, job, grams=50)["payment"]["price_cents"] == 1000


def test_a_payment_needs_the_lock(staff: HttpClient, second: HttpClient, job: Job) -> None:
    before = invariants.everything()
    refused(act(staff, job, Action.PAYMENT), 403, "lock_required")
    ok(lock(second, job))
    refused(act(staff, job, Action.PAYMENT), 409, "locked")
    ok(act(second, job, Action.PAYMENT))
    assert list(Payment.scan()) != []
    assert before["printlab-local-payments"] == []


def test_a_payment_that_makes_no_sense(staff: HttpClient, job: Job) -> None:
    before = invariants.everything()
    for field, value in [
        ("grams", 0),
        ("grams", -1),
        ("grams", 100_001),
        ("grams", 1.0001),
        ("grams", "NaN"),
        ("grams", "1e3x"),
        ("grams", None),
        ("txn_no", ""),
        ("txn_no", "  "),
        ("txn_no", "x" * 51),
        ("txn_no", 12345),
        ("picked_up_by", ""),
        ("picked_up_by", "x" * 101),
        ("price_cents", 1),
    ]:
        ok(lock(staff, job))
        assert list(wrong_fields(act(staff, job, Action.PAYMENT, **{field: value}))) == [field], value
    assert invariants.everything() == before


def test_a_price_needs_a_material_of_the_catalog(staff: HttpClient, job: Job) -> None:
    document = ConfigDocument.get(documents.CATALOG)
    document.data = {**document.data, "materials": document.data["materials"][1:]}
    document.save()
    ok(lock(staff, job))
    refused(act(staff, job, Action.PAYMENT), 409, "no_price")
    assert ok(act(staff, job, Action.MARK_PICKED_UP))["payment"] is None


def test_a_material_that_is_switched_off_still_has_its_price(staff: HttpClient, job: Job) -> None:
    document = ConfigDocument.get(documents.CATALOG)
    filament = {**document.data["materials"][0], "active": False}
    document.data = {**document.data, "materials": [filament, *document.data["materials"][1:]]}
    document.save()
    assert _pay(staff, job, grams=40)["payment"]["price_cents"] == 400


def test_a_reverted_payment_is_void_and_stays_on_record(staff: HttpClient, job: Job) -> None:
    first = _pay(staff, job, grams=40, txn_no="TC-1")
    reverted = ok(act(staff, job, Action.REVERT_PICKUP, staff_name="Jordan Lee"))
    assert reverted["status"] == "COMPLETED"
    assert reverted["payment"]["voided"] is True
    assert reverted["payment"]["txn_no"] == "TC-1"
    voided = reverted["events"][-1]["details"]["voided_payment"]

    again = _pay(staff, job, grams=41, txn_no="TC-2")
    assert (again["payment"]["txn_no"], again["payment"]["voided"]) == ("TC-2", False)

    rows = list(Payment.query(job["id"]))
    assert [(r.txn_no, r.voided, r.voided_by) for r in rows] == [
        ("TC-1", True, "Jordan Lee"),
        ("TC-2", False, None),
    ]
    assert rows[0].id == voided
    assert rows[0].voided_at is not None
    assert first["payment"]["price_cents"] == 400
    assert row(job["id"]).payment_id == rows[1].id


def test_an_override_voids_a_payment_too(staff: HttpClient, admin: HttpClient, job: Job) -> None:
    _pay(staff, job)
    moved = ok(act(admin, job, Action.CHANGE_STATUS, new_status="PRINTING"))
    assert moved["payment"]["voided"] is True
    assert "voided_payment" in moved["events"][-1]["details"]
    assert row(job["id"]).payment_id is None


def test_after_its_window_a_payment_stands(staff: HttpClient, job: Job) -> None:
    paid = _pay(staff, job)
    entered = datetime.fromisoformat(paid["status_entered_at"])
    rewrite(job["id"], status_entered_at=entered - timedelta(hours=1))
    refused(act(staff, job, Action.REVERT_PICKUP), 409, "revert_window_closed")
    assert show(staff, job)["payment"]["voided"] is False


def test_without_a_payment_there_is_none_to_void(staff: HttpClient, job: Job) -> None:
    ok(act(staff, job, Action.MARK_PICKED_UP))
    reverted = ok(act(staff, job, Action.REVERT_PICKUP))
    assert reverted["payment"] is None
    assert "voided_payment" not in reverted["events"][-1]["details"]
