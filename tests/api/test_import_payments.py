"""What was paid in the old system counts as it does in ours: once, and only while the job is handed over."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws import days, events
from chalicelib.aws.tables import Payment
from chalicelib.domain.lifecycle import Action
from chalicelib.services import clock
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests.legacy.moving_in import check_all, take_over
from tests.legacy.old_lab import FOLDERS, OldLab
from tests.nights import Nights
from tests.steps import API, SAM, act, lock, ok, row, show

Row = dict[str, Any]
KIM = "Kim Now"
NOT_HANDED_OVER = "kept as void: record the payment again at pick-up"


def told_back(old: OldLab) -> Row:
    """Paid, handed over, and taken back by somebody: the old system kept the payment."""
    was = old.job("PAIDPICKEDUP")
    was.update(status="COMPLETED", updated_at=was["updated_at"] + timedelta(days=2))
    old.event(was["id"], "StatusReverted", was["updated_at"], {"new_status": "COMPLETED"}, KIM)
    return was


def back_in_silence(old: OldLab) -> Row:
    """As `told_back`, but no event tells of it."""
    was = old.job("PAIDPICKEDUP", last_updated_by=KIM)
    was.update(status="COMPLETED", updated_at=was["updated_at"] + timedelta(days=2))
    return was


def never_handed_over(old: OldLab) -> Row:
    """Paid, and nothing else is known."""
    was = old.job("COMPLETED")
    was["updated_at"] += timedelta(days=2)
    old.pay(was, was["created_at"] + timedelta(hours=5))
    return was


def paid_after_it_came_back(old: OldLab) -> Row:
    """By the clock of the payment."""
    was = told_back(old)
    was["updated_at"] += timedelta(days=1)
    old.tables["payment"][-1]["paid_ts"] = was["updated_at"]
    return was


# Each with the kind of the event that voids the payment, and by whom.
WAYS: list[tuple[Callable[[OldLab], Row], str, str]] = [
    (told_back, "StatusReverted", KIM),
    (back_in_silence, "StatusChanged", KIM),
    (never_handed_over, "AdminAction", "system"),
    (paid_after_it_came_back, "AdminAction", "system"),
]


def void_problems(report: dict[str, Any]) -> list[str]:
    """What the report says of payments."""
    return [f"{p['wrong']}; {p['done']}" for p in report["problems"] if p["table"] == "payment"]


def money_of(moment: datetime) -> dict[str, int]:
    """The money in the figures of the day of a moment."""
    stored = days.figures([moment.date()])[moment.date()]
    return {name: stored[name] for name in ("payments", "revenue_cents", "paid_mg", "voided")}


def test_what_was_paid_stands_at_the_job(old: OldLab) -> None:
    was = old.job("PAIDPICKEDUP")
    report = take_over(old)
    [payment] = Payment.query(was["id"])
    assert payment.voided is False
    assert {payment.voided_at, payment.voided_by} == {None}
    assert (row(was["id"]).paid_cents, row(was["id"]).payment_id) == (238, payment.id)
    assert void_problems(report) == []


@pytest.mark.parametrize(("way", "kind", "by"), WAYS, ids=[way.__name__ for way, *_ in WAYS])
def test_a_payment_of_a_job_that_came_back_is_kept_as_void(
    old: OldLab,
    staff: HttpClient,
    nights: Nights,
    pump: Pump,
    way: Callable[[OldLab], Row],
    kind: str,
    by: str,
) -> None:
    was = way(old)
    dry = take_over(old, "--dry-run")
    assert take_over(old) == dry
    said = f"paid, but the job is not handed over ({was['short_id']}, Completed); {NOT_HANDED_OVER}"
    assert [f"{p['wrong']}; {p['done']}" for p in dry["problems"]] == [said]
    [payment] = Payment.query(was["id"])
    back = was["updated_at"].replace(tzinfo=UTC)
    assert (payment.voided, payment.voided_at, payment.voided_by) == (True, back, by)
    assert (payment.price_cents, payment.txn_no) == (238, "TC-204817")
    job = row(was["id"])
    assert job.status.value == "COMPLETED"
    assert {job.payment_id, job.paid_cents} == {None}
    told = events.of_job(was["id"])
    assert [event.event_type for event in told].count("PaymentRecorded") == 1
    [voiding] = [event for event in told if "voided_payment" in event.details]
    assert (voiding.event_type, voiding.triggered_by, voiding.timestamp) == (kind, by, back)
    assert voiding.details["voided_payment"] == payment.id
    assert (voiding.details["voided_cents"], voiding.details["voided_grams"]) == (238, "23.750")
    assert told.index(voiding) > [event.event_type for event in told].index("PaymentRecorded")
    shown = show(staff, was)
    assert (shown["payment"]["voided"], shown["paid_cents"]) == (True, None)
    while pump.step():
        pass
    check_all(nights)


def test_the_days_tell_of_the_payment_and_of_its_end(old: OldLab) -> None:
    was = told_back(old)
    take_over(old)
    paid = old.tables["payment"][-1]["paid_ts"]
    assert money_of(paid) == {"payments": 1, "revenue_cents": 238, "paid_mg": 23750, "voided": 0}
    back = was["updated_at"]
    assert money_of(back) == {"payments": -1, "revenue_cents": -238, "paid_mg": -23750, "voided": 1}
    stored = days.figures([back.date()])[back.date()]
    assert stored["revenue_cents|printer:prusa-mk4s"] == -238
    assert stored["picked_up"] == -1


def test_wherever_else_a_job_stands_its_payment_is_void(old: OldLab, nights: Nights, pump: Pump) -> None:
    made = {
        status: old.job("PAIDPICKEDUP") for status in FOLDERS if status not in {"PAIDPICKEDUP", "ARCHIVED"}
    }
    for status, was in made.items():
        was["status"] = status
    report = take_over(old)
    paid = {payment.job_id: payment.voided for payment in Payment.scan()}
    assert paid == {was["id"]: True for was in made.values()}
    assert {row(was["id"]).payment_id for was in made.values()} == {None}
    said = sorted(void_problems(report))
    rejected = f"paid, but the job was rejected ({made['REJECTED']['short_id']}); kept as void"
    assert rejected in said
    assert sum(problem.endswith(NOT_HANDED_OVER) for problem in said) == len(said) - 1 == 5
    while pump.step():
        pass
    check_all(nights)


def test_in_the_archive_a_payment_counts_unless_the_job_was_rejected(
    old: OldLab, nights: Nights, pump: Pump
) -> None:
    over, silent, rejected = old.job("ARCHIVED"), old.job("ARCHIVED"), old.job("PAIDPICKEDUP")
    old.tables["event"] = [event for event in old.tables["event"] if event["job_id"] != silent["id"]]
    at = rejected["updated_at"]
    old.event(rejected["id"], "AdminOverride", at + timedelta(hours=1), {"to": "REJECTED"}, KIM)
    old.event(rejected["id"], "JobArchived", at + timedelta(days=46))
    rejected.update(status="ARCHIVED", updated_at=at + timedelta(days=46))
    report = take_over(old)
    assert void_problems(report) == [f"paid, but the job was rejected ({rejected['short_id']}); kept as void"]
    paid = {payment.job_id: payment for payment in Payment.scan()}
    assert [paid[was["id"]].voided for was in (over, silent, rejected)] == [False, False, True]
    assert [row(was["id"]).paid_cents for was in (over, silent, rejected)] == [238, 238, None]
    assert paid[rejected["id"]].voided_at == (at + timedelta(hours=1)).replace(tzinfo=UTC)
    while pump.step():
        pass
    check_all(nights)


def test_paid_again_after_the_import_it_counts_once(
    tmp_path: Path, staff: HttpClient, nights: Nights, pump: Pump
) -> None:
    began = (clock.now() - timedelta(days=5)).replace(tzinfo=None)
    old = OldLab(tmp_path / "storage", start=began)
    was = told_back(old)
    take_over(old)
    totals = ok(staff.get(f"{API}/analytics/overview", days=7))["totals"]
    assert (totals["payments"], totals["revenue_cents"], totals["picked_up"]) == (0, 0, 0)
    job = show(staff, was)
    ok(lock(staff, job))
    again = ok(act(staff, job, Action.PAYMENT, grams=50, txn_no="TC-2"))
    assert (again["status"], again["payment"]["txn_no"], again["paid_cents"]) == ("PAIDPICKEDUP", "TC-2", 500)
    totals = ok(staff.get(f"{API}/analytics/overview", days=7))["totals"]
    assert (totals["payments"], totals["revenue_cents"], totals["picked_up"]) == (1, 500, 1)
    first, second, total = exported(staff, began.date(), clock.now().date())
    assert [first[n] for n in (1, 5, 6, 9)] == [job["short_id"], "2.38", "TC-204817", "yes"]
    assert [second[n] for n in (1, 5, 6, 9)] == [job["short_id"], "5.00", "TC-2", "no"]
    assert (total[4], total[5]) == ("50", "5.00")
    while pump.step():
        pass
    check_all(nights)


def exported(desk: HttpClient, first: date, last: date) -> list[list[str]]:
    """The payments of some days as the university's books get them, without the headings."""
    days_wanted = {"start_date": first.isoformat(), "end_date": last.isoformat()}
    answer = desk.post(f"{API}/export/payments", {**days_wanted, "staff_name": SAM, "format": "csv"})
    assert answer.status == 200, answer.text[:300]
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))[1:]


def test_however_long_the_history_the_payment_is_in_it(old: OldLab, nights: Nights, pump: Pump) -> None:
    was = old.job("COMPLETED")
    for number in range(30):
        at = was["created_at"] + timedelta(days=1 + 2 * number)
        old.event(was["id"], "StatusReverted", at, {"new_status": "PRINTING"})
        old.event(was["id"], "StatusChanged", at + timedelta(days=1), {"new_status": "COMPLETED"})
    paid = was["created_at"] + timedelta(days=70)
    old.pay(was, paid)
    was.update(status="PRINTING", updated_at=paid + timedelta(days=1))
    take_over(old)
    assert money_of(paid)["revenue_cents"] == 238
    assert money_of(was["updated_at"])["revenue_cents"] == -238
    while pump.step():
        pass
    check_all(nights)
