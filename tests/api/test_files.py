"""A job's files: what a slicer saved beside the original, downloads, the picture and what the model is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import files
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from infra import samples
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import invariants
from tests.models import next_seed, stl_bytes
from tests.steps import API, SAM, act, confirm, lock, ok, refused, show, submit, to_status, wrong_fields

Job = dict[str, Any]


@pytest.fixture
def content() -> bytes:
    return stl_bytes(next_seed())


@pytest.fixture
def job(http: HttpClient, content: bytes) -> Job:
    return submit(http, content)


@pytest.fixture
def slice_as(cloud: Session, job: Job) -> Any:
    """Save a file beside the original, as a slicer on the lab share does."""

    def save(suffix: str, folder: str = "Uploaded", body: bytes = b"; sliced\n") -> str:
        name: str = job["display_name"] + suffix
        cloud.client("s3").put_object(Bucket=settings().files_bucket, Key=f"{folder}/{name}", Body=body)
        return name

    return save


def _candidates(desk: HttpClient, job: Job) -> Any:
    return ok(desk.get(f"{API}/jobs/{job['id']}/candidate-files"))


# --- candidates -------------------------------------------------------------------------


def test_at_first_there_is_the_original(staff: HttpClient, job: Job, content: bytes) -> None:
    found = _candidates(staff, job)
    assert found["files"][0].pop("modified_at") == job["created_at"]
    original = f"{job['display_name']}.stl"
    assert found == {
        "files": [
            {
                "name": original,
                "size": len(content),
                "is_original": True,
                "recommended": True,
                "slicing": None,
                "not_read": None,
            }
        ],
        "recommended": original,
    }


def test_the_original_stays_as_old_as_the_job(staff: HttpClient, job: Job) -> None:
    ok(act(staff, job, Action.APPROVE))
    (original,) = _candidates(staff, job)["files"]
    assert original["modified_at"] == job["created_at"]


def test_what_slicers_saved_is_offered_the_newest_recommended(
    http: HttpClient, staff: HttpClient, job: Job, slice_as: Any
) -> None:
    older = slice_as("_v1.gcode", body=b"; one\n")
    slice_as(".txt")
    slice_as(".stl.bak")
    _later_than(older)
    newer = slice_as(" (fixed) ünicode.3mf")
    submit(http)
    found = _candidates(staff, job)
    assert [(file["name"], file["recommended"]) for file in found["files"]] == [
        (f"{job['display_name']}.stl", False),
        (newer, True),
        (older, False),
    ]
    assert found["recommended"] == newer


def _later_than(name: str) -> None:
    """Wait for the store's next second: it keeps whole ones."""
    saved = next(file.modified_at for file in files.current("") if file.name == name)
    while datetime.now(UTC) < saved + timedelta(seconds=1):
        files.head(f"Uploaded/{name}")


def test_files_of_nothing(staff: HttpClient) -> None:
    refused(staff.get(f"{API}/jobs/none/candidate-files"), 404, "not_found")
    refused(staff.get(f"{API}/jobs/none/files/a.stl"), 404, "not_found")


def test_a_slicer_file_can_be_the_one_to_print(
    http: HttpClient, staff: HttpClient, job: Job, content: bytes, slice_as: Any
) -> None:
    sliced = slice_as("_0.2mm_PLA.gcode", body=b"; gcode\n")
    other = slice_as("_draft.3mf", body=b"draft")
    approved = ok(act(staff, job, Action.APPROVE, authoritative_filename=sliced))
    assert approved["authoritative_filename"] == sliced
    assert approved["file_key"] == f"Pending/{sliced}"
    assert approved["events"][-1]["details"]["file"] == "slicer output"
    assert approved["events"][-1]["details"]["file_type"] == ".gcode"

    original = f"{job['display_name']}.stl"
    everything = {original: content, sliced: b"; gcode\n", other: b"draft"}
    assert {name: files.read(f"Pending/{name}") for name in everything} == everything
    invariants.check()

    ok(confirm(http, job["id"]))
    for step in (Action.MARK_PRINTING, Action.MARK_COMPLETE, Action.MARK_PICKED_UP):
        ok(act(staff, job, step))
    assert {name: files.read(f"PaidPickedUp/{name}") for name in everything} == everything
    assert {file.key for file in files.versions("")} == {
        f"PaidPickedUp/{name}" for name in [*everything, f"{job['display_name']}.metadata.json"]
    }
    invariants.check()


def test_what_a_slicer_saved_over_is_moved_once(staff: HttpClient, job: Job, slice_as: Any) -> None:
    name = slice_as(".gcode", body=b"; first\n")
    slice_as(".gcode", body=b"; second\n")
    ok(act(staff, job, Action.APPROVE, authoritative_filename=name))
    assert files.read(f"Pending/{name}") == b"; second\n"
    assert [file.key for file in files.versions("") if file.name == name] == [f"Pending/{name}"]


def test_a_file_of_another_job_cannot_be_the_one_to_print(
    http: HttpClient, staff: HttpClient, job: Job
) -> None:
    other = submit(http)
    for name in (f"{other['display_name']}.stl", f"{job['display_name']}.metadata.json"):
        fields = wrong_fields(act(staff, job, Action.APPROVE, authoritative_filename=name), "file_missing")
        assert list(fields) == ["authoritative_filename"]


def test_a_deleted_job_takes_its_slicer_files_along(staff: HttpClient, job: Job, slice_as: Any) -> None:
    slice_as(".gcode")
    slice_as(".gcode", body=b"; second\n")
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert list(files.versions("")) == []


# --- downloads ----------------------------------------------------------------------------


def test_a_download_ends(http: HttpClient, staff: HttpClient, job: Job, content: bytes) -> None:
    name = f"{job['display_name']}.stl"
    link = ok(staff.get(f"{API}/jobs/{job['id']}/files/{name}"))
    ends = datetime.fromisoformat(link["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=59) < ends <= timedelta(hours=1)
    answer = http.get(link["url"])
    assert (answer.status, answer.body) == (200, content)
    assert name in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment")

    short = files.presign_download(f"Uploaded/{name}", name, 1)
    assert http.get(short).status == 200
    deadline = time.monotonic() + 10
    while (status := http.get(short).status) == 200:
        assert time.monotonic() < deadline, "the link does not end"
    assert status == 403


def test_a_download_link_is_for_one_file(http: HttpClient, staff: HttpClient, job: Job) -> None:
    other = submit(http)
    mine, theirs = f"{job['display_name']}.stl", f"{other['display_name']}.stl"
    url = ok(staff.get(f"{API}/jobs/{job['id']}/files/{mine}"))["url"]
    assert http.get(url.replace(mine, theirs)).status == 403
    assert http.get(url.partition("?")[0]).status == 403


def test_only_the_jobs_own_files_can_be_downloaded(
    http: HttpClient, staff: HttpClient, job: Job, slice_as: Any
) -> None:
    other = submit(http)
    name = slice_as(" (ü & #1).gcode")
    quoted = name.replace(" ", "%20").replace("ü", "%C3%BC").replace("&", "%26").replace("#", "%23")
    url = ok(staff.get(f"{API}/jobs/{job['id']}/files/{quoted}"))["url"]
    assert http.get(url).body == b"; sliced\n"
    for wrong in (
        f"{other['display_name']}.stl",
        f"{job['display_name']}.metadata.json",
        f"..%2FUploaded%2F{job['display_name']}.stl",
        "x" * 2000,
        "%00",
    ):
        refused(staff.get(f"{API}/jobs/{job['id']}/files/{wrong}"), 404, "not_found")


def test_opening_a_file_in_the_slicer_is_on_record(staff: HttpClient, job: Job, slice_as: Any) -> None:
    sliced = slice_as(".gcode")
    path = f"{API}/jobs/{job['id']}/opened-in-slicer"
    for name, kind, ending in [
        (f"{job['display_name']}.stl", "original", ".stl"),
        (sliced, "slicer output", ".gcode"),
    ]:
        shown = ok(staff.post(path, {"staff_name": SAM, "filename": name}))
        event = shown["events"][-1]
        assert event["event_type"] == "FileOpenedInSlicer"
        assert event["details"] == {"file": kind, "file_type": ending}
        assert (event["triggered_by"], event["workstation_id"]) == (SAM, "front-desk")
    refused(staff.post(path, {"staff_name": SAM, "filename": "other.stl"}), 404, "not_found")
    assert list(wrong_fields(staff.post(path, {"staff_name": SAM}))) == ["filename"]


# --- the picture and the facts ---------------------------------------------------------------


def test_the_model_is_measured_and_pictured(
    http: HttpClient, staff: HttpClient, pump: Pump, job: Job
) -> None:
    pump.step()
    shown = show(staff, job)
    assert shown["mesh_error"] is None
    assert shown["mesh"]["triangles"] == 44
    assert shown["thumbnail"]["state"] == "ready"
    picture = http.get(shown["thumbnail"]["url"])
    assert picture.body.startswith(b"\x89PNG\r\n")
    assert ok(staff.get(f"{API}/jobs"))["jobs"][0]["thumbnail"]["state"] == "ready"

    to_status(staff, job, Status.PRINTING)
    assert show(staff, job)["mesh"] == shown["mesh"]
    assert http.get(show(staff, job)["thumbnail"]["url"]).body == picture.body
    invariants.check()


def test_the_list_tells_what_to_look_at_before_a_price_goes_out(
    http: HttpClient, staff: HttpClient, pump: Pump
) -> None:
    gear = samples.spur_gear()
    plain, inches, huge = (submit(http, samples.binary_stl(gear * size)) for size in (1, 1 / 25.4, 4.5))
    pump.step()

    def doubts() -> dict[str, list[str]]:
        return {card["id"]: card["doubts"] for card in ok(staff.get(f"{API}/jobs"))["jobs"]}

    assert doubts() == {plain["id"]: [], inches["id"]: ["unit"], huge["id"]: ["size"]}
    ok(act(staff, huge, Action.APPROVE, printer="prusa-xl"))
    assert doubts()[huge["id"]] == []  # it fits the printer that staff chose
    invariants.check()


def test_a_model_that_cannot_be_drawn_never_blocks_the_job(
    http: HttpClient, staff: HttpClient, pump: Pump, job: Job
) -> None:
    files.put(f"Uploaded/{job['display_name']}.stl", b"no model at all" * 100, "application/octet-stream")
    pump.step()
    shown = show(staff, job)
    assert shown["thumbnail"] == {"state": "failed", "url": None}
    assert shown["mesh"] is None
    assert shown["mesh_error"]["code"] == "not_stl"
    assert ok(act(staff, job, Action.APPROVE))["status"] == "PENDING"


def test_no_picture_is_left_of_a_job_that_was_deleted_first(staff: HttpClient, pump: Pump, job: Job) -> None:
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    pump.step()
    assert list(files.versions("")) == []
