"""From the student's form and file to a job: both ways, and everything that can be wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import files
from chalicelib.aws.tables import Job, Upload
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import File, HttpClient, Response
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.api.limits import spend
from tests.models import ascii_stl_bytes, next_seed, obj_bytes, stl_bytes, threemf_bytes
from tests.steps import (
    API,
    FORM,
    act,
    announce,
    complete,
    configure,
    form,
    lock,
    ok,
    refused,
    show,
    submit,
    to_status,
    upload,
    wrong_fields,
)


def _multipart(http: HttpClient, content: bytes, filename: str = "bracket.stl", **overrides: Any) -> Response:
    fields = {name: str(value) for name, value in {**FORM, **overrides}.items() if value is not None}
    return http.post_form(f"{API}/submit", fields, {"file": File(filename, content)})


# --- a good submission ----------------------------------------------------------------

KINDS: list[tuple[str, Callable[[int], bytes]]] = [
    ("bracket.stl", stl_bytes),
    ("Bracket.STL", ascii_stl_bytes),
    ("bracket.obj", obj_bytes),
    ("bracket.3mf", threemf_bytes),
]


@pytest.mark.parametrize(("filename", "make"), KINDS)
@pytest.mark.parametrize("way", ["presigned", "multipart"])
def test_a_model_becomes_a_job(
    way: str, filename: str, make: Callable[[int], bytes], http: HttpClient, staff: HttpClient
) -> None:
    content = make(next_seed())
    if way == "presigned":
        job = submit(http, content, filename=filename)
    else:
        job = ok(_multipart(http, content, filename), 201)

    ending = filename[-4:].lower()
    assert job["display_name"] == f"JaneDoe_Filament_Blue_{job['short_id']}"
    assert (job["status"], job["status_label"]) == ("UPLOADED", "Uploaded")
    assert job["tracking_url"].startswith(f"{http.base_url}/track?token=")
    shown = show(staff, job)
    assert {name: shown[name] for name in FORM if name != "acknowledged_minimum_charge"} == {
        name: value for name, value in FORM.items() if name != "acknowledged_minimum_charge"
    }
    assert shown["original_filename"] == filename
    assert shown["authoritative_filename"] == job["display_name"] + ending
    assert shown["file_hash"] == hashlib.sha256(content).hexdigest()
    assert shown["file_size"] == len(content)
    assert shown["material"] == "filament"
    assert shown["thumbnail"] == {"state": "pending", "url": None}
    assert [event["event_type"] for event in shown["events"]] == ["JobCreated"]
    assert shown["events"][0]["triggered_by"] == "student"
    assert files.read(shown["file_key"]) == content
    invariants.check()


def test_what_an_announcement_answers(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    announced = ok(announce(http, content), 201)
    assert set(announced) == {"upload_id", "expires_at", "post"}
    assert set(announced["post"]) == {"url", "fields"}
    ends = datetime.fromisoformat(announced["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < ends <= timedelta(hours=1)


def test_a_resin_job(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http, method="Resin", printer="formlabs-form-3", color="Clear")
    assert show(staff, job)["material"] == "resin"
    assert job["display_name"].startswith("JaneDoe_Resin_Clear_")


# --- the form --------------------------------------------------------------------------

WRONG = [
    ("student_name", "x"),
    ("student_name", "x" * 201),
    ("student_name", 5),
    ("student_name", None),
    ("student_email", "jane"),
    ("student_email", "jane..doe@example.edu"),
    ("discipline", "Astrology"),
    ("class_number", ""),
    ("method", "Laser"),
    ("printer", "formlabs-form-3"),
    ("color", "Clear"),
    ("acknowledged_minimum_charge", False),
    ("acknowledged_minimum_charge", "true"),
    ("filename", "bracket.exe"),
    ("filename", "../bracket.stl"),
    ("filename", "bracket\x00.stl"),
    ("filename", "bracket\u202elts.exe.stl"),
    ("filename", "CON.stl"),
    ("filename", "x" * 300 + ".stl"),
    ("filename", "x" * 600 + ".stl"),
    ("size", 1023),
    ("size", 52_428_801),
    ("size", -1),
    ("size", "20000"),
    ("size", 20_000.5),
    ("sha256", "x" * 64),
    ("sha256", ""),
    ("is_admin", True),
]


def test_each_wrong_field_is_named_and_nothing_is_kept(http: HttpClient) -> None:
    before = invariants.everything()
    content = stl_bytes(next_seed())
    for field, value in WRONG:
        answer = announce(http, content, **{field: value})
        assert list(wrong_fields(answer)) == [field], value
    assert invariants.everything() == before
    assert list(Upload.scan()) == []


def test_each_missing_field_is_named(http: HttpClient) -> None:
    whole = form(stl_bytes(next_seed()))
    for field in whole:
        document = {name: value for name, value in whole.items() if name != field}
        assert list(wrong_fields(http.post(f"{API}/submit/uploads", document))) == [field]
    assert set(wrong_fields(http.post(f"{API}/submit/uploads", {}))) == set(whole)


@pytest.mark.parametrize(
    ("filename", "student"),
    [
        ("花瓶 🚀.stl", "王小明"),
        ("ваза.STL", "Анна Каренина"),
        ("مزهرية.stl", "ليلى"),
        ('it\'s 100% "final" <v2> & more; $(x).stl', "Robert'); DROP TABLE jobs;--"),
        ("%2e%2e%2fetc.stl", "<script>alert(1)</script>"),
    ],
)
def test_names_in_any_script_are_kept_for_display_and_safe_for_storage(
    filename: str, student: str, http: HttpClient, staff: HttpClient
) -> None:
    job = submit(http, filename=filename, student_name=student)
    shown = show(staff, job)
    assert (shown["original_filename"], shown["student_name"]) == (filename, student)
    assert shown["file_key"].isascii()
    assert set(shown["file_key"]) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./")
    invariants.check()


def test_a_name_is_stored_without_the_spaces_around_it(http: HttpClient, staff: HttpClient) -> None:
    shown = show(staff, submit(http, student_name="  Jane Doe ", class_number=" N/A "))
    assert (shown["student_name"], shown["class_number"]) == ("Jane Doe", "N/A")


# --- the content -------------------------------------------------------------------------

STL = stl_bytes(1)
LIES: list[tuple[str, bytes, str]] = [
    ("a.stl", obj_bytes(1), "not_stl"),
    ("a.stl", b"MZ" + bytes(range(256)) * 8, "not_stl"),
    ("a.stl", STL[:-50], "truncated"),
    ("a.stl", STL + b"appendix" * 10, "size_mismatch"),
    ("a.stl", STL[:84] + b"\xff\xff\xc0\x7f" * ((len(STL) - 84) // 4), "not_finite"),
    ("a.obj", STL, "not_obj"),
    ("a.3mf", STL, "not_3mf"),
    ("a.3mf", b"PK\x05\x06" + bytes(18) + b"x" * 1024, "not_3mf"),
]


@pytest.mark.parametrize(("filename", "content", "code"), LIES)
def test_content_that_is_not_what_the_ending_says(
    filename: str, content: bytes, code: str, http: HttpClient
) -> None:
    upload_id = upload(http, content, filename=filename)
    answer = complete(http, upload_id)
    details = refused(answer, 400, "invalid_model")
    assert details["fields"] == {"file": answer.json()["message"]}
    if code != "not_3mf":
        assert details["reason"] == code
    assert list(files.versions("")) == []  # what was refused is not kept
    assert list(Job.scan()) == []
    refused(complete(http, upload_id), 409, "upload_incomplete")


def test_the_store_takes_no_other_size_than_announced(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    for wrong in (content[:-1], content + b"x", content * 2):
        announced = ok(announce(http, content), 201)
        assert http.upload(announced["post"], wrong).status in {400, 403}
        refused(complete(http, announced["upload_id"]), 409, "upload_incomplete")


def test_other_bytes_of_the_same_size_are_refused(http: HttpClient) -> None:
    announced = ok(announce(http, stl_bytes(1)), 201)
    stored = http.upload(announced["post"], stl_bytes(2))
    answer = complete(http, announced["upload_id"])
    if stored.status == 204:  # AWS checks the sum itself and stores nothing
        refused(answer, 400, "checksum_mismatch")
    else:
        refused(answer, 409, "upload_incomplete")
    assert list(files.versions("")) == []


def test_the_signed_form_stores_nothing_else(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    post = ok(announce(http, content), 201)["post"]
    for field, value in [
        ("key", "Uploaded/evil.stl"),
        ("Content-Type", "text/html"),
        ("policy", post["fields"]["policy"][:-8]),
    ]:
        forged = {**post, "fields": {**post["fields"], field: value}}
        assert http.upload(forged, content).status in {400, 403}, field
    assert list(files.versions("")) == []


def test_the_signed_form_ends(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    post = files.presign_post(
        "_incoming/x.stl", size=len(content), sha256=hashlib.sha256(content).hexdigest(), expires_s=-1
    )
    assert http.upload(post, content).status == 403


# --- complete ----------------------------------------------------------------------------


def test_completing_before_the_file_is_there(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    announced = ok(announce(http, content), 201)
    refused(complete(http, announced["upload_id"]), 409, "upload_incomplete")
    assert http.upload(announced["post"], content).status == 204
    ok(complete(http, announced["upload_id"]), 201)
    invariants.check()


def test_completing_again_answers_the_same_job(http: HttpClient, staff: HttpClient) -> None:
    upload_id = upload(http, stl_bytes(next_seed()))
    first, second = complete(http, upload_id), complete(http, upload_id)
    assert ok(first, 201)["id"] == ok(second, 201)["id"] == upload_id
    to_status(staff, ok(first, 201), Status.PRINTING)
    assert ok(complete(http, upload_id), 201)["status"] == "PRINTING"
    assert len(list(Job.scan())) == 1
    invariants.check()


def test_completing_what_was_never_announced(http: HttpClient) -> None:
    for upload_id in ("none", "0" * 32, "%2e%2e%2f", "x" * 3000):
        refused(complete(http, upload_id), 404, "not_found")


def test_an_upload_has_its_hour(http: HttpClient) -> None:
    upload_id = upload(http, stl_bytes(next_seed()))
    Upload(id=upload_id).update(actions=[Upload.expires_at.set(datetime.now(UTC))])
    assert refused(complete(http, upload_id), 410, "gone") == {"reason": "expired"}
    assert list(Job.scan()) == []


def test_completing_a_job_that_the_lab_has_deleted(http: HttpClient, staff: HttpClient) -> None:
    job = submit(http)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert refused(complete(http, job["id"]), 410, "gone") == {"reason": "deleted"}


def test_abandoned_uploads_are_forgotten_with_their_files(http: HttpClient, scheduler: Scheduler) -> None:
    abandoned = upload(http, stl_bytes(next_seed()))
    job = submit(http)
    now = datetime.now(UTC)

    scheduler.run_once("drop_abandoned_uploads", now + timedelta(days=2))
    assert {row.id for row in Upload.scan()} == {abandoned, job["id"]}

    scheduler.run_once("drop_abandoned_uploads", now + timedelta(days=2, hours=1, minutes=1))
    assert list(Upload.scan()) == []
    refused(complete(http, abandoned), 404, "not_found")
    invariants.check()


# --- duplicates ----------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.UPLOADED, Status.PENDING, Status.READYTOPRINT])
def test_the_same_file_of_the_same_student_is_refused_while_it_is_in_the_queue(
    status: Status, http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    to_status(staff, job, status)
    for answer in (
        announce(http, content),
        announce(http, content, student_email="JANE@Example.EDU", student_name="J. Doe", color="Black"),
        _multipart(http, content, "renamed.stl"),
    ):
        assert refused(answer, 409, "duplicate") == {"existing_job_id": job["id"]}
    submit(http, content, student_email="john@example.edu")
    submit(http, stl_bytes(next_seed()))
    invariants.check()


@pytest.mark.parametrize(
    "status",
    [Status.PRINTING, Status.COMPLETED, Status.PAIDPICKEDUP, Status.REJECTED, Status.ARCHIVED],
)
def test_the_same_file_may_come_again_once_it_is_printed_or_rejected(
    status: Status, http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    to_status(staff, job, status)
    again = submit(http, content)
    assert again["id"] != job["id"]
    invariants.check()


def test_the_same_file_may_come_again_after_its_job_was_deleted(http: HttpClient, staff: HttpClient) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    submit(http, content)
    invariants.check()


def test_of_two_uploads_of_one_file_only_one_becomes_a_job(http: HttpClient) -> None:
    content = stl_bytes(next_seed())
    first, second = upload(http, content), upload(http, content, student_email="Jane@example.edu")
    ok(complete(http, second), 201)
    assert refused(complete(http, first), 409, "duplicate") == {"existing_job_id": second}
    assert len(list(Job.scan())) == 1


def test_a_failed_print_comes_back_although_its_file_was_submitted_anew(
    http: HttpClient, staff: HttpClient
) -> None:
    content = stl_bytes(next_seed())
    first = submit(http, content)
    to_status(staff, first, Status.PRINTING)
    second = submit(http, content)

    assert ok(act(staff, first, Action.MARK_FAILED))["status"] == "READYTOPRINT"
    assert refused(announce(http, content), 409, "duplicate") == {"existing_job_id": second["id"]}
    invariants.check()

    ok(act(staff, second, Action.REJECT))  # lets go of the reservation that the first one does not hold
    ok(act(staff, first, Action.MARK_PRINTING))
    invariants.check()


def test_a_failed_print_takes_its_reservation_back(http: HttpClient, staff: HttpClient) -> None:
    content = stl_bytes(next_seed())
    job = submit(http, content)
    to_status(staff, job, Status.PRINTING)
    ok(act(staff, job, Action.MARK_FAILED))
    assert refused(announce(http, content), 409, "duplicate") == {"existing_job_id": job["id"]}
    invariants.check()


# --- small files in one request -------------------------------------------------------------


def test_a_large_file_is_shown_the_other_way(http: HttpClient) -> None:
    content = stl_bytes(next_seed(), sides=21_000)
    assert len(content) > 4 * 1024 * 1024
    details = refused(_multipart(http, content), 413, "too_large")
    assert details["use"] == "/api/v1/submit/uploads"
    submit(http, content)


def test_a_file_that_does_not_fit_any_request(http: HttpClient) -> None:
    answer = _multipart(http, b"x" * (11 * 1024 * 1024))
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
        assert set(wrong_fields(_multipart(http, content, **overrides))) == fields, overrides
    assert list(wrong_fields(_multipart(http, content, "bracket.exe"))) == ["filename"]
    assert list(wrong_fields(_multipart(http, b"", "bracket.stl"))) == ["size"]
    no_file = http.post_form(f"{API}/submit", {name: str(value) for name, value in FORM.items()}, {})
    assert list(wrong_fields(no_file)) == ["file"]
    refused(_multipart(http, b"solid " + b"x" * 2000), 400, "invalid_model")
    assert list(Job.scan()) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary at all",
        b"--b\r\n\r\n",
        b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n\r\nJane',
        b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="student_name"\r\n'
        b"Content-Type: text/plain; charset=klingon\r\n\r\nJane\r\n--b--\r\n",
        b"--b\r\nContent-Disposition: form-data\r\n\r\nJane\r\n--b--\r\n",
        (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 100) + b"--b--\r\n",
    ],
)
def test_a_form_that_cannot_be_read(body: bytes, http: HttpClient) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    refused(http.request("POST", f"{API}/submit", body=body, headers=headers), 400)


# --- limits ------------------------------------------------------------------------------------


def test_five_submissions_an_hour_from_one_address(http: HttpClient) -> None:
    configure()  # the limits that a new lab has
    for _ in range(8):
        wrong_fields(announce(http, stl_bytes(next_seed()), student_name=""))  # does not count
    last = spend(lambda: announce(http, stl_bytes(next_seed())), limit=5)
    assert 1 <= int(last.headers["Retry-After"]) <= 3600
    assert "5 submissions" in last.json()["message"]
    refused(_multipart(http, stl_bytes(next_seed())), 429, "rate_limited")


def test_the_campus_has_its_own_limit(http: HttpClient) -> None:
    configure(
        submissions_per_hour=1, campus_submissions_per_hour=3, campus_networks=["10.0.0.0/8", "127.0.0.0/8"]
    )
    spend(lambda: announce(http, stl_bytes(next_seed())), limit=3)
    configure(submissions_per_hour=1, campus_submissions_per_hour=3, campus_networks=["10.0.0.0/8"])
    refused(announce(http, stl_bytes(next_seed())), 429, "rate_limited")
