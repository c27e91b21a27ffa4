"""Whatever goes wrong, the answer has one shape: {"error", "message", "details"}."""

from __future__ import annotations

from chalicelib.aws.tables import ConfigDocument
from infra.http_client import HttpClient
from tests import invariants
from tests.steps import API, SAM, ok, refused, submit, wrong_fields

JSON = {"Content-Type": "application/json"}

NOT_JSON = [
    b"{",
    b"not json",
    b'{"staff_name": "Sam Ortiz"',
    b"{'staff_name': 'Sam Ortiz'}",
    b'{"staff_name": "\xff"}',
    b'{"staff_name": "Sam Ortiz"} {}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
]


def test_a_body_that_is_not_json(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for body in NOT_JSON:
        for path in (f"{API}/jobs/{job['id']}/approve", f"{API}/auth/login", f"{API}/submit/uploads"):
            answer = staff.request("POST", path, body=body, headers=JSON)
            assert refused(answer, 400)["fields"] is not None, body[:50]


def test_a_body_that_is_no_object(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for body in (b"[]", b"null", b"5", b'"text"', b"true"):
        answer = staff.request("POST", f"{API}/jobs/{job['id']}/approve", body=body, headers=JSON)
        refused(answer, 400, "invalid_json")


def test_wrong_types_and_unknown_fields_are_named_all_at_once(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    body = {
        "staff_name": ["Sam"],
        "authoritative_filename": 5,
        "weight_g": {},
        "time_hours": "NaN",
        "price": 1,
        "<b>": 2,
    }
    fields = wrong_fields(staff.post(f"{API}/jobs/{job['id']}/approve", body), "invalid_input")
    assert set(fields) == set(body)
    assert fields["price"] == "This field is not known."


WORDS = {
    "": "Please fill this in.",
    "0": "Give more than 0.",
    "4e9": "Give at most 100,000.",
    "1.23456": "Give at most 3 digits after the point.",
    "heavy": "Give a number.",
}


def test_what_is_wrong_with_a_number_is_said_in_words(http: HttpClient, staff: HttpClient) -> None:
    for given, said in WORDS.items():
        answer = http.get(f"{API}/cost/preview", material="pla" if given else "", weight_g=given or "1")
        assert list(wrong_fields(answer).values()) == [said]
        assert answer.json()["message"] == said, "nothing else may be there to be marked"


def test_what_is_wrong_with_a_text_is_said_in_words(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    payment = {"staff_name": SAM, "grams": 41.25, "txn_no": "   ", "picked_up_by": "x" * 101, "lock": 1}
    answer = staff.post(f"{API}/jobs/{job['id']}/payment", payment)
    assert wrong_fields(answer) == {
        "txn_no": "Please fill this in.",
        "picked_up_by": "Write at most 100 characters.",
        "lock": "This field is not known.",
    }
    assert answer.json()["message"] == "Please correct the marked fields."


def test_numbers_that_are_none(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for number in ("NaN", "Infinity", "-Infinity", "1e400", "-0.0", "1e-9"):
        body = (
            f'{{"staff_name": "{SAM}", "authoritative_filename": "x", "weight_g": {number}, "time_hours": 1}}'
        )
        answer = staff.request("POST", f"{API}/jobs/{job['id']}/approve", body=body.encode(), headers=JSON)
        assert refused(answer, 400)["fields"], number


def test_text_that_no_table_can_hold(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    lone_surrogate = b'{"staff_name": "\\ud800", "reviewed": true}'
    answer = staff.request("POST", f"{API}/jobs/{job['id']}/review", body=lone_surrogate, headers=JSON)
    refused(answer, 400)
    null = b'{"staff_name": "\\u0000", "reviewed": true}'
    answer = staff.request("POST", f"{API}/jobs/{job['id']}/review", body=null, headers=JSON)
    assert list(wrong_fields(answer, "unknown_staff")) == ["staff_name"]


def test_a_body_of_another_kind(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    before = invariants.everything()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", "image/png", "x"):
        body = b'{"staff_name": "Sam Ortiz", "reviewed": true}'
        headers = {"Content-Type": kind}
        answer = staff.request("POST", f"{API}/jobs/{job['id']}/review", body=body, headers=headers)
        refused(answer, 415, "unsupported_type")
    assert invariants.everything() == before


def test_a_charset_does_no_harm(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    body = b'{"staff_name": "Sam Ortiz", "reviewed": true}'
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    ok(staff.request("POST", f"{API}/jobs/{job['id']}/review", body=body, headers=headers))


def test_a_path_that_is_not_there(http: HttpClient, staff: HttpClient) -> None:
    for path in ("", "/", "/nothing", "/jobs/x/y/z", "/jobs/x/approve/now", "/admin", "/confirm", "/JOBS"):
        for client in (http, staff):
            refused(client.get(API + path), 404, "not_found")


def test_a_method_that_is_not_possible(http: HttpClient, staff: HttpClient) -> None:
    for method, path, allowed in [
        ("POST", "/jobs", "GET"),
        ("DELETE", "/jobs/counts", "GET"),
        ("PUT", "/jobs/x", "DELETE, GET"),
        ("GET", "/jobs/x/approve", "POST"),
        ("POST", "/jobs/x/notes", "PATCH"),
        ("GET", "/auth/login", "POST"),
        ("PATCH", "/confirm/x", "GET, POST"),
    ]:
        for client in (http, staff):
            answer = client.request(method, API + path)
            refused(answer, 405, "method_not_allowed")
            assert answer.headers["Allow"] == allowed


def test_answers_are_not_kept_by_browsers(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    for answer in (
        staff.get(f"{API}/jobs"),
        staff.get(f"{API}/jobs/{job['id']}"),
        staff.get(f"{API}/jobs/none"),
        http.get(f"{API}/jobs"),
        http.get(f"{API}/health"),
    ):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_fault_of_ours_tells_nothing_but_its_number(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    # A row that no code of ours could have written.
    document = ConfigDocument.get("catalog")
    document.data = {"secret": "broken"}
    document.save()
    answer = staff.get(f"{API}/jobs/{job['id']}")
    assert set(refused(answer, 500, "internal_error")) == {"request_id"}
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
