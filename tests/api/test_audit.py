"""The audit: every kind of damage is found, each once and where it is, and a sound lab has no finding."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.aws import audits, events, files
from chalicelib.aws.tables import Counter, Guard, OutboxMessage
from chalicelib.domain.audit import PLACES
from chalicelib.domain.lifecycle import Action, Actor, Status
from chalicelib.domain.people import Caller
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import auditing, clock
from chalicelib.services.filing import Filing
from infra.http_client import HttpClient
from infra.local.functions import Functions
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.backlog import at_once, fill
from tests.nights import Nights, move, remove, subjects
from tests.steps import API, SAM, act, every_status, ok, refused, row, submit, wrong_fields

S = Status


# --- what it finds ------------------------------------------------------------------


def test_a_sound_lab_has_no_finding(http: HttpClient, staff: HttpClient, nights: Nights, pump: Pump) -> None:
    for _, job in every_status(http, staff):
        files.put(f"{row(job['id']).status.folder}/{job['display_name']}_PLA.gcode", b"; G", "text/plain")
    pump.step()
    before = invariants.everything()
    report = nights.audit()
    assert report["totals"] == {}
    assert report["findings"] == []
    assert report["places_done"] == report["places"]
    assert report["jobs_seen"] == 3
    assert report["objects_seen"] == len({key for key, _ in before["files"]})
    after = invariants.everything()
    own = {"printlab-local-audits", "printlab-local-outbox", "printlab-local-events"}
    assert {name for name in after if after[name] != before[name]} == own


def test_a_file_of_no_job(nights: Nights) -> None:
    keys = [
        "Archived/JaneDoe_Filament_Blue_QQQQQQ.stl",
        "Uploaded/holiday photo.jpg",
        "Uploaded/sub folder/x.stl",
        "Uploaded/Ünïcode ✓.stl",
    ]
    fill(S.UPLOADED, 3, days=1)
    for key in keys:
        files.put(key, b"nobody's", "application/octet-stream")
    files.put("_thumbnails/0123.png", b"picture", "image/png")
    assert nights.findings() == {
        "orphaned_file": sorted(keys),
        "orphaned_thumbnail": ["_thumbnails/0123.png"],
    }


def test_a_job_without_its_original(nights: Nights) -> None:
    job, _ = fill(S.COMPLETED, 2, days=1)
    remove(job.original_key)
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["job_id"]) == ("broken_link", job.id)
    assert finding["details"] == {
        "missing": [job.original_name],
        "damaged": [],
        "short_id": job.short_id,
        "status": "COMPLETED",
    }


def test_a_job_without_the_file_that_is_to_be_printed(
    http: HttpClient, staff: HttpClient, nights: Nights
) -> None:
    job = submit(http)
    sliced = f"{job['display_name']}_PLA.gcode"
    files.put(f"Uploaded/{sliced}", b"; G-code", "text/plain")
    ok(act(staff, job, Action.APPROVE, authoritative_filename=sliced))
    remove(f"Pending/{sliced}")
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["details"]["missing"]) == ("broken_link", [sliced])


def test_a_copy_that_stayed_behind(nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    stale = [f"ReadyToPrint/{job.original_name}", f"ReadyToPrint/{job.display_name}.metadata.json"]
    files.put(stale[0], files.read(job.original_key), "model/stl")
    files.put(stale[1], b"{}", "application/json")
    assert nights.findings() == {"stale_duplicate": sorted(stale)}


def test_files_in_another_folder_only(nights: Nights) -> None:
    moved, saved_late = fill(S.PRINTING, 2, days=1)
    move(moved.original_key, f"Pending/{moved.original_name}")
    files.put(f"Pending/{saved_late.display_name}_PETG.gcode", b"; saved late", "text/plain")
    report = nights.audit()
    assert report["totals"] == {"folder_mismatch": 2}
    keys = {finding["job_id"]: finding["details"]["keys"] for finding in report["findings"]}
    assert keys == {
        moved.id: [f"Pending/{moved.original_name}"],
        saved_late.id: [f"Pending/{saved_late.display_name}_PETG.gcode"],
    }


def test_another_file_of_the_same_name_is_no_duplicate(nights: Nights) -> None:
    """It may be the only copy of what somebody saved."""
    [job] = fill(S.PRINTING, 1, days=1)
    files.put(f"Pending/{job.original_name}", b"repaired by hand", "model/stl")
    assert nights.findings() == {"folder_mismatch": [job.id]}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "missing"),
        (b"{", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b"{}", "different"),
        (b"[]", "different"),
    ],
)
def test_a_record_that_is_not_what_the_job_is(nights: Nights, content: bytes | None, problem: str) -> None:
    job, _ = fill(S.REJECTED, 2, days=1)
    key = f"Rejected/{job.display_name}.metadata.json"
    remove(key)
    if content is not None:
        files.put(key, content, "application/json")
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["job_id"]) == ("metadata_mismatch", job.id)
    assert finding["details"]["problem"] == problem


def test_a_record_in_other_bytes_is_still_the_record(nights: Nights) -> None:
    """The checksum of the listing only raises the doubt."""
    [job] = fill(S.REJECTED, 1, days=1)
    key = f"Rejected/{job.display_name}.metadata.json"
    files.put(key, files.read(key).replace(b"\n", b"\n\n"), "application/json")
    assert nights.findings() == {}


def test_a_counter_that_lost_count(nights: Nights) -> None:
    fill(S.PENDING, 2, days=1)
    Counter(id="jobs#1").update(actions=[Counter.PENDING.add(3)])
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["details"]) == ("counters_mismatch", {"counter": 5, "counted": 2})


# --- what it does not find ------------------------------------------------------------


def test_what_is_young_is_not_judged(admin: HttpClient, pump: Pump, http: HttpClient) -> None:
    job = submit(http)
    remove(row(job["id"]).original_key)
    files.put("Uploaded/just now.stl", b"x", "model/stl")
    ok(admin.post(f"{API}/admin/audit/start", {"staff_name": SAM}), 202)
    while pump.step():
        pass
    assert ok(admin.get(f"{API}/admin/audit/report"))["findings"] == []


def test_what_a_change_is_at_work_on_is_not_judged(nights: Nights) -> None:
    """Copies of a move that goes on, sources of one that has committed, a record that is being written."""
    copied, moved, edited = fill(S.PRINTING, 3, days=1)
    work = Filing(copied.id, clock.now())
    sources = [(file, file.name) for file in files.versions(copied.original_key)]
    work.copy_to(S.COMPLETED, sources, copied)
    for job in (moved, edited):
        Filing(job.id, clock.now()).copy_to(S.PRINTING, [], job)
    files.put(f"ReadyToPrint/{moved.original_name}", files.read(moved.original_key), "model/stl")
    files.put(f"Printing/{edited.display_name}.metadata.json", b"{}", "application/json")
    files.put("Pending/nobody.stl", b"x", "model/stl")
    Filing("unknown", clock.now()).copy_to(S.PENDING, [], edited)
    found = nights.findings()
    assert found == {"orphaned_file": ["Pending/nobody.stl"]}


def test_a_lost_guard_makes_no_orphan_of_a_jobs_file(nights: Nights) -> None:
    [job] = fill(S.PRINTING, 1, days=1)
    Guard(id=short_id_guard(job.short_id)).delete()
    files.put(f"Pending/{job.display_name}_PETG.gcode", b"; saved late", "text/plain")
    assert nights.findings() == {"folder_mismatch": [job.id]}


# --- how it goes on -------------------------------------------------------------------


def plant() -> dict[str, list[str]]:
    """A lab with some damage in three folders, and what an audit shall find."""
    uploaded, printing, archived = (fill(s, 7, days=50) for s in (S.UPLOADED, S.PRINTING, S.ARCHIVED))
    remove(archived[3].original_key)
    files.put("Archived/A.stl", b"1", "model/stl")
    files.put("Archived/ZZZ.stl", b"2", "model/stl")
    files.put(f"Pending/{printing[0].original_name}", files.read(printing[0].original_key), "model/stl")
    remove(f"Uploaded/{uploaded[6].display_name}.metadata.json")
    return {
        "broken_link": [archived[3].id],
        "orphaned_file": ["Archived/A.stl", "Archived/ZZZ.stl"],
        "stale_duplicate": [f"Pending/{printing[0].original_name}"],
        "metadata_mismatch": [uploaded[6].id],
    }


ROBOT = Caller(Actor.SYSTEM, "system")


@pytest.mark.parametrize("window", [1, 2, 3, 100])
def test_the_size_of_the_slices_does_not_matter(nights: Nights, pump: Pump, window: int) -> None:
    expected = plant()
    audit = auditing.start(ROBOT, later(), window)
    while pump.step():
        pass
    report = nights.report()
    assert report["task_id"] == audit.id
    assert subjects(report) == expected
    assert report["totals"] == {kind: len(names) for kind, names in expected.items()}
    assert (report["jobs_seen"], report["objects_seen"]) == (21, 21 * 2 - 2 + 3)
    steps = [m for m in OutboxMessage.scan() if m.job_id == audit.id]
    assert len(steps) == audits.find(audit.id).step - 1  # type: ignore[union-attr]
    assert {m.state for m in steps} == {"sent"}
    assert len(steps) > 21 // window


def later() -> datetime:
    """Late enough for everything to be old."""
    return clock.now() + timedelta(days=1)


def test_many_strangers_are_looked_into_in_several_slices(nights: Nights, pump: Pump) -> None:
    [_, second] = fill(S.UPLOADED, 2, days=50)
    strangers = [f"Uploaded/{letter}{number:03}.stl" for letter in "AZ" for number in range(115)]
    pictures = [f"_thumbnails/{number:03}.png" for number in range(230)]
    at_once([partial(files.put, key, b"x", "model/stl") for key in [*strangers, *pictures]])
    remove(second.original_key)
    audit = auditing.start(ROBOT, later(), window=1)
    while pump.step():
        pass
    found = audits.page(audit.id, None, 1000, None)
    assert {f.key for f in found if f.key} == {*strangers, *pictures}
    assert [f.job_id for f in found if not f.key] == [second.id]
    done = auditing.find(audit.id)
    assert (done.jobs_seen, done.objects_seen) == (2, 2 * 230 + 3)
    assert int(done.step) > len(PLACES) + 5


def test_a_message_that_comes_twice_makes_its_slice_once(
    functions: Functions, nights: Nights, pump: Pump
) -> None:
    expected = plant()
    audit = auditing.start(ROBOT, later(), 3)
    for step in (1, 1, 2, 1, 3, 2):
        deliver(functions, f"{audit.id}.slice.{step}")
    assert audits.find(audit.id).step == 4  # type: ignore[union-attr]
    while pump.step():
        pass
    assert subjects(nights.report()) == expected
    assert nights.report()["jobs_seen"] == 21


def deliver(functions: Functions, message_id: str) -> None:
    """Call the function as its queue does."""
    record = {"messageId": "1", "receiptHandle": "1", "body": json.dumps({"outbox_id": message_id})}
    record |= {"eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:printlab-local-audits"}
    functions.call("audit_slice", {"Records": [record]})


# --- the routes -----------------------------------------------------------------------


def test_an_administrator_starts_one_and_a_second_click_starts_no_other(
    admin: HttpClient, pump: Pump
) -> None:
    first = ok(admin.post(f"{API}/admin/audit/start", {"staff_name": SAM}), 202)
    second = ok(admin.post(f"{API}/admin/audit/start", {"staff_name": SAM}), 202)
    assert first == second
    running = ok(admin.get(f"{API}/admin/audit/report"))
    assert (running["state"], running["places_done"], running["findings"]) == ("running", 0, [])
    while pump.step():
        pass
    done = ok(admin.get(f"{API}/admin/audit/report", task_id=first["task_id"]))
    assert (done["state"], done["requested_by"]) == ("done", SAM)
    told = [(e.event_type, e.details, e.triggered_by) for e in events.of_job(events.SYSTEM_EVENTS)]
    assert told == [("AdminAction", {"operation": "audit", "task_id": first["task_id"]}, SAM)]
    third = ok(admin.post(f"{API}/admin/audit/start", {"staff_name": SAM}), 202)
    assert third["task_id"] != first["task_id"]


def test_a_night_has_one_audit_however_often_the_schedule_fires(scheduler: Scheduler) -> None:
    tonight = clock.now()
    for _ in range(3):
        scheduler.run_once("start_audit", tonight)
    assert len(audits.latest(10)) == 1
    assert len(events.of_job(events.SYSTEM_EVENTS)) == 1


def test_a_report_comes_in_pages_and_by_kind(admin: HttpClient, nights: Nights) -> None:
    keys = sorted(f"Uploaded/nobody {number}.stl" for number in range(7))
    for key in keys:
        files.put(key, b"x", "model/stl")
    files.put("_thumbnails/0.png", b"x", "image/png")
    assert nights.audit()["total"] == 8
    found: list[str] = []
    cursor: dict[str, str] = {}
    for _ in range(3):
        page = ok(admin.get(f"{API}/admin/audit/report", limit=3, kind="orphaned_file", **cursor))
        found += [finding["key"] for finding in page["findings"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}
    assert not cursor
    assert sorted(found) == keys


def test_no_audit_yet(admin: HttpClient) -> None:
    none = ok(admin.get(f"{API}/admin/audit/report"))
    assert (none["state"], none["task_id"], none["findings"]) == ("none", None, [])
    refused(admin.get(f"{API}/admin/audit/report", task_id="20200101T000000"), 404, "not_found")


@pytest.mark.parametrize(
    ("name", "value"), [("kind", "orphans"), ("limit", 201), ("cursor", "x"), ("task_id", ""), ("page", 2)]
)
def test_a_wrong_parameter_is_named(admin: HttpClient, name: str, value: object) -> None:
    assert list(wrong_fields(admin.get(f"{API}/admin/audit/report", **{name: value}))) == [name]
