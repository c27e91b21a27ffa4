"""What the lab did, told from the figures of its days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import days
from chalicelib.aws.table import connection
from chalicelib.aws.tables import Counter
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.rejection import USUAL_REASONS
from chalicelib.services import students
from infra.http_client import HttpClient
from tests import steps
from tests.steps import API, SAM, act, ok, rewrite, submit, to_status, wrong_fields

TODAY = datetime.now(UTC).date()
NOTHING_HAPPENED = {"submitted", "approved", "rejected", "confirmed", "completed", "failed", "payments"}


@pytest.fixture
def busy_day(http: HttpClient, staff: HttpClient) -> dict[str, Any]:
    """One paid, one finished in three hours, one rejected, one new."""
    paid, finished, rejected, _ = (submit(http) for _ in range(4))
    to_status(staff, paid, Status.COMPLETED)
    ok(steps.lock(staff, paid))
    price = ok(act(staff, paid, Action.PAYMENT))["payment"]["price_cents"]
    rewrite(finished["id"], created_at=datetime.now(UTC) - timedelta(hours=3))
    to_status(staff, finished, Status.COMPLETED)
    ok(act(staff, rejected, Action.REJECT, reasons=[USUAL_REASONS["too-thin"]], custom_reason="Dear Jane"))
    return {"price": price}


def test_who_submitted_what(http: HttpClient, staff: HttpClient, admin: HttpClient) -> None:
    zoe: dict[str, Any] = {"student_name": "Zoe Adler", "student_email": "zoe@example.edu"}
    jane = [submit(http), submit(http, discipline="Art", student_email="JANE@example.edu"), submit(http)]
    submit(http, discipline="Art", **zoe)
    to_status(staff, jane[0], Status.COMPLETED)
    ok(act(staff, jane[1], Action.REJECT))
    price = steps.show(staff, jane[0])["cost_cents"]
    page = ok(staff.get(f"{API}/analytics/students"))
    assert (page["total"], page["days"], page["complete"]) == (2, 30, True)
    first, second = page["students"]
    assert (first["student_email"], first["student_name"]) == ("jane@example.edu", "Jane Doe")
    assert first["jobs"] == 3
    assert first["by_status"] == {"UPLOADED": 1, "COMPLETED": 1, "REJECTED": 1}
    assert first["disciplines"] == ["Architecture", "Art"]
    assert (first["cost_cents"], first["cost_usd"]) == (price, f"{price / 100:.2f}")
    assert first["last_submitted_at"] == steps.show(staff, jane[2])["created_at"]
    assert (second["student_name"], second["jobs"], second["cost_cents"]) == ("Zoe Adler", 1, 0)

    def names(**query: Any) -> list[str]:
        answer = ok(staff.get(f"{API}/analytics/students", **query))
        return [student["student_name"] for student in answer["students"]]

    assert names(limit=1) == ["Jane Doe"]
    assert names(limit=1, page=2) == ["Zoe Adler"]
    assert names(search="adler") == ["Zoe Adler"]
    assert names(discipline="Architecture") == ["Jane Doe"]
    for job in jane:
        rewrite(job["id"], created_at=datetime.now(UTC) - timedelta(days=7))
    assert names(days=7) == ["Zoe Adler"]
    assert names(days=8) == ["Jane Doe", "Zoe Adler"]
    assert list(wrong_fields(staff.get(f"{API}/analytics/students", days=91))) == ["days"]


def test_a_period_with_too_many_jobs_says_so(
    http: HttpClient, staff: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        submit(http)
    monkeypatch.setattr(students, "MAX_JOBS", 2)
    page = ok(staff.get(f"{API}/analytics/students"))
    assert page["complete"] is False
    assert page["students"][0]["jobs"] == 2


def test_the_overview_of_a_busy_day(busy_day: dict[str, Any], staff: HttpClient) -> None:
    days.add((TODAY - timedelta(days=30)).isoformat(), {"submitted": 7})
    overview = ok(staff.get(f"{API}/analytics/overview", days=30))
    totals = overview["totals"]
    assert {name: totals[name] for name in ("submitted", "approved", "confirmed", "rejected")} == {
        "submitted": 4,
        "approved": 2,
        "confirmed": 2,
        "rejected": 1,
    }
    assert (totals["completed"], totals["picked_up"], totals["payments"]) == (2, 1, 1)
    assert totals["revenue_cents"] == totals["average_payment_cents"] == busy_day["price"]
    assert totals["average_lead_hours"] == pytest.approx(1.5, abs=0.05)
    assert overview["before"]["submitted"] == 7
    assert overview["rejections"] == [{"reason": USUAL_REASONS["too-thin"], "count": 1}]
    queue = {row["status"]: row for row in overview["queue"]}
    assert (queue["UPLOADED"]["jobs"], queue["COMPLETED"]["jobs"]) == (1, 1)
    assert queue["PENDING"] == {
        "status": "PENDING",
        "status_label": "Pending",
        "jobs": 0,
        "oldest": None,
    }
    assert overview["storage"]["used"] > 0


def test_one_printer_or_one_discipline(busy_day: dict[str, Any], staff: HttpClient) -> None:
    one = ok(staff.get(f"{API}/analytics/overview", discipline="Architecture"))["totals"]
    other = ok(staff.get(f"{API}/analytics/overview", discipline="Art"))["totals"]
    assert one["submitted"] == 4
    assert {other[name] for name in NOTHING_HAPPENED} == {0}
    refused = staff.get(f"{API}/analytics/overview", discipline="Art", printer="prusa-xl")
    assert wrong_fields(refused).keys() == {"discipline"}


@pytest.mark.parametrize(("name", "value"), [("days", 0), ("days", 91), ("days", "x"), ("weeks", 1)])
def test_wrong_periods(staff: HttpClient, name: str, value: Any) -> None:
    assert wrong_fields(staff.get(f"{API}/analytics/trends", **{name: value})).keys() == {name}


def test_the_trend_has_every_day(busy_day: dict[str, Any], staff: HttpClient) -> None:
    days.add((TODAY - timedelta(days=6)).isoformat(), {"completed": 3, "lead_minutes": 360})
    series = ok(staff.get(f"{API}/analytics/trends", days=7))["series"]
    assert [day["date"] for day in series] == [
        (TODAY - timedelta(days=n)).isoformat() for n in range(6, -1, -1)
    ]
    assert (series[0]["totals"]["completed"], series[0]["totals"]["average_lead_hours"]) == (3, 2)
    assert series[-1]["totals"]["submitted"] == 4


def test_resources_by_printer_and_material(busy_day: dict[str, Any], staff: HttpClient) -> None:
    resources = ok(staff.get(f"{API}/analytics/resources"))
    (printer,) = resources["printers"]
    assert printer["name"] == "Prusa MK4S"
    assert printer["totals"]["completed"] == 2
    (material,) = (one for one in resources["materials"] if one["totals"]["completed"])
    assert material["totals"]["completed_grams"] > 0
    (day,) = resources["printer_days"]
    assert (day["date"], day["started"], day["completed"]) == (TODAY.isoformat(), 2, 2)
    assert day["print_hours"] > 0


def test_staff_who_left_stay_in_the_report(
    busy_day: dict[str, Any], staff: HttpClient, admin: HttpClient
) -> None:
    ok(admin.post(f"{API}/staff", {"staff_name": SAM, "name": "Robin Vale"}), 201)
    ok(
        admin.patch(
            f"{API}/staff/{SAM.replace(' ', '%20')}", {"staff_name": "Robin Vale", "is_active": False}
        )
    )
    (sam, robin) = ok(staff.get(f"{API}/analytics/staff"))["staff"]
    assert (sam["name"], sam["is_active"]) == (SAM, False)
    assert sam["events"]["StaffApproved"] == 2
    assert sam["actions"] == sum(sam["events"].values())
    assert (robin["name"], robin["events"]) == ("Robin Vale", {"StaffUpdated": 1})


def test_the_lab_at_a_glance(busy_day: dict[str, Any], staff: HttpClient) -> None:
    stats = ok(staff.get(f"{API}/stats"))
    assert stats["total"] == 4
    assert stats["today"]["submitted"] == 4
    detailed = ok(staff.get(f"{API}/stats/detailed", days=90))
    assert detailed["counts"] == stats["counts"]
    assert [one["id"] for one in detailed["disciplines"]] == ["Architecture"]


@pytest.mark.parametrize(
    "path",
    ["/jobs?status=UPLOADED", "/jobs/counts", "/analytics/overview", "/analytics/trends", "/stats"],
)
def test_what_has_not_changed_is_not_sent_again(
    path: str, http: HttpClient, staff: HttpClient, second: HttpClient
) -> None:
    job = submit(http)
    _settle()
    first = staff.get(API + path)
    known = staff.with_headers(If_None_Match=first.headers["ETag"])
    again = known.get(API + path)
    # The minute may have ended between both calls; then the answer is the same anyway.
    assert (again.status, again.body) in [(304, b""), (200, first.body)]
    ok(act(second, job, Action.REVIEW))
    changed = known.get(API + path)
    assert changed.status == 200
    assert changed.headers["ETag"] != first.headers["ETag"]


def _settle() -> None:
    """The last change was ten seconds ago."""
    for shard in Counter.scan():
        shard.update(actions=[Counter.changed_at.set(datetime.now(UTC) - timedelta(seconds=10))])


@pytest.mark.parametrize("path", ["/jobs?status=UPLOADED", "/jobs/counts", "/analytics/overview"])
def test_finding_out_that_nothing_has_changed_is_one_small_read(
    path: str, http: HttpClient, staff: HttpClient
) -> None:
    submit(http)
    _settle()
    known = staff.with_headers(If_None_Match=staff.get(API + path).headers["ETag"])
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    hooks = connection().client.meta.events
    hooks.register("before-call.dynamodb", note)
    status = known.get(API + path).status
    hooks.unregister("before-call.dynamodb", note)
    assert calls == ["BatchGetItem"] or status == 200, "the minute has ended in between"


def test_what_is_read_right_after_a_change_is_read_again(http: HttpClient, staff: HttpClient) -> None:
    """The index may not have had it yet."""
    submit(http)
    etag = staff.get(f"{API}/jobs").headers["ETag"]
    known = staff.with_headers(If_None_Match=etag)
    assert known.get(f"{API}/jobs").status == 200
    _settle()
    assert known.get(f"{API}/jobs").status == 200


def test_a_lock_is_news_to_the_others(http: HttpClient, staff: HttpClient, second: HttpClient) -> None:
    job = submit(http)
    _settle()
    etags = [staff.get(f"{API}/jobs").headers["ETag"]]
    for change in ("lock", "extend", "unlock"):
        ok(second.post(f"{API}/jobs/{job['id']}/{change}", {"staff_name": SAM} if change == "lock" else {}))
        _settle()
        etags.append(staff.get(f"{API}/jobs").headers["ETag"])
    assert len(set(etags)) == 4


def test_an_answer_is_of_one_workstation(http: HttpClient, staff: HttpClient, admin: HttpClient) -> None:
    submit(http)
    etag = staff.get(f"{API}/jobs").headers["ETag"]
    assert ok(admin.with_headers(If_None_Match=etag).get(f"{API}/jobs"))["total"] == 1
