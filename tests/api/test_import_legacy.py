"""What the old system held stands in the new one: whole, once, and proven by the new one's own checks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.aws import days, directory, events, files, jobs
from chalicelib.aws import trail as archive
from chalicelib.aws.tables import Event, Job, OutboxMessage, Payment
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action
from chalicelib.domain.people import SYSTEM
from chalicelib.services import clock, figures, trail
from infra.http_client import HttpClient
from infra.import_legacy import source, storage
from infra.import_legacy.__main__ import main
from infra.import_legacy.run import Import
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.legacy.old_lab import FOLDERS, SCHEMA, OldLab
from tests.legacy.postgres import server_url
from tests.models import next_seed, stl_bytes
from tests.nights import Nights
from tests.steps import API, act, confirm, ok, row, submit


@pytest.fixture
def old(tmp_path: Path) -> OldLab:
    """An old system without jobs."""
    return OldLab(tmp_path / "storage")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A database of a private server."""
    yield from server_url()


def take_over(old: OldLab, *more: str, url: str = "") -> dict[str, Any]:
    """Run the command; answers its report."""
    report = old.storage.parent / "report.json"
    url = url or old.save(old.storage.parent / "old.db")
    code = main(["--database", url, "--storage", str(old.storage), "--report", str(report), *more])
    found: dict[str, Any] = json.loads(report.read_text())
    assert code == (1 if "jobs not written" in found["new"] else 0)
    return found


def wrong(report: dict[str, Any], column: str) -> list[str]:
    """What is said of a column."""
    return [problem["wrong"] for problem in report["problems"] if problem["column"] == column]


def in_every_status(old: OldLab) -> dict[str, dict[str, Any]]:
    return {status: old.job(status) for status in FOLDERS}


def check_all(nights: Nights) -> None:
    """The lab's own proofs."""
    report = nights.audit()
    assert report["total"] == 0, report["findings"]
    last = clock.now().date()
    every_day = [date(2024, 9, 1) + timedelta(days=n) for n in range((last - date(2024, 9, 1)).days + 1)]
    assert {day: wrong for day, wrong in figures.differences_in(every_day).items() if wrong} == {}
    invariants.check()


def test_every_status_comes_over(old: OldLab, staff: HttpClient, nights: Nights, pump: Pump) -> None:
    made = in_every_status(old)
    report = take_over(old)
    assert report["problems"] == []
    assert report["jobs_by_status"] == dict.fromkeys(sorted(FOLDERS), 1)
    for status, was in made.items():
        job = row(was["id"])
        assert (job.status.value, job.short_id, job.student_name) == (
            status,
            was["short_id"],
            was["student_name"],
        )
        assert job.created_at == was["created_at"].replace(tzinfo=UTC)
        assert job.updated_at == was["updated_at"].replace(tzinfo=UTC)
        assert (job.method, job.printer, job.material) == ("Filament", "prusa-mk4s", "filament")
        assert job.file_hash == was["file_hash"]
    assert row(made["PRINTING"]["id"]).cost_cents == 435
    while pump.step():
        pass
    assert {row(was["id"]).thumbnail_state for was in made.values()} == {"ready"}
    counts = ok(staff.get(f"{API}/jobs/counts"))["counts"]
    assert set(counts.values()) == {1}
    for status, was in made.items():
        listed = ok(staff.get(f"{API}/jobs", status=status))["jobs"]
        assert [job["id"] for job in listed] == [was["id"]]
    check_all(nights)


def test_the_history_is_told_as_it_was(old: OldLab, staff: HttpClient) -> None:
    was = old.job("ARCHIVED")
    take_over(old)
    told = ok(staff.get(f"{API}/jobs/{was['id']}"))["events"]
    kinds = [event["event_type"] for event in told]
    assert sorted(kinds) == sorted(
        [
            *(
                "JobCreated",
                "StaffApproved",
                "EmailSent",
                "StudentConfirmed",
                "StatusChanged",
                "StatusChanged",
            ),
            *("PaymentRecorded", "StatusChanged", "JobArchived", "AdminAction"),
        ]
    )
    by_kind = {event["event_type"]: event for event in told}
    approved = by_kind["StaffApproved"]
    assert approved["timestamp"].startswith("2024-09-02T15:30:00")
    assert (approved["triggered_by"], approved["workstation_id"]) == ("Robin Past", "front-desk")
    assert approved["details"]["weight_g"] == "24.5"
    assert by_kind["JobCreated"]["triggered_by"] == "student"
    assert by_kind["AdminAction"]["details"] == {"operation": "import", "legacy_events": 8}
    stored = json.dumps([event.details for event in events.of_job(was["id"])])
    assert "a@b.edu" not in stored
    job = row(was["id"])
    assert job.finished_at == datetime(2024, 9, 2, 18, 30, 0, 250000, UTC)
    assert job.status_entered_at == datetime(2024, 9, 2, 20, 30, 0, 250000, UTC)


def test_a_student_is_not_named_in_the_trail(old: OldLab) -> None:
    was = old.job(student_name="Jane Doe", student_email="jane@example.edu")
    old.event(was["id"], "PrintFailed", old.start, {"reason": "Jane was told"}, by="jane@example.edu")
    old.event(was["id"], "PrintFailed", old.start, {"reason": "warped"}, by="other@example.edu")
    take_over(old)
    told = [(event.triggered_by, event.details) for event in events.of_job(was["id"])]
    assert "jane" not in json.dumps(told).casefold()
    assert "warped" in json.dumps(told)
    assert "@" not in json.dumps(told)


@pytest.mark.parametrize(
    ("name", "reason"), [("Bo Li", "Li did not come"), ("李 明", "李明没来"), ("李明", "李明没来")]
)
def test_a_short_name_is_a_name(old: OldLab, name: str, reason: str) -> None:
    was = old.job(student_name=name)
    old.event(was["id"], "PrintFailed", old.start, {"reason": reason})
    old.event(was["id"], "PrintFailed", old.start, {"reason": "delivered too late"})
    take_over(old)
    told = [event.details.get("reason") for event in events.of_job(was["id"])]
    assert [each for each in told if each] == ["delivered too late"]


def test_what_was_paid_stands_at_the_job(old: OldLab) -> None:
    was = old.job("PAIDPICKEDUP")
    take_over(old)
    assert row(was["id"]).paid_cents == 238


def test_a_second_run_writes_nothing(old: OldLab) -> None:
    in_every_status(old)
    old.catalog(methods=["Filament"], printers=[_printer("Bambu X1")], materials=[])
    take_over(old)
    before = invariants.everything()
    again = take_over(old)
    assert (again["new"].get("jobs", 0), again["there_already"]) == (0, {"jobs": 8, "staff": 3})
    assert invariants.everything() == before


def test_a_dry_run_writes_nothing_and_says_the_same(old: OldLab) -> None:
    in_every_status(old)
    old.job("PRINTING", student_email="jane@", printer="lost", cost_usd=-4)
    old.catalog(methods=["Filament"], printers=[_printer("Bambu X1")], materials=[])
    before = invariants.everything()
    dry = take_over(old, "--dry-run")
    assert invariants.everything() == before
    assert take_over(old) == dry
    assert dry["new"]["jobs"] == 9


def test_both_engines_give_the_same(old: OldLab, postgres: str, nights: Nights, pump: Pump) -> None:
    in_every_status(old)
    old.job("PENDING", notes="ask her\nfirst", reject_reasons=["a", "b"])
    old.catalog(methods=["Filament"], printers=[_printer("Bambu X1")], materials=[])
    by_file = take_over(old, "--dry-run")
    by_server = take_over(old, url=old.save_postgres(postgres))
    assert by_server == by_file
    while pump.step():
        pass
    check_all(nights)


def test_no_mail_goes_out(old: OldLab, pump: Pump, mailbox: Mailbox) -> None:
    in_every_status(old)
    take_over(old)
    assert {message.queue for message in OutboxMessage.scan()} == {"models"}
    while pump.step():
        pass
    assert mailbox.mails() == []


def test_a_pending_job_waits_for_a_new_link(
    old: OldLab, http: HttpClient, staff: HttpClient, admin: HttpClient, pump: Pump, mailbox: Mailbox
) -> None:
    was = old.job("PENDING")
    take_over(old)
    job = ok(staff.get(f"{API}/jobs/{was['id']}"))
    assert job["confirmation"]["expired"] is True
    ok(
        admin.post(
            f"{API}/jobs/{was['id']}/admin/resend-email",
            {"email_type": "approval", "staff_name": "Sam Ortiz"},
        )
    )
    while pump.step():
        pass
    assert len(mailbox.mails()) == 1
    ok(confirm(http, was["id"]))
    assert row(was["id"]).status.value == "READYTOPRINT"


def test_taken_over_jobs_go_on(old: OldLab, staff: HttpClient, nights: Nights, pump: Pump) -> None:
    was = old.job("READYTOPRINT")
    take_over(old)
    job = ok(staff.get(f"{API}/jobs/{was['id']}"))
    for action in (Action.MARK_PRINTING, Action.MARK_COMPLETE):
        ok(act(staff, job, action))
    while pump.step():
        pass
    check_all(nights)


def test_old_days_have_their_figures_and_sealed_days_stay(
    old: OldLab, http: HttpClient, scheduler: Scheduler
) -> None:
    submit(http)
    yesterday = clock.now() - timedelta(days=1)
    for event in Event.scan():  # the lab has run for a while: a day is sealed
        event.delete()
    told = events.make("other", EventType.JOB_REVIEWED, SYSTEM, yesterday)
    events.record([told])
    trail.seal(clock.now())
    sealed = archive.sealed_days()
    assert sealed
    in_every_status(old)
    take_over(old)
    assert trail.verify() is None
    told_day = days.figures([date(2024, 9, 2)])[date(2024, 9, 2)]
    assert told_day["submitted"] == 2
    trail.seal(clock.now() + timedelta(days=1))
    assert trail.verify() is None
    assert trail.rotate(clock.now() + timedelta(days=200)) > 0
    assert trail.verify() is None
    assert figures.differences(date(2024, 9, 2)) == {}
    months = [payment.paid_ts.year for payment in Payment.scan()]
    assert months == [2024, 2024]


def test_staff_come_with_their_state(old: OldLab, staff: HttpClient) -> None:
    old.tables["staff"] += [{"name": "kim  NOW"}, {"name": ""}, {"name": "system"}]
    report = take_over(old)
    assert len(wrong(report, "name")) == 3
    listed = {
        member["name"]: member for member in ok(staff.get(f"{API}/staff", include_inactive="true"))["staff"]
    }
    assert listed["Robin Past"]["is_active"] is False
    assert listed["Kim Now"]["is_active"] is True
    member = directory.find_staff("Robin Past")
    assert member is not None
    assert member.deactivated_at == (old.start + timedelta(days=90)).replace(tzinfo=UTC)


def _printer(name: str, **more: Any) -> dict[str, Any]:
    volume = {"x": 256, "y": 256, "z": 256}
    return {
        "id": name,
        "name": name,
        "methods": ["Filament"],
        "build_volume_mm": volume,
        "active": True,
    } | more


def test_the_catalog_gains_what_it_lacks(old: OldLab, http: HttpClient) -> None:
    material = {
        "id": "petg",
        "name": "PETG",
        "method": "Filament",
        "price_per_gram": 0.12,
        "colors": ["Blue"],
    }
    old.catalog(
        methods=["Filament", "Laser"],
        printers=[_printer("Prusa MK4S"), _printer("Bambu X1"), _printer("No Size", build_volume_mm=None), 7],
        materials=[material, {**material, "name": "Gold", "id": "gold", "price_per_gram": -1}],
    )
    report = take_over(old)
    offer = ok(http.get(f"{API}/catalog"))
    printers = [printer["id"] for printer in offer["printers"]]
    assert printers[-1] == "bambu-x1"
    assert printers.count("prusa-mk4s") == 1
    [petg] = [m for m in offer["materials"] if m["id"] == "petg"]
    assert petg["price_per_gram_cents"] in {12, "12"}
    assert len(wrong(report, "data")) == 3


def test_files_are_found_named_and_proven(old: OldLab, nights: Nights, pump: Pump) -> None:
    was = old.job("PRINTING", display_name=None)
    was["display_name"] = Path(was["file_path"]).name  # some versions kept the ending
    stem = Path(was["file_path"]).stem
    old.put("Printing", f"{stem}_PLA 0.2mm.gcode", b"G28\n" * 400)
    old.put("Pending", f"{stem}.stl", b"an older copy")
    old.put("Uploaded", "stray.stl")
    (old.storage / "Uploaded" / "link.stl").symlink_to("/etc/passwd")
    report = take_over(old)
    job = row(was["id"])
    stored = {file.key for file in files.versions("Printing/")}
    assert stored == {
        f"Printing/{job.display_name}{end}" for end in (".stl", "_PLA 0.2mm.gcode", ".metadata.json")
    }
    places = {problem["row"] for problem in report["problems"] if problem["table"] == "storage"}
    assert places == {"Uploaded/stray.stl", "Uploaded/link.stl"}
    assert len(wrong(report, "file_path")) == 1
    while pump.step():
        pass
    check_all(nights)


def test_a_path_in_a_row_leads_nowhere(old: OldLab, tmp_path: Path) -> None:
    (tmp_path / "secret.stl").write_bytes(b"not for students" * 100)
    was = old.job(file_path="../../secret.stl", display_name="../../secret", original_filename="../../x.stl")
    report = take_over(old)
    job = row(was["id"])
    assert job.file_size == 0
    assert job.original_filename == "x.stl"
    assert not any(file.key.endswith(".stl") for file in files.versions(""))
    assert len(wrong(report, "file_path")) == 1


def test_a_job_without_its_file_comes_over_and_is_told(old: OldLab, nights: Nights) -> None:
    was = old.job("PAIDPICKEDUP")
    for path in old.storage.rglob("*.stl"):
        path.unlink()
    report = take_over(old)
    assert len(wrong(report, "file_path")) == 1
    assert row(was["id"]).file_hash == was["file_hash"]
    assert [finding["kind"] for finding in nights.audit()["findings"]] == ["broken_link"]


def test_another_hash_than_the_old_system_wrote_down_is_told(old: OldLab) -> None:
    was = old.job(file_hash="ab" * 32)
    report = take_over(old)
    assert "is not the SHA-256 of" in wrong(report, "file_hash")[0]
    assert row(was["id"]).file_hash != "ab" * 32


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "student_email": ("jane@@x", "student_email", "unknown@example.invalid"),
    "student_name": ("Jane\r\nBcc: x@y.z", "student_name", "Jane Bcc: x@y.z"),
    "discipline": ("Wizardry", "discipline", "Other"),
    "cost_usd": (-3.5, "cost_cents", None),
    "weight_g": ("heavy", "weight_g", None),
    "time_hours": (1e9, "time_hours", None),
    "printer": ("Old Faithful", "printer", "old-faithful"),
    "staff_viewed_at": ("yesterday", "staff_viewed_at", None),
    "status": ("???", "status", "UPLOADED"),
    "created_at": ("2999-01-01 00:00:00", "status", "UPLOADED"),
    "acknowledged_minimum_charge": ("maybe", "acknowledged_minimum_charge", False),
}


@pytest.mark.parametrize("column", BROKEN)
def test_a_broken_value_is_mended_by_its_rule_and_told(old: OldLab, column: str) -> None:
    value, name, expected = BROKEN[column]
    was = old.job(**{column: value})
    report = take_over(old)
    assert [p["column"] for p in report["problems"] if p["row"] == was["id"]] == [column]
    assert getattr(row(was["id"]), name) == expected


GARBAGE = (
    b"\xff\x00",
    "\x00\u202e",
    "x" * 3000,
    -1e308,
    0,
    "NaN",
    "[[[",
    '{"a": [1, {}]}',
    "9" * 40,
    "../..",
    "'; DROP--",
)


def test_whatever_a_row_holds_nothing_breaks(old: OldLab) -> None:
    good = old.job("PRINTING")
    for value in GARBAGE:
        job = old.job("COMPLETED")
        keys = {"id", "status", "display_name", "file_path", "short_id"}
        job.update({column: value for column in SCHEMA["job"] if column not in keys})
        old.job("PAIDPICKEDUP").update({"display_name": value, "file_path": value, "status": value})
        old.tables["payment"][-1].update(
            {"grams": value, "price_cents": value, "paid_ts": value, "txn_no": value}
        )
        garbled = dict.fromkeys(
            ("timestamp", "event_type", "details", "triggered_by", "workstation_id"), value
        )
        old.tables["event"][-1].update(garbled)
        old.tables["staff"].append(dict.fromkeys(SCHEMA["staff"], value))
        old.tables["catalog_store"].append({"id": str(value), "data": value})
    report = take_over(old)
    assert "jobs not written" not in report["new"]
    assert not [problem for problem in report["problems"] if "understood" in problem["wrong"]]
    assert row(good["id"]).status.value == "PRINTING"
    assert len(list(Job.scan())) >= 1 + len(GARBAGE)
    invariants.check_trail()
    invariants.check_guards(list(Job.scan()))


def test_rows_that_cannot_be_right_are_left_out_and_told(old: OldLab) -> None:
    first, second = old.job("PAIDPICKEDUP"), old.job()
    old.tables["job"].append({**second, "id": second["id"].upper(), "short_id": None})
    old.tables["job"].append({**second, "id": "", "short_id": None})
    old.tables["job"].append({**second, "id": "x", "display_name": "None", "file_path": "", "status": "??"})
    old.tables["payment"][0]["price_cents"] = -238
    old.tables["payment"].append({"job_id": "nobody", "price_cents": 1})
    old.event("nobody", "JobCreated", old.start)
    old.event(None, "CatalogUpdated", old.start)
    report = take_over(old)
    assert report["new"]["jobs"] == 2
    assert len(wrong(report, "id")) == 2
    assert len(wrong(report, "job_id")) == 2
    assert len(wrong(report, "price_cents")) == 1
    assert report["found"]["events of no job, left out"] == 1
    assert row(first["id"]).payment_id is None


def test_an_earlier_version_of_the_old_system_is_enough(old: OldLab, nights: Nights, pump: Pump) -> None:
    made = in_every_status(old)
    gone = {
        "payment": (),
        "staff": (),
        "catalog_store": (),
        "event": (),
        "job": ("short_id", "file_hash", "notes"),
    }
    url = old.save(old.storage.parent / "early.db", without=gone)
    report = take_over(old, url=url)
    missing = {(p["table"], p["column"]) for p in report["problems"] if p["wrong"].startswith("missing")}
    assert missing == {
        *(("payment", ""), ("staff", ""), ("catalog_store", ""), ("event", "")),
        *(("job", "short_id"), ("job", "file_hash"), ("job", "notes")),
    }
    assert [row(was["id"]).status.value for was in made.values()] == list(made)
    while pump.step():
        pass
    check_all(nights)


def test_a_foreign_short_id_is_replaced_and_still_found(old: OldLab, staff: HttpClient) -> None:
    was, same = old.job(short_id="A1B2C3D4E5"), old.job(short_id="a1")
    take_over(old)
    found = ok(staff.get(f"{API}/jobs", status="UPLOADED", search="a1b2c3d4e5"))["jobs"]
    assert [job["id"] for job in found] == [was["id"]]
    assert row(was["id"]).short_id != row(same["id"]).short_id
    assert "A1B2C3D4E5" in row(was["id"]).notes[0]["text"]


def test_two_active_jobs_of_one_file_share_no_reservation(old: OldLab) -> None:
    content = stl_bytes(next_seed())
    made = [old.job(content=content, student_email="same@example.edu") for _ in range(2)]
    take_over(old)
    assert [row(was["id"]).holds_guard for was in made] == [True, False]
    invariants.check()


def test_a_long_history_fits(old: OldLab, nights: Nights, pump: Pump) -> None:
    was = old.job("PRINTING")
    for number in range(300):
        old.event(was["id"], "NotesUpdated", old.start + timedelta(days=number), {"n": number})
    take_over(old)
    last = events.of_job(was["id"])[-1]
    assert last.details["legacy_events"] == 305
    assert len(last.details["only_here"]) == 265
    while pump.step():
        pass
    check_all(nights)


def test_a_job_deleted_since_stays_deleted(old: OldLab, staff: HttpClient) -> None:
    was = old.job()
    take_over(old)
    job = ok(staff.get(f"{API}/jobs/{was['id']}"))
    ok(staff.post(f"{API}/jobs/{was['id']}/lock", {"staff_name": "Sam Ortiz"}))
    gone = {"staff_name": "Sam Ortiz", "confirm": job["short_id"]}
    assert staff.delete(f"{API}/jobs/{was['id']}", gone).status in {200, 204}
    report = take_over(old)
    assert report["new"].get("jobs", 0) == 0
    assert jobs.find(was["id"]) is None
    assert wrong(report, "id") == ["taken over before and deleted since"]


def test_a_time_without_a_zone_is_of_the_zone_that_is_given(old: OldLab) -> None:
    was = old.job(created_at=datetime(2024, 7, 1, 12))
    take_over(old, "--timezone", "America/Chicago")
    assert row(was["id"]).created_at == datetime(2024, 7, 1, 17, tzinfo=UTC)


def test_a_file_that_cannot_be_read_keeps_its_own_job_only(old: OldLab, tmp_path: Path) -> None:
    was, other = old.job("PRINTING"), old.job("PRINTING")
    url, listed = old.save(tmp_path / "old.db"), storage.listing(old.storage)
    path = old.storage / "Printing" / f"{was['display_name']}.stl"
    content = path.read_bytes()
    path.unlink()
    run = Import(source.read(url), listed, UTC, clock.now(), apply=True, progress=lambda *_: None)
    report = run.run().as_dict()
    assert (report["new"]["jobs"], report["new"]["jobs not written"]) == (1, 1)
    assert [p["row"] for p in report["problems"] if "cannot be read" in p["wrong"]] == [was["id"]]
    path.write_bytes(content)
    assert take_over(old)["new"]["jobs"] == 1
    assert {row(was["id"]).status.value, row(other["id"]).status.value} == {"PRINTING"}


def test_a_name_of_other_bytes_than_utf8_is_told(old: OldLab, capsys: pytest.CaptureFixture[str]) -> None:
    was = old.job("PRINTING")
    for folder in (old.storage, old.storage / "Printing"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/M\xfcller.stl"))).write_bytes(b"x")
    report = take_over(old)
    told = {problem["row"] for problem in report["problems"] if problem["table"] == "storage"}
    assert told == {"M\\xfcller.stl", "Printing/M\\xfcller.stl"}
    assert row(was["id"]).status.value == "PRINTING"
    assert "M\\xfcller.stl" in capsys.readouterr().out.encode().decode()


def test_a_zone_that_is_none_is_said(old: OldLab, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        take_over(old, "--timezone", "America/Chigaco")
    assert "America/Chigaco" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["sqlite:////nowhere/old.db", "mysql://x/y", "postgresql://127.0.0.1:1/x"])
def test_what_cannot_be_read_is_said(old: OldLab, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", url, "--storage", str(old.storage)]) == 2
    assert capsys.readouterr().err
