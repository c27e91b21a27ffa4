"""The queue as the dashboard lists it: filters, search, order, pages, counts."""

from __future__ import annotations

import base64
import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.api.views.jobs import JobCard
from chalicelib.aws import counters, events
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import listing
from infra.http_client import HttpClient
from tests.steps import API, SAM, act, lock, ok, refused, rewrite, show, submit, to_status, wrong_fields


def _list(desk: HttpClient, **query: Any) -> Any:
    return ok(desk.get(f"{API}/jobs", **query))


def _ids(page: Any) -> list[str]:
    return [card["id"] for card in page["jobs"]]


# --- one job ---------------------------------------------------------------------------


def test_a_card_says_the_same_as_the_job(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    ok(staff.patch(f"{API}/jobs/{job['id']}/notes", {"staff_name": SAM, "text": "Hello"}))
    ok(lock(staff, job))
    (card,) = _list(staff)["jobs"]
    whole = show(staff, job)
    assert set(card) == set(JobCard.model_fields)
    assert card == {name: whole[name] for name in card}


def test_times_are_utc_with_milliseconds(http: HttpClient, staff: HttpClient) -> None:
    shown = show(staff, submit(http))
    for name in ("created_at", "updated_at", "status_entered_at"):
        assert len(shown[name]) == len("2026-11-21T15:18:01.123Z")
        assert shown[name].endswith("Z")
        assert abs(datetime.now(UTC) - datetime.fromisoformat(shown[name])) < timedelta(minutes=1)


def test_a_job_that_is_not_there(staff: HttpClient) -> None:
    for job_id in ("none", "0" * 32, "%00", "x" * 3000, "..", "a%2Fb"):
        for path in ("", "/events", "/candidate-files"):
            refused(staff.get(f"{API}/jobs/{job_id}{path}"), 404, "not_found")
        refused(act(staff, {"id": job_id, "display_name": "x", "short_id": "y"}, Action.APPROVE), 404)


def test_the_history_of_a_job_is_no_way_to_other_events(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    assert ok(staff.get(f"{API}/jobs/{job['id']}/events"))["events"] == show(staff, job)["events"]
    refused(staff.get(f"{API}/jobs/{events.SYSTEM_EVENTS}/events"), 404, "not_found")


# --- the list --------------------------------------------------------------------------


@pytest.fixture
def seven(http: HttpClient, staff: HttpClient) -> list[str]:
    """Seven jobs, newest first: four uploaded, two pending, one rejected."""
    jobs = [submit(http) for _ in range(7)]
    for job in jobs[:2]:
        to_status(staff, job, Status.PENDING)
    to_status(staff, jobs[2], Status.REJECTED)
    return [job["id"] for job in reversed(jobs)]


def test_order_and_status(staff: HttpClient, seven: list[str]) -> None:
    page = _list(staff)
    assert _ids(page) == seven
    assert (page["page"], page["limit"], page["total"], page["next_cursor"]) == (1, 50, 7, None)
    assert _ids(_list(staff, sort="created_at")) == seven[::-1]
    assert _ids(_list(staff, sort="-created_at")) == seven

    assert _ids(_list(staff, status="UPLOADED")) == seven[:4]
    assert _ids(_list(staff, status="REJECTED")) == seven[4:5]
    assert _ids(_list(staff, status="PENDING")) == seven[5:]
    nothing = {"jobs": [], "page": 1, "limit": 50, "total": 0, "filtered": 0, "next_cursor": None}
    assert _list(staff, status="PRINTING") == nothing


def test_pages_make_up_the_list(staff: HttpClient, seven: list[str]) -> None:
    for status, sort, limit in itertools.product(("", "UPLOADED"), ("created_at", "-created_at"), (2, 7)):
        query = {"sort": sort, **({"status": status} if status else {})}
        whole = _list(staff, **query)
        found: list[str] = []
        for number in range(1, whole["total"] // limit + 3):
            page = _list(staff, **query, limit=limit, page=number)
            assert (page["page"], page["limit"], page["total"]) == (number, limit, whole["total"])
            assert len(page["jobs"]) <= limit
            found += _ids(page)
        assert found == _ids(whole), (query, limit)


def test_a_cursor_goes_on_where_the_page_ended(staff: HttpClient, seven: list[str]) -> None:
    for sort, search, limit in itertools.product(("created_at", "-created_at"), ("", "jane"), (1, 3, 4)):
        query = {"status": "UPLOADED", "sort": sort, "search": search, "limit": limit}
        page = _list(staff, **query)
        found = _ids(page)
        while page["next_cursor"]:
            page = _list(staff, **query, cursor=page["next_cursor"])
            assert page["jobs"]
            assert page["total"] == 4
            found += _ids(page)
        assert found == _ids(_list(staff, status="UPLOADED", sort=sort)), query


def test_a_cursor_survives_what_happens_to_its_job(
    http: HttpClient, staff: HttpClient, seven: list[str]
) -> None:
    first = _list(staff, status="UPLOADED", limit=2)
    moved = show(staff, {"id": _ids(first)[-1]})
    ok(act(staff, moved, Action.REJECT))
    rest = _list(staff, status="UPLOADED", limit=2, cursor=first["next_cursor"])
    assert _ids(rest) == seven[2:4]


def _forged(**position: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _position(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def test_a_wrong_question(http: HttpClient, staff: HttpClient) -> None:
    submit(http), submit(http)
    cursor = _list(staff, status="UPLOADED", limit=1)["next_cursor"]
    when = {"S": "2026-11-21T00:00:00.000000+0000"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"status": "LOST"}, "status"),
        ({"status": "uploaded"}, "status"),
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"page": 0}, "page"),
        ({"page": 1001}, "page"),
        ({"sort": "name"}, "sort"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-01"}, "to"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"confirmation_expired": "maybe"}, "confirmation_expired"),
        ({"search": "x" * 101}, "search"),
        ({"colour": "Blue"}, "colour"),
        ({"from_day": "2026-11-02"}, "from_day"),
        ({"status": ["UPLOADED", "PENDING"]}, "status"),
        ({"cursor": cursor}, "cursor"),
        ({"status": "PENDING", "cursor": cursor}, "cursor"),
        ({"status": "UPLOADED", "cursor": "x"}, "cursor"),
        ({"status": "UPLOADED", "cursor": "ü"}, "cursor"),
        ({"status": "UPLOADED", "cursor": "bnVsbA=="}, "cursor"),
        ({"status": "UPLOADED", "cursor": "W10="}, "cursor"),
        ({"status": "UPLOADED", "cursor": _forged(id={"S": "x"}, status={"S": "UPLOADED"})}, "cursor"),
        ({"status": "UPLOADED", "cursor": cursor, "to": "2026-01-01"}, "cursor"),
        ({"status": "UPLOADED", "cursor": cursor, "from": "2099-01-01"}, "cursor"),
        ({"status": "UPLOADED", "cursor": cursor, "sort": "printer"}, "cursor"),
        ({"sort": "printer", "cursor": _position("printer", True, 5, "y")}, "cursor"),
        ({"sort": "cost_cents", "cursor": _position("cost_cents", True)}, "cursor"),
        ({"sort": "cost_cents", "cursor": _position("printer", True, "x", "y")}, "cursor"),
        (
            {
                "status": "UPLOADED",
                "cursor": _forged(id={"S": ""}, status={"S": "UPLOADED"}, created_at=when),
            },
            "cursor",
        ),
    ]
    for query, field in cases:
        assert list(wrong_fields(staff.get(f"{API}/jobs", **query))) == [field], query


@pytest.fixture
def mixed(http: HttpClient, staff: HttpClient) -> dict[str, str]:
    """Four uploaded jobs, told apart by everything that they can be sorted by."""
    facts: dict[str, dict[str, Any]] = {
        "anna": {"student_name": "anna Berg", "printer": "prusa-xl", "discipline": "Art"},
        "Zoe": {"student_name": "Zoe Adler", "discipline": "Engineering"},
        "Ben": {"student_name": "Ben Cole", "discipline": "Art"},
        "again": {"student_name": "Ben Cole", "discipline": "Other"},
    }
    ids = {name: submit(http, **values)["id"] for name, values in facts.items()}
    day = datetime(2026, 11, 1, tzinfo=UTC)
    for number, (cost, name) in enumerate([(900, "Zoe"), (None, "Ben"), (300, "anna"), (None, "again")]):
        at = day + timedelta(days=number)
        rewrite(ids[name], cost_cents=cost, status_entered_at=at, updated_at=at + timedelta(hours=number % 2))
    return ids


ORDERS = {
    "status_entered_at": ["Zoe", "Ben", "anna", "again"],
    "updated_at": ["Zoe", "Ben", "anna", "again"],
    "student_name": ["anna", "Ben|again", "Ben|again", "Zoe"],
    "printer": ["Zoe|Ben|again", "Zoe|Ben|again", "Zoe|Ben|again", "anna"],
    "discipline": ["anna|Ben", "anna|Ben", "Zoe", "again"],
    "cost_cents": ["Ben|again", "Ben|again", "anna", "Zoe"],
}


@pytest.mark.parametrize("sort", ORDERS)
def test_other_orders(staff: HttpClient, mixed: dict[str, str], sort: str) -> None:
    names = {job_id: name for name, job_id in mixed.items()}
    up = [names[job_id] for job_id in _ids(_list(staff, status="UPLOADED", sort=sort))]
    assert len(set(up)) == len(mixed)
    assert all(name in allowed.split("|") for name, allowed in zip(up, ORDERS[sort], strict=True)), up
    down = _list(staff, sort=f"-{sort}")
    assert [names[job_id] for job_id in _ids(down)] == up[::-1]
    assert (down["total"], down["filtered"], down["next_cursor"]) == (4, 4, None)


@pytest.mark.parametrize("sort", ["student_name", "-cost_cents", "-updated_at"])
def test_pages_and_cursors_of_other_orders(staff: HttpClient, mixed: dict[str, str], sort: str) -> None:
    whole = _ids(_list(staff, sort=sort))
    pages = [_list(staff, sort=sort, limit=3, page=number) for number in (1, 2, 3)]
    assert [_ids(page) for page in pages] == [whole[:3], whole[3:], []]
    first = _list(staff, sort=sort, limit=1)
    # What the cursor stands on may be gone when the list goes on.
    ok(act(staff, show(staff, {"id": whole[0]}), Action.REJECT))
    rest = _list(staff, status="UPLOADED", sort=sort, cursor=first["next_cursor"])
    assert _ids(rest) == whole[1:]
    assert list(wrong_fields(staff.get(f"{API}/jobs", sort="printer", cursor=first["next_cursor"]))) == [
        "cursor"
    ]


def test_other_orders_narrow_as_well(staff: HttpClient, mixed: dict[str, str]) -> None:
    page = _list(staff, sort="student_name", discipline="Art", search="cole")
    assert (_ids(page), page["total"], page["filtered"]) == ([mixed["Ben"]], 4, 1)


def test_an_archive_is_not_read_whole_to_sort_it(staff: HttpClient, mixed: dict[str, str]) -> None:
    counters.correct({Status.ARCHIVED: listing.MAX_SORTED + 1}, 0)
    for query in ({}, {"status": "ARCHIVED"}):
        fields = wrong_fields(staff.get(f"{API}/jobs", sort="student_name", **query))
        assert "-created_at" in fields["sort"]
        assert ok(staff.get(f"{API}/jobs", sort="created_at", **query))
    assert len(_ids(_list(staff, status="UPLOADED", sort="student_name"))) == 4


# --- filters and search -------------------------------------------------------------------

SEARCHES = [
    ("jane", "A"),
    ("JANE", "A"),
    ("doe", "A"),
    ("Jane Doe", "A"),
    ("straße", "B"),
    ("STRASSE", "B"),
    ("unal@", "B"),
    ("arch 4", "A"),
    ("eng 1", "B"),
    ("example", "AB"),
    ("  jane  ", "A"),
    ("nobody", ""),
    ("", "AB"),
    ("%", ""),
    ("jane\nj", ""),
]


def test_search(http: HttpClient, staff: HttpClient) -> None:
    jobs = {
        "A": submit(http),
        "B": submit(
            http,
            student_name="Ümit Straße",
            student_email="unal@example.edu",
            class_number="ENG 1000",
        ),
    }
    for words, expected in [*SEARCHES, *((job["short_id"].lower(), name) for name, job in jobs.items())]:
        page = _list(staff, search=words)
        found = {name for name, job in jobs.items() if job["id"] in _ids(page)}
        assert found == set(expected), words
        assert (page["total"], page["filtered"]) == (len(jobs), len(expected)), words
        counts = ok(staff.get(f"{API}/jobs/counts", search=words))
        assert (counts["counts"]["UPLOADED"], counts["total"]) == (len(expected), len(expected)), words


def test_filters(http: HttpClient, staff: HttpClient) -> None:
    blue = submit(http)["id"]
    large = submit(http, printer="prusa-xl", discipline="Art")["id"]
    resin = submit(http, method="Resin", printer="formlabs-form-3", color="Clear", discipline="Art")["id"]
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"printer": "prusa-xl"}, [large]),
        ({"discipline": "Art"}, [resin, large]),
        ({"discipline": "Art", "printer": "prusa-xl"}, [large]),
        ({"discipline": "Art", "search": "jane", "status": "UPLOADED"}, [resin, large]),
        ({"discipline": "Art", "status": "PENDING"}, []),
        ({"printer": "nothing"}, []),
        ({"confirmation_expired": "false"}, [resin, large, blue]),
        ({"confirmation_expired": "true"}, []),
    ]
    for query, expected in cases:
        page = _list(staff, **query)
        assert _ids(page) == expected, query
        assert page["filtered"] == len(expected), query


def test_by_day(http: HttpClient, staff: HttpClient) -> None:
    days = {
        day: submit(http)["id"]
        for day in ("2026-11-01T00:00:00", "2026-11-01T23:59:59.999999", "2026-11-02T00:00:00")
    }
    for day, job_id in days.items():
        rewrite(job_id, created_at=datetime.fromisoformat(f"{day}+00:00"))
    first, last, next_day = days.values()
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"from": "2026-11-01", "to": "2026-11-01"}, [last, first]),
        ({"from": "2026-11-02"}, [next_day]),
        ({"to": "2026-11-01", "status": "UPLOADED"}, [last, first]),
        ({"from": "2026-11-01", "to": "2026-11-02", "sort": "created_at"}, [first, last, next_day]),
        ({"to": "2026-10-31"}, []),
        ({"from": "2026-11-03", "status": "UPLOADED"}, []),
    ]
    for query, expected in cases:
        page = _list(staff, **query)
        assert _ids(page) == expected, query
        assert page["filtered"] == len(expected), query


# --- counts ---------------------------------------------------------------------------------


def test_counts_name_every_status(http: HttpClient, staff: HttpClient, seven: list[str]) -> None:
    counts = ok(staff.get(f"{API}/jobs/counts"))
    nothing = dict.fromkeys((status.value for status in Status), 0)
    assert counts == {"counts": nothing | {"UPLOADED": 4, "PENDING": 2, "REJECTED": 1}, "total": 7}
    submit(http, printer="prusa-xl", discipline="Art")
    for query in ({"printer": "prusa-xl"}, {"discipline": "Art"}, {"printer": "prusa-xl", "search": "jane"}):
        found = ok(staff.get(f"{API}/jobs/counts", **query, with_archived="true"))
        assert found == {"counts": nothing | {"UPLOADED": 1}, "total": 1}
        found = ok(staff.get(f"{API}/jobs/counts", **query))
        assert "ARCHIVED" not in found["counts"]
        assert found["total"] == 1
    assert list(wrong_fields(staff.get(f"{API}/jobs/counts", status="UPLOADED"))) == ["status"]


def test_an_empty_lab(staff: HttpClient) -> None:
    assert ok(staff.get(f"{API}/jobs/counts"))["total"] == 0
    assert _list(staff)["total"] == 0
