"""Mending what an audit found: looked at again first, in somebody's name, once, and never the only copy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.aws import events, files
from chalicelib.aws.tables import Guard, Job
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import clock, metadata
from chalicelib.services.filing import Filing
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import invariants
from tests.api.mend import AUDIT, counter, link, location, orphaned, record, stale
from tests.backlog import fill
from tests.nights import Nights, move, remove
from tests.steps import SAM, act, every_status, ok, refused, row, wrong_fields

S = Status


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
