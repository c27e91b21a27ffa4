"""Mending what an audit found: looked at again first, in somebody's name, once, and never the only copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws import counters, events, files, jobs
from chalicelib.aws.tables import Guard, Job
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import clock, metadata
from chalicelib.services.filing import Filing
from infra.http_client import HttpClient, Response
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.backlog import fill
from tests.nights import Nights, move, remove
from tests.steps import API, SAM, act, every_status, ok, refused, row, show, submit, wrong_fields

S = Status
AUDIT = f"{API}/admin/audit"


@pytest.fixture
def nights(admin: HttpClient, scheduler: Scheduler, pump: Pump) -> Nights:
    """Audits."""
    return Nights(admin, scheduler, pump)


def orphaned(admin: HttpClient, key: str) -> Response:
    """Put an orphan aside."""
    return admin.delete(f"{AUDIT}/orphaned-file", {"staff_name": SAM, "key": key})


def stale(admin: HttpClient, key: str) -> Response:
    """Delete what a job left behind."""
    return admin.delete(f"{AUDIT}/stale-file", {"staff_name": SAM, "key": key})


def record(admin: HttpClient, job_id: str) -> Response:
    """Write a record anew."""
    return admin.post(f"{AUDIT}/repair-metadata", {"staff_name": SAM, "job_id": job_id})


def location(admin: HttpClient, job_id: str) -> Response:
    """Bring files home."""
    return admin.post(f"{AUDIT}/repair-location", {"staff_name": SAM, "job_id": job_id})


def keys(prefix: str) -> list[str]:
    """What lies there, each version."""
    return [file.key for file in files.versions(prefix)]


# --- everything at once -----------------------------------------------------------------


def test_every_kind_of_damage_is_found_and_mended(
    http: HttpClient, staff: HttpClient, admin: HttpClient, nights: Nights, pump: Pump
) -> None:
    for _ in every_status(http, staff):
        pass
    pump.step()
    lost, moved, left, late, bare, wrong = fill(S.COMPLETED, 6, days=3)
    invariants.check()
    original = files.read(lost.original_key)
    remove(lost.original_key)
    move(moved.original_key, f"Printing/{moved.original_name}")
    move(f"Completed/{moved.display_name}.metadata.json", f"Printing/{moved.display_name}.metadata.json")
    files.put(f"Printing/{left.original_name}", original, "model/stl")
    files.put(f"Printing/{late.display_name}_PLA.gcode", b"; saved late", "text/plain")
    remove(f"Completed/{bare.display_name}.metadata.json")
    files.put(f"Completed/{wrong.display_name}.metadata.json", b"{}", "application/json")
    files.put("Rejected/nobody.stl", b"whose?", "model/stl")
    files.put("_thumbnails/0.png", b"whose?", "image/png")
    assert nights.findings() == {
        "broken_link": [lost.id],
        "folder_mismatch": sorted([moved.id, late.id]),
        "metadata_mismatch": sorted([moved.id, bare.id, wrong.id]),
        "orphaned_file": ["Rejected/nobody.stl"],
        "orphaned_thumbnail": ["_thumbnails/0.png"],
        "stale_duplicate": [f"Printing/{left.original_name}"],
    }
    for job in (moved, late):
        ok(location(admin, job.id))
    for job in (bare, wrong):
        ok(record(admin, job.id))
    ok(stale(admin, f"Printing/{left.original_name}"))
    for key in ("Rejected/nobody.stl", "_thumbnails/0.png"):
        ok(orphaned(admin, key))
    files.put(lost.original_key, original, "model/stl")  # out of a backup
    assert nights.findings() == {}
    assert files.read(f"Completed/{late.display_name}_PLA.gcode") == b"; saved late"
    invariants.check()


# --- orphans ------------------------------------------------------------------------------


def test_an_orphan_is_put_aside_with_its_content(admin: HttpClient, nights: Nights) -> None:
    key = "Uploaded/JaneDoe_Filament_Blue_QQQQQQ.stl"
    files.put(key, b"older", "model/stl")
    files.put(key, b"precious", "model/stl")
    nights.audit()
    assert ok(orphaned(admin, key))["kind"] == "orphaned_file"
    assert keys("Uploaded/") == []
    [aside] = keys("Orphaned/")
    assert aside == f"Orphaned/{clock.now():%Y-%m-%d}/{key}"
    assert files.read(aside) == b"precious"
    [finding] = nights.report()["findings"]
    assert finding["mended_by"] == SAM
    told = events.of_job(events.SYSTEM_EVENTS)
    [deleted] = [event for event in told if event.event_type == "FileDeleted"]
    assert (deleted.triggered_by, deleted.workstation_id) == (SAM, "admin-desk")
    assert (deleted.details["folder"], deleted.details["file_type"]) == ("Uploaded", ".stl")
    assert "JaneDoe" not in str(deleted.details)
    refused(orphaned(admin, key), 409, "not_any_more")
    assert nights.findings() == {}


def test_an_orphan_that_has_got_a_job_stays(admin: HttpClient, nights: Nights) -> None:
    """Its row was lost when the audit was made, and has been restored since."""
    [job] = fill(S.PRINTING, 1, days=1)
    job.delete()
    Guard(id=short_id_guard(job.short_id)).delete()
    assert job.original_key in nights.findings()["orphaned_file"]
    job.save()
    refused(orphaned(admin, job.original_key), 409, "not_any_more")
    assert files.head(job.original_key)


def test_an_orphan_that_a_change_is_at_work_on_stays(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    files.put("Pending/nobody.stl", b"x", "model/stl")
    nights.audit()
    work = Filing(job.id, clock.now())
    [source] = files.versions(job.original_key)
    work.copy_to(S.PENDING, [(source, "nobody.stl")], job)
    refused(orphaned(admin, "Pending/nobody.stl"), 409, "busy")
    assert keys("Orphaned/") == []
    assert keys("Pending/nobody.stl")


def test_an_orphan_that_is_gone(admin: HttpClient, nights: Nights) -> None:
    files.put("Pending/nobody.stl", b"x", "model/stl")
    nights.audit()
    remove("Pending/nobody.stl")
    refused(orphaned(admin, "Pending/nobody.stl"), 409, "not_any_more")


def test_two_administrators_put_the_same_orphan_aside(admin: HttpClient, nights: Nights) -> None:
    files.put("Pending/nobody.stl", b"x", "model/stl")
    nights.audit()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: orphaned(admin, "Pending/nobody.stl").status, range(8)))
    assert sorted(answers) == [200] + [409] * 7
    assert len([e for e in events.of_job(events.SYSTEM_EVENTS) if e.event_type == "FileDeleted"]) == 1
    assert keys("Pending/") == []
    assert set(keys("Orphaned/")) == {f"Orphaned/{clock.now():%Y-%m-%d}/Pending/nobody.stl"}
    invariants.check()


def test_a_call_that_is_repeated_is_answered_alike(admin: HttpClient, nights: Nights) -> None:
    files.put("Pending/nobody.stl", b"x", "model/stl")
    nights.audit()
    same = admin.with_headers(Idempotency_Key="once")
    assert ok(orphaned(same, "Pending/nobody.stl")) == ok(orphaned(same, "Pending/nobody.stl"))


# --- stale copies ---------------------------------------------------------------------------


def test_a_copy_that_stayed_behind_is_deleted(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    key = f"Pending/{job.original_name}"
    files.put(key, files.read(job.original_key), "model/stl")
    nights.audit()
    ok(stale(admin, key))
    assert keys("Pending/") == []
    assert files.head(job.original_key)
    last = events.of_job(job.id)[-1]
    assert (last.event_type, last.triggered_by) == ("FileDeleted", SAM)
    invariants.check()


@pytest.mark.parametrize("other", ["removed", "changed"])
def test_the_only_copy_stays(admin: HttpClient, nights: Nights, other: str) -> None:
    """It was a duplicate when the audit was made; the other one is not what it was."""
    [job] = fill(S.PRINTING, 1, days=1)
    key = f"Pending/{job.original_name}"
    files.put(key, files.read(job.original_key), "model/stl")
    nights.audit()
    remove(job.original_key)
    if other == "changed":
        files.put(job.original_key, b"something else", "model/stl")
    refused(stale(admin, key), 409, "only_copy")
    assert keys(key) == [key]


def test_an_older_version_that_differs_stays(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    key = f"Pending/{job.original_name}"
    files.put(key, b"somebody's work", "model/stl")
    files.put(key, files.read(job.original_key), "model/stl")
    nights.audit()
    ok(stale(admin, key))
    assert files.read(key) == b"somebody's work"
    assert nights.findings() == {"folder_mismatch": [job.id]}
    ok(location(admin, job.id))
    assert nights.findings() == {}


def test_a_job_that_has_come_back_keeps_its_files(
    admin: HttpClient, staff: HttpClient, nights: Nights
) -> None:
    [job] = fill(S.COMPLETED, 1, days=0)
    key = f"Printing/{job.original_name}"
    files.put(key, files.read(job.original_key), "model/stl")
    nights.audit()
    named = {"id": job.id, "display_name": job.display_name, "short_id": job.short_id}
    ok(act(staff, named, Action.REVERT_COMPLETION))
    refused(stale(admin, key), 409, "not_any_more")
    assert files.head(key)
    invariants.check_record(row(job.id))


# --- records --------------------------------------------------------------------------------


def test_a_record_is_written_anew(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.REJECTED, 1, days=1)
    remove(f"Rejected/{job.display_name}.metadata.json")
    nights.audit()
    ok(record(admin, job.id))
    last = events.of_job(job.id)[-1]
    assert (last.event_type, last.details["operation"]) == ("AdminAction", "repair-metadata")
    refused(record(admin, job.id), 409, "not_any_more")
    invariants.check()


def test_a_record_that_is_right_again(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.REJECTED, 1, days=1)
    remove(f"Rejected/{job.display_name}.metadata.json")
    nights.audit()
    metadata.write(job)
    refused(record(admin, job.id), 409, "not_any_more")
    assert len(events.of_job(job.id)) == 2


# --- locations --------------------------------------------------------------------------------


def test_no_file_is_overwritten_and_the_original_is_known_by_its_bytes(
    admin: HttpClient, nights: Nights
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    original = files.read(job.original_key)
    move(job.original_key, f"Pending/{job.original_name}")
    files.put(f"Uploaded/{job.original_name}", b"not the student's", "model/stl")
    gcode = f"{job.display_name}_PLA.gcode"
    files.put(f"Printing/{gcode}", b"; here", "text/plain")
    files.put(f"Pending/{gcode}", b"; there", "text/plain")
    nights.audit()
    ok(location(admin, job.id))
    present = {file.name: files.read(file.key) for file in files.current(f"Printing/{job.display_name}")}
    del present[f"{job.display_name}.metadata.json"]
    assert present.pop(job.original_name) == original
    assert present.pop(gcode) == b"; here"
    assert sorted(present.values()) == [b"; there", b"not the student's"]
    assert all(name.startswith(f"{job.display_name}") for name in present)
    assert keys("Pending/") == keys("Uploaded/") == []
    assert int(row(job.id).version) == int(job.version) + 1
    last = events.of_job(job.id)[-1]
    assert (last.event_type, last.details["operation"], last.details["files"]) == (
        "AdminAction",
        "repair-location",
        3,
    )
    assert nights.findings() == {}
    invariants.check()


def test_a_job_that_a_change_is_at_work_on(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    files.put(f"Pending/{job.display_name}_PLA.gcode", b"; late", "text/plain")
    nights.audit()
    Filing(job.id, clock.now()).copy_to(S.COMPLETED, [], job)
    refused(location(admin, job.id), 409, "busy")
    assert keys("Pending/")


def test_a_job_that_has_gone(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    files.put(f"Pending/{job.display_name}_PLA.gcode", b"; late", "text/plain")
    nights.audit()
    Job(id=job.id).delete()
    refused(location(admin, job.id), 409, "not_any_more")
    assert keys("Pending/")


# --- lost files -------------------------------------------------------------------------------


def link(admin: HttpClient, job_id: str) -> Response:
    """Bring lost files back."""
    return admin.post(f"{AUDIT}/repair-link", {"staff_name": SAM, "job_id": job_id})


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


# --- counters -----------------------------------------------------------------------------------


def counter(admin: HttpClient, key: str) -> Response:
    """Put a counter right."""
    return admin.post(f"{AUDIT}/repair-counter", {"staff_name": SAM, "key": key})


def test_counters_are_put_right(http: HttpClient, admin: HttpClient, nights: Nights) -> None:
    fill(S.PRINTING, 2, days=1)
    counters.correct({S.PRINTING: 3, S.ARCHIVED: -1}, 1234)
    wrong = ["counters/ARCHIVED", "counters/PRINTING", "counters/stored_bytes"]
    assert nights.findings() == {"counters_mismatch": wrong}
    job = submit(http)  # what happens after the audit is not undone
    for key in wrong:
        ok(counter(admin, key))
        refused(counter(admin, key), 409, "not_any_more")
    invariants.check()
    assert counters.tally().stored_bytes == sum(int(job.file_size) for job in Job.scan())
    told = events.of_job(events.SYSTEM_EVENTS)
    [printing] = [e for e in told if e.details.get("figure") == "PRINTING"]
    assert (printing.details["added"], printing.triggered_by) == (-3, SAM)
    assert ok(admin.get(f"{API}/stats"))["counts"]["PRINTING"] == 2
    assert job["id"]
    assert nights.findings() == {}


def test_counters_that_keep_moving_are_left_alone(
    admin: HttpClient, nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    counters.correct({S.PRINTING: 3}, 0)
    nights.audit()
    everyone = jobs.everyone

    def meanwhile(*names: str) -> Iterator[Job]:
        yield from everyone(*names)
        counters.touch(job.id)

    monkeypatch.setattr(jobs, "everyone", meanwhile)
    refused(counter(admin, "counters/PRINTING"), 409, "busy")
    assert counters.totals()[S.PRINTING] == 4


# --- what was never found -----------------------------------------------------------------


def test_what_no_audit_has_found_is_not_touched(admin: HttpClient, nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    nights.audit()
    before = invariants.everything()
    for key in (job.original_key, f"Printing/{job.display_name}.metadata.json", "Uploaded/nothing.stl"):
        refused(orphaned(admin, key), 404, "not_found")
        refused(stale(admin, key), 404, "not_found")
    for job_id in (job.id, "nobody"):
        refused(record(admin, job_id), 404, "not_found")
        refused(location(admin, job_id), 404, "not_found")
        refused(link(admin, job_id), 404, "not_found")
    refused(counter(admin, "counters/PRINTING"), 404, "not_found")
    assert invariants.everything() == before


def test_a_finding_of_one_kind_is_not_one_of_another(admin: HttpClient, nights: Nights) -> None:
    files.put("Pending/nobody.stl", b"x", "model/stl")
    nights.audit()
    refused(stale(admin, "Pending/nobody.stl"), 404, "not_found")
    assert keys("Pending/")


@pytest.mark.parametrize(
    "key",
    ["", "/Uploaded/x.stl", "Uploaded//x.stl", "Uploaded/../Pending/x.stl", "..", "Uploaded/./x", "Uploaded/",
     "Uploaded\\x.stl", "Uploaded/x\n.stl", "Uploaded/x\u202e.stl", "x" * 1025],
)  # fmt: skip
def test_tricks_with_paths_are_refused(admin: HttpClient, key: str) -> None:
    told = wrong_fields(orphaned(admin, key))
    assert list(told) == ["key"]
    assert "error" not in told["key"].lower(), "it is said to people"
    assert list(wrong_fields(stale(admin, key))) == ["key"]


@pytest.mark.parametrize("body", [{}, {"key": 3}, {"file_path": "Uploaded/x.stl"}])
def test_a_wrong_field_is_named(admin: HttpClient, body: dict[str, Any]) -> None:
    answer = admin.delete(f"{AUDIT}/orphaned-file", {"staff_name": SAM, **body})
    assert "key" in wrong_fields(answer)
