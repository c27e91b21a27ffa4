"""Payments for the university's books: complete, added up, on record, and harmless to open."""

from __future__ import annotations

import copy
import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from chalicelib.api import money
from chalicelib.aws import events
from chalicelib.aws.tables import Job, Payment
from chalicelib.domain.events import event_id
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services.exports import XLSX
from infra.http_client import HttpClient, Response
from tests.steps import API, SAM, act, lock, ok, refused, submit, to_status, wrong_fields

HEADINGS = [
    "Date (UTC)", "Job", "Student", "Class", "Grams", "Price (USD)",
    "Transaction", "Picked up by", "Staff", "Voided",
]  # fmt: skip


def export(desk: HttpClient, first: str, last: str, **more: Any) -> Response:
    """Ask for the payments of a range."""
    document = {"start_date": first, "end_date": last, "staff_name": SAM, **more}
    return desk.post(f"{API}/export/payments", document)


def table(answer: Response) -> list[list[str]]:
    """The rows of a CSV answer."""
    assert answer.status == 200, answer.text[:300]
    return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))


def sheet(content: bytes) -> list[list[Any]]:
    """The rows of a workbook; a formula would show as one."""
    rows = load_workbook(io.BytesIO(content))["Payments"].iter_rows()
    return [[cell.value for cell in row] for row in rows]


def paid(at: datetime, job_id: str = "gone", **values: Any) -> Payment:
    """A payment at a moment of the past, not stored yet."""
    given = {"grams": Decimal("40"), "price_cents": 400, "txn_no": "TC-1", "picked_up_by": "Jane Doe"}
    row = Payment(job_id=job_id, id=event_id(at), month=f"{at:%Y-%m}", paid_ts=at, paid_by_staff=SAM)
    for name, value in {**given, **values}.items():
        setattr(row, name, value)
    return row


def remember(*rows: Payment) -> None:
    """Store payments of the past."""
    with Payment.batch_write() as batch:
        for row in rows:
            batch.save(row)


def pay(http: HttpClient, staff: HttpClient, **receipt: Any) -> dict[str, Any]:
    """A job that is paid for, as the counter does it."""
    job = submit(http)
    to_status(staff, job, Status.COMPLETED)
    ok(lock(staff, job))
    ok(act(staff, job, Action.PAYMENT, **receipt))
    return job


def told() -> list[tuple[str, dict[str, Any], str]]:
    """The system's own events."""
    return [(e.event_type, e.details, e.triggered_by) for e in events.of_job(events.SYSTEM_EVENTS)]


def test_what_was_paid_at_the_counter_is_in_the_file(http: HttpClient, staff: HttpClient) -> None:
    job = pay(http, staff, grams=50.05, txn_no="TC-42", picked_up_by="A friend")
    voided = pay(http, staff, grams=40, txn_no="TC-43")
    ok(act(staff, voided, Action.REVERT_PICKUP))
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    answer = export(staff, today, today)
    name = f"payments_{today}_{today}.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.body.startswith(b"\xef\xbb\xbf")
    assert answer.body.count(b"\r\n") == answer.body.count(b"\n") == 4
    headings, first, second, total = table(answer)
    assert headings == HEADINGS
    moment = datetime.fromisoformat(first[0] + "+00:00")
    assert abs(datetime.now(UTC) - moment) < timedelta(minutes=1)
    rest = [job["short_id"], "Jane Doe", "ARCH 4000", "50.05", "5.01", "TC-42", "A friend", SAM, "no"]
    assert first[1:] == rest
    assert (second[1], second[5], second[9]) == (voided["short_id"], "4.00", "yes")
    assert total == ["Total", "", "", "", "50.05", "5.01", "", "", "", ""]


def test_a_range_holds_both_of_its_days_and_no_other(staff: HttpClient) -> None:
    inside = [datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 1, 23, 59, 59, 999999, UTC)]
    outside = [inside[0] - timedelta(microseconds=1), inside[1] + timedelta(microseconds=1)]
    remember(*(paid(at) for at in [*inside, *outside, inside[0].replace(year=2025)]))
    rows = table(export(staff, "2026-01-31", "2026-02-01"))[1:-1]
    assert [row[0] for row in rows] == ["2026-01-31 00:00:00", "2026-02-01 23:59:59"]
    assert [row[1:4] for row in rows] == [["", "", ""]] * 2  # the jobs are gone, the money is not


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_is_a_formula(staff: HttpClient, start: str) -> None:
    evil = start + 'HYPERLINK("http://x.example";"A1")'
    remember(paid(datetime(2026, 3, 1, 12, tzinfo=UTC), txn_no=evil, picked_up_by=evil))
    row = table(export(staff, "2026-03-01", "2026-03-01"))[1]
    assert (row[6], row[7]) == ("'" + evil, "'" + evil)
    book = export(staff.with_headers(Accept=XLSX), "2026-03-01", "2026-03-01", format="xlsx")
    cell = load_workbook(io.BytesIO(book.body))["Payments"]["G2"]
    assert cell.data_type == "s"
    assert cell.value.endswith(evil[1:])


def test_names_of_any_script_survive(http: HttpClient, staff: HttpClient) -> None:
    pay(http, staff, picked_up_by='Zoë "Zed", Ångström 王')
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert table(export(staff, today, today))[1][7] == 'Zoë "Zed", Ångström 王'
    asked = export(staff.with_headers(Accept=XLSX), today, today, format="xlsx")
    assert sheet(asked.body)[1][7] == 'Zoë "Zed", Ångström 王'


def test_a_workbook(http: HttpClient, staff: HttpClient) -> None:
    job = pay(http, staff, grams=50.05, txn_no="0042", picked_up_by="A friend")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    answer = export(staff.with_headers(Accept=XLSX), today, today, format="xlsx")
    assert answer.headers["Content-Type"] == XLSX
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    headings, row, total = sheet(answer.body)
    assert headings == HEADINGS
    assert isinstance(row[0], datetime)
    rest = [job["short_id"], "Jane Doe", "ARCH 4000", 50.05, 5.01, "0042", "A friend", SAM, "no"]
    assert row[1:] == rest
    assert (total[0], total[4], total[5]) == ("Total", 50.05, 5.01)


def test_who_does_not_accept_a_workbook_gets_a_link(http: HttpClient, staff: HttpClient) -> None:
    remember(paid(datetime(2026, 3, 1, 12, tzinfo=UTC)))
    for accept in ["*/*", "application/json", f"text/html, {XLSX}"]:
        asked = staff.with_headers(Accept=accept)
        found = ok(export(asked, "2026-03-01", "2026-03-01", format="xlsx"))
        assert (found["rows"], found["filename"]) == (1, "payments_2026-03-01_2026-03-01.xlsx")
        stored = http.get(found["url"])
        assert len(sheet(stored.body)) == 3
        assert found["filename"] in stored.headers["Content-Disposition"]
        assert datetime.fromisoformat(found["expires_at"]) > datetime.now(UTC) + timedelta(minutes=50)


def test_three_thousand_payments(
    http: HttpClient, staff: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(http)
    known = Job.get(job["id"])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with Job.batch_write() as batch:
        for number in range(0, 3000, 2):
            twin = copy.deepcopy(known)
            twin.id, twin.short_id = f"job-{number}", str(number)
            batch.save(twin)
    times = [start + timedelta(hours=2.9 * n) for n in range(3000)]
    remember(*(paid(at, f"job-{n}", price_cents=n, voided=n % 10 == 0) for n, at in enumerate(times)))
    found = table(export(staff, "2026-01-01", "2026-12-31"))
    assert len(found) == 3002
    assert [row[1] for row in found[1:-1]] == [str(n) if n % 2 == 0 else "" for n in range(3000)]
    expected = sum(n for n in range(3000) if n % 10)
    assert found[-1][5] == f"{expected // 100}.{expected % 100:02d}"
    assert found[-1][4] == str(40 * 2700)

    monkeypatch.setattr(money, "MAX_ANSWER_BYTES", 100_000)
    link = ok(export(staff, "2026-01-01", "2026-12-31"))
    assert link["rows"] == 3000
    assert table(http.get(link["url"])) == found


def test_an_export_is_on_record(staff: HttpClient) -> None:
    export(staff, "2026-01-01", "2026-01-31")
    expected = {
        "what": "payments exported",
        "start_date": "2026-01-01",
        "end_date": "2026-01-31",
        "format": "csv",
        "rows": 0,
    }
    assert told() == [("AdminAction", expected, SAM)]


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-02-01", "2026-01-31", "end_date"),
        ("2026-01-01", "2027-01-02", "end_date"),
        ("2026-02-30", "2026-03-01", "start_date"),
        ("yesterday", "2026-03-01", "start_date"),
    ],
)
def test_a_range_that_makes_no_sense(staff: HttpClient, first: str, last: str, field: str) -> None:
    assert list(wrong_fields(export(staff, first, last))) == [field]
    assert told() == []


@pytest.mark.parametrize(("first", "last"), [("2026-01-01", "2027-01-01"), ("0001-01-01", "0001-12-31")])
def test_a_year_is_not_too_long(staff: HttpClient, first: str, last: str) -> None:
    assert len(table(export(staff, first, last))) == 2


def test_only_staff_export(staff: HttpClient, agent: HttpClient) -> None:
    refused(export(agent, "2026-01-01", "2026-01-31"), 403, "not_permitted")
    refused(export(staff, "2026-01-01", "2026-01-31", staff_name="Nobody"), 400, "unknown_staff")
    assert list(wrong_fields(export(staff, "2026-01-01", "2026-01-31", format="pdf"))) == ["format"]
    assert told() == []
