"""The small way to submit, and the limits that both ways share."""

from __future__ import annotations

from typing import Any

from chalicelib.aws.tables import Job
from infra.http_client import HttpClient
from tests.api.forms import post_small
from tests.api.limits import spend
from tests.models import next_seed, stl_bytes
from tests.steps import API, FORM, announce, configure, refused, submit, wrong_fields


def test_a_large_file_is_shown_the_other_way(http: HttpClient) -> None:
    content = stl_bytes(next_seed(), sides=21_000)
    assert len(content) > 4 * 1024 * 1024
    details = refused(post_small(http, content), 413, "too_large")
    assert details["use"] == "/api/v1/submit/uploads"
    submit(http, content)


def test_a_file_that_does_not_fit_any_request(http: HttpClient) -> None:
    answer = post_small(http, b"x" * (11 * 1024 * 1024))
    refused(answer, 413)
    assert "/api/v1/submit/uploads" in answer.json()["message"]


def test_the_small_way_takes_a_form_only(http: HttpClient) -> None:
    refused(http.post(f"{API}/submit", dict(FORM)), 415, "unsupported_type")
    for kind in ("multipart/form-data", "text/plain", "application/x-www-form-urlencoded"):
        answer = http.request("POST", f"{API}/submit", body=b"x=1", headers={"Content-Type": kind})
        refused(answer, 415, "unsupported_type")


def test_what_is_wrong_with_a_small_submission(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"student_email": "jane"}, {"student_email"}),
        ({"student_name": None, "color": None}, {"student_name", "color"}),
        ({"acknowledged_minimum_charge": "no"}, {"acknowledged_minimum_charge"}),
        ({"acknowledged_minimum_charge": None}, {"acknowledged_minimum_charge"}),
        ({"surprise": "1"}, {"surprise"}),
        ({"class_number": "x" * 5000}, {"class_number"}),
        ({"size": "20000"}, {"size"}),
    ]
    for overrides, fields in cases:
        assert set(wrong_fields(post_small(http, content, **overrides))) == fields, overrides
    assert list(wrong_fields(post_small(http, content, "bracket.exe"))) == ["filename"]
    assert list(wrong_fields(post_small(http, b"", "bracket.stl"))) == ["size"]
    no_file = http.post_form(f"{API}/submit", {name: str(value) for name, value in FORM.items()}, {})
    assert list(wrong_fields(no_file)) == ["file"]
    refused(post_small(http, b"solid " + b"x" * 2000), 400, "invalid_model")
    assert list(Job.scan()) == []


UNREADABLE = [
    b"",
    b"no boundary at all",
    b"--b\r\n\r\n",
    b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n\r\nJane',
    b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n'
    b"Content-Type: text/plain; charset=klingon\r\n\r\nJane\r\n--b--\r\n",
    b"--b\r\nContent-Disposition: form-data\r\n\r\nJane\r\n--b--\r\n",
    (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 100) + b"--b--\r\n",
]


def test_a_form_that_cannot_be_read(http: HttpClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    for body in UNREADABLE:
        refused(http.request("POST", f"{API}/submit", body=body, headers=headers), 400)


# --- limits ------------------------------------------------------------------------------------


def test_five_submissions_an_hour_from_one_address(http: HttpClient) -> None:
    configure()  # the limits that a new lab has
    for _ in range(8):
        wrong_fields(announce(http, stl_bytes(next_seed()), student_name=""))  # does not count
    last = spend(lambda: announce(http, stl_bytes(next_seed())), limit=5)
    assert 1 <= int(last.headers["Retry-After"]) <= 3600
    assert "5 submissions" in last.json()["message"]
    refused(post_small(http, stl_bytes(next_seed())), 429, "rate_limited")


def test_the_campus_has_its_own_limit(http: HttpClient) -> None:
    configure(
        submissions_per_hour=1, campus_submissions_per_hour=3, campus_networks=["10.0.0.0/8", "127.0.0.0/8"]
    )
    spend(lambda: announce(http, stl_bytes(next_seed())), limit=3)
    configure(submissions_per_hour=1, campus_submissions_per_hour=3, campus_networks=["10.0.0.0/8"])
    refused(announce(http, stl_bytes(next_seed())), 429, "rate_limited")
