"""Lost files come back from wherever a copy is left; a note at the job tells of those that do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.aws import events, files
from chalicelib.aws.tables import Job
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import metadata
from infra.http_client import HttpClient
from tests import invariants
from tests.api.mend import link
from tests.backlog import fill
from tests.nights import Nights, remove
from tests.steps import SAM, act, ok, refused, row, show, submit

S = Status


def _hidden(job: Job) -> None:
    """Deleted by hand, without a version: the bucket keeps it below a marker."""
    files.client().delete_object(Bucket=settings().files_bucket, Key=job.original_key)


def _put_aside(job: Job) -> None:
    files.put(f"Orphaned/2026-11-20/Pending/{job.original_name}", files.read(job.original_key), "model/stl")
    remove(job.original_key)


def _under_another_name(job: Job) -> None:
    files.put(f"Printing/{job.display_name}_copy.stl", files.read(job.original_key), "model/stl")
    remove(job.original_key)


def _replaced_elsewhere(job: Job) -> None:
    _hidden(job)
    files.put(f"Pending/{job.display_name}.txt", b"x" * int(job.file_size), "text/plain")


LOSSES = [_hidden, _put_aside, _under_another_name, _replaced_elsewhere]


@pytest.mark.parametrize("lose", LOSSES)
def test_a_lost_original_comes_back_by_its_bytes(
    admin: HttpClient, nights: Nights, lose: Callable[[Job], None]
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    content = files.read(job.original_key)
    lose(job)
    assert nights.findings()["broken_link"] == [job.id]
    assert "1 of the job's files came back" in ok(link(admin, job.id))["message"]
    assert files.read(job.original_key) == content
    last = events.of_job(job.id)[-1]
    assert (last.event_type, last.triggered_by) == ("AdminAction", SAM)
    assert (last.details["restored"], last.details["lost"]) == (1, 0)
    assert "JaneDoe" not in str(last.details)
    assert row(job.id).notes_count == 0
    refused(link(admin, job.id), 409, "not_any_more")
    assert "broken_link" not in nights.findings()
    invariants.check_record(row(job.id))


def _overwritten(job: Job) -> None:
    files.put(job.original_key, b"solid repaired by hand\n", "model/stl")


def _overwritten_with_as_many_bytes(job: Job) -> None:
    files.put(job.original_key, b"x" * int(job.file_size), "model/stl")


@pytest.mark.parametrize("damage", [_overwritten, _overwritten_with_as_many_bytes])
def test_a_damaged_original_comes_back_from_its_older_version(
    admin: HttpClient, nights: Nights, damage: Callable[[Job], None]
) -> None:
    [job, other] = fill(S.PRINTING, 2, days=1)
    content = files.read(job.original_key)
    damage(job)
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["job_id"]) == ("broken_link", job.id), "the other one is sound"
    assert finding["details"]["damaged"] == [job.original_name]
    assert finding["details"]["missing"] == []
    assert "1 of the job's files came back" in ok(link(admin, job.id))["message"]
    assert files.read(job.original_key) == content
    assert row(job.id).notes_count == 0
    assert nights.findings() == {}
    invariants.check_record(row(job.id))
    invariants.check_record(row(other.id))


def test_a_damaged_original_of_which_nobody_has_another_is_asked_for(
    admin: HttpClient, nights: Nights
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    remove(job.original_key)
    _overwritten(job)
    assert nights.findings() == {"broken_link": [job.id]}
    assert "No copy is left" in ok(link(admin, job.id))["message"]
    assert "Ask the student" in row(job.id).notes[0]["text"]
    assert files.read(job.original_key) == b"solid repaired by hand\n", "what is there stays"


def test_the_same_bytes_under_another_etag_are_no_damage(nights: Nights) -> None:
    """A restore may write in parts: then the ETag is no MD5."""
    [job] = fill(S.PRINTING, 1, days=1)
    job.update(actions=[Job.file_etag.set("0123456789abcdef-2")])
    metadata.write(row(job.id))
    assert nights.findings() == {}


def test_a_job_of_before_the_etag_was_kept_is_judged_by_its_size(nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    job.update(actions=[Job.file_etag.remove()])
    metadata.write(row(job.id))
    assert nights.findings() == {}
    _overwritten(job)
    assert nights.findings() == {"broken_link": [job.id]}


def test_what_was_hidden_by_hand_outlives_the_moves_of_its_job(
    admin: HttpClient, staff: HttpClient, nights: Nights
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    content = files.read(job.original_key)
    _hidden(job)
    named = {"id": job.id, "display_name": job.display_name, "short_id": job.short_id}
    ok(act(staff, named, Action.MARK_COMPLETE))
    assert nights.findings()["broken_link"] == [job.id]
    ok(link(admin, job.id))
    assert files.read(f"Completed/{job.original_name}") == content


def test_an_original_that_nobody_has_is_asked_for(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    remove(job.original_key)
    files.put(f"Orphaned/2026-11-20/{job.original_name}", b"y" * int(job.file_size), "model/stl")
    nights.audit()
    assert "No copy is left" in ok(link(admin, job.id))["message"]
    shown = show(admin, {"id": job.id})
    [note] = shown["notes"]
    assert job.original_name in note["text"]
    assert note["staff_name"] == SAM
    assert shown["notes_count"] == 1
    assert shown["status"] == "PRINTING"
    invariants.check_record(row(job.id))
    assert nights.findings() == {"broken_link": [job.id]}, "it is still lost"


def test_a_lost_slicer_output_gives_way_to_the_original(
    http: HttpClient, staff: HttpClient, admin: HttpClient, nights: Nights
) -> None:
    job = submit(http)
    sliced = f"{job['display_name']}_PLA.gcode"
    files.put(f"Uploaded/{sliced}", b"; G", "text/plain")
    ok(act(staff, job, Action.APPROVE, authoritative_filename=sliced))
    remove(f"Pending/{sliced}")
    assert nights.findings()["broken_link"] == [job["id"]]
    ok(link(admin, job["id"]))
    shown = show(staff, job)
    assert shown["authoritative_filename"] == f"{job['display_name']}.stl"
    assert "Slice" in shown["notes"][0]["text"]
    assert nights.findings() == {}


def test_a_slicer_output_comes_back_by_its_name(
    http: HttpClient, staff: HttpClient, admin: HttpClient, nights: Nights
) -> None:
    job = submit(http)
    sliced = f"{job['display_name']}_PLA.gcode"
    for content in (b"; first", b"; last"):
        files.put(f"Uploaded/{sliced}", content, "text/plain")
    ok(act(staff, job, Action.APPROVE, authoritative_filename=sliced))
    files.client().delete_object(Bucket=settings().files_bucket, Key=f"Pending/{sliced}")
    nights.audit()
    ok(link(admin, job["id"]))
    assert files.read(f"Pending/{sliced}") == b"; last"
    assert show(staff, job)["authoritative_filename"] == sliced


def test_a_file_that_is_there_again(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    content = files.read(job.original_key)
    remove(job.original_key)
    nights.audit()
    files.put(job.original_key, content, "model/stl")
    assert "where they belong" in ok(link(admin, job.id))["message"]
    last = events.of_job(job.id)[-1]
    assert (last.triggered_by, last.details["restored"], last.details["lost"]) == (SAM, 0, 0)
    refused(link(admin, job.id), 409, "not_any_more")
