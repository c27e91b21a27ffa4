"""From the student's form and file to a job: both ways, and everything that can be wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws import files
from chalicelib.aws.tables import Job, Upload
from infra.http_client import HttpClient
from tests import invariants
from tests.api.forms import post_small
from tests.models import ascii_stl_bytes, next_seed, obj_bytes, stl_bytes, threemf_bytes
from tests.steps import API, FORM, announce, complete, form, ok, refused, show, submit, upload, wrong_fields

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
        job = ok(post_small(http, content, filename), 201)

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


def test_content_that_is_not_what_the_ending_says(http: HttpClient) -> None:
    for filename, content, code in LIES:
        upload_id = upload(http, content, filename=filename)
        answer = complete(http, upload_id)
        details = refused(answer, 400, "invalid_model")
        assert details == {"fields": {"file": answer.json()["message"]}, "reason": code}
        refused(complete(http, upload_id), 409, "upload_incomplete")
    assert list(files.versions("")) == []  # what was refused is not kept
    assert list(Job.scan()) == []
