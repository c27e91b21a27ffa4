"""What slicers save on the lab share, on its way to the job."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.aws import files
from chalicelib.aws.tables import CandidateUpload
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.models import next_seed, stl_bytes, threemf_bytes
from tests.steps import (
    API,
    act,
    announce_candidate,
    lock,
    ok,
    place_candidate,
    refused,
    saved,
    send_candidate,
    show,
    submit,
    to_status,
    wrong_fields,
)

Job = dict[str, Any]
GCODE = b"; sliced for PLA\n"


@pytest.fixture
def job(http: HttpClient) -> Job:
    return submit(http)


def _place(agent: HttpClient, job: Job, suffix: str, content: bytes, **overrides: Any) -> Any:
    return ok(place_candidate(agent, send_candidate(agent, job, suffix, content, **overrides)))


def _names(staff: HttpClient, job: Job) -> set[str]:
    found = ok(staff.get(f"{API}/jobs/{job['id']}/candidate-files"))["files"]
    return {file["name"].removeprefix(job["display_name"]) for file in found}


def _found(staff: HttpClient, job: Job) -> list[dict[str, Any]]:
    told = ok(staff.get(f"{API}/jobs/{job['id']}/events"))["events"]
    return [event for event in told if event["event_type"] == "CandidateFileFound"]


def _stored(folder: str, job: Job, suffix: str) -> bytes:
    return files.read(f"{folder}/{job['display_name']}{suffix}")


def test_a_file_is_placed_beside_its_job(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    placed = _place(agent, job, "_PLA.gcode", GCODE)
    assert placed == {
        "job_id": job["id"],
        "folder": "Uploaded",
        "name": f"{job['display_name']}_PLA.gcode",
    }
    assert _names(staff, job) == {".stl", "_PLA.gcode"}
    assert _stored("Uploaded", job, "_PLA.gcode") == GCODE
    (event,) = _found(staff, job)
    assert (event["triggered_by"], event["workstation_id"]) == ("system", "lab-pc")
    digest = hashlib.sha256(GCODE).hexdigest()
    assert event["details"] == {
        "file_type": ".gcode",
        "file_size": len(GCODE),
        "sha256": digest,
        "replaced": False,
    }
    assert job["display_name"] not in str(event["details"])
    invariants.check()


def test_the_agents_work_is_nobodys(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    _place(agent, job, "_PLA.gcode", GCODE)
    assert "system" not in [member["name"] for member in ok(staff.get(f"{API}/analytics/staff"))["staff"]]


def test_a_late_save_reaches_the_job_where_it_stands_now(
    agent: HttpClient, staff: HttpClient, job: Job
) -> None:
    candidate_id = send_candidate(agent, job, "_PLA.gcode", GCODE)
    to_status(staff, job, Status.PRINTING)
    assert ok(place_candidate(agent, candidate_id))["folder"] == "Printing"
    assert _stored("Printing", job, "_PLA.gcode") == GCODE
    invariants.check()


def test_it_moves_on_with_the_job_and_can_be_printed(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    name = _place(agent, job, "_PLA.gcode", GCODE)["name"]
    ok(act(staff, job, Action.APPROVE, authoritative_filename=name))
    assert _stored("Pending", job, "_PLA.gcode") == GCODE
    invariants.check()


def test_somebody_elses_lock_neither_stops_it_nor_ends(
    agent: HttpClient, staff: HttpClient, job: Job
) -> None:
    ok(lock(staff, job))
    _place(agent, job, "_PLA.gcode", GCODE)
    assert show(staff, job)["lock"]["mine"] is True


def test_completing_again_answers_the_same(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    candidate_id = send_candidate(agent, job, "_PLA.gcode", GCODE)
    first = ok(place_candidate(agent, candidate_id))
    assert ok(place_candidate(agent, candidate_id)) == first
    assert len(_found(staff, job)) == 1


def test_the_same_file_is_taken_once(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    first, second = (send_candidate(agent, job, "_PLA.gcode", GCODE) for _ in range(2))
    assert ok(place_candidate(agent, first)) == ok(place_candidate(agent, second))
    ticket = ok(announce_candidate(agent, job, "_PLA.gcode", GCODE), 201)
    assert (ticket["state"], ticket["post"], ticket["candidate_id"]) == ("present", None, None)
    assert len(_found(staff, job)) == 1
    assert list(files.versions("_incoming/")) == []
    invariants.check()


def test_who_saves_over_what_he_has_seen_replaces_it(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    _place(agent, job, "_PLA.gcode", GCODE)
    seen = hashlib.md5(GCODE).hexdigest()
    placed = _place(agent, job, "_PLA.gcode", b"; better\n", replaces=seen)
    assert placed["name"] == f"{job['display_name']}_PLA.gcode"
    assert _stored("Uploaded", job, "_PLA.gcode") == b"; better\n"
    assert [event["details"]["replaced"] for event in _found(staff, job)] in ([False, True], [True, False])
    assert len(list(files.versions(f"Uploaded/{job['display_name']}_PLA.gcode"))) == 1


def test_who_saves_over_what_he_has_not_seen_stands_beside_it(
    agent: HttpClient, staff: HttpClient, job: Job
) -> None:
    _place(agent, job, "_PLA.gcode", GCODE)
    placed = _place(agent, job, "_PLA.gcode", b"; other\n", replaces=hashlib.md5(b"old").hexdigest())
    mark = hashlib.sha256(b"; other\n").hexdigest()[:8]
    assert placed["name"] == f"{job['display_name']}_PLA_{mark}.gcode"
    assert _names(staff, job) == {".stl", "_PLA.gcode", f"_PLA_{mark}.gcode"}
    assert _stored("Uploaded", job, "_PLA.gcode") == GCODE
    invariants.check()


def test_the_name_beside_it_may_be_taken_as_well(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    other, edited = b"; other\n", b"; edited\n"
    _place(agent, job, "_PLA.gcode", GCODE)
    beside = _place(agent, job, "_PLA.gcode", other)["name"].removeprefix(job["display_name"])
    _place(agent, job, beside, edited, replaces=hashlib.md5(other).hexdigest())
    third = _place(agent, job, "_PLA.gcode", other)["name"].removeprefix(job["display_name"])
    assert len({"_PLA.gcode", beside, third}) == 3
    assert (_stored("Uploaded", job, beside), _stored("Uploaded", job, third)) == (edited, other)


def test_the_students_file_is_never_replaced(http: HttpClient, agent: HttpClient) -> None:
    content = threemf_bytes(next_seed())
    job = submit(http, content, filename="bracket.3mf")
    placed = _place(agent, job, ".3mf", b"edited", replaces=hashlib.md5(content).hexdigest())
    assert placed["name"] != f"{job['display_name']}.3mf"
    assert _stored("Uploaded", job, ".3mf") == content
    invariants.check()


@pytest.mark.parametrize(
    "suffix",
    [
        ".stl",
        ".metadata.json",
        "_notes.txt",
        "",
        "/../x.gcode",
        "\\x.gcode",
        "_\u202eedocg.gcode",
        "_a\u0301.gcode",
    ],
)
def test_other_names_are_refused(agent: HttpClient, job: Job, suffix: str) -> None:
    assert set(wrong_fields(announce_candidate(agent, job, suffix, GCODE))) == {"name"}


def test_a_name_of_no_job_is_refused(agent: HttpClient, job: Job) -> None:
    assert set(wrong_fields(agent.post(f"{API}/sync/candidates", saved(job, "", b"x", name="x.gcode"))))
    stranger = {**job, "display_name": "Somebody_Filament_Blue_" + job["short_id"]}
    refused(announce_candidate(agent, stranger, "_PLA.gcode", GCODE), 404, "not_found")
    unknown = {**job, "display_name": "Jane_Filament_Blue_CCCCCC"}
    refused(announce_candidate(agent, unknown, "_PLA.gcode", GCODE), 404, "not_found")


def test_sizes_that_no_slicer_writes_are_refused(agent: HttpClient, job: Job) -> None:
    for size in (0, 600 << 20):
        answer = announce_candidate(agent, job, "_PLA.gcode", GCODE, size=size)
        assert set(wrong_fields(answer)) == {"size"}


def test_what_arrives_must_be_what_was_announced(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    ticket = ok(announce_candidate(agent, job, "_PLA.gcode", GCODE), 201)
    refused(place_candidate(agent, ticket["candidate_id"]), 409, "upload_incomplete")
    assert agent.upload(ticket["post"], GCODE + b"more").status == 400
    assert agent.upload(ticket["post"], b"x" * len(GCODE)).status in {204, 400}
    if list(files.versions("_incoming/")):  # a store that keeps no checksums
        refused(place_candidate(agent, ticket["candidate_id"]), 400, "checksum_mismatch")
    assert list(files.versions("_incoming/")) == []
    assert agent.upload(ticket["post"], GCODE).status == 204
    ok(place_candidate(agent, ticket["candidate_id"]))
    assert len(_found(staff, job)) == 1


def test_a_job_that_is_gone_takes_no_files(agent: HttpClient, staff: HttpClient, job: Job) -> None:
    candidate_id = send_candidate(agent, job, "_PLA.gcode", GCODE)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    refused(place_candidate(agent, candidate_id), 410, "gone")
    refused(announce_candidate(agent, job, "_PLA.gcode", GCODE), 404, "not_found")


def test_an_announcement_ends_after_an_hour_and_goes_after_two_days(
    agent: HttpClient, job: Job, scheduler: Scheduler
) -> None:
    candidate_id = send_candidate(agent, job, "_PLA.gcode", GCODE)
    past = datetime.now(UTC) - timedelta(minutes=1)
    CandidateUpload(candidate_id).update(actions=[CandidateUpload.expires_at.set(past)])
    assert refused(place_candidate(agent, candidate_id), 410, "gone") == {"reason": "expired"}
    scheduler.run_once("drop_abandoned_uploads", datetime.now(UTC) + timedelta(days=3))
    refused(place_candidate(agent, candidate_id), 404, "not_found")
    assert list(files.versions("_incoming/")) == []


def test_an_unknown_candidate(agent: HttpClient) -> None:
    refused(place_candidate(agent, "none"), 404, "not_found")


def test_a_large_file(agent: HttpClient, job: Job) -> None:
    content = stl_bytes(next_seed()) * 2000
    placed = _place(agent, job, "_big.gcode", content)
    assert files.head(f"Uploaded/{placed['name']}").size == len(content)  # type: ignore[union-attr]
