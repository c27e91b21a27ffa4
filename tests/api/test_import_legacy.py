"""What the old system held stands in the new one: whole, once, and proven by the new one's own checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.aws import jobs
from chalicelib.aws.tables import OutboxMessage
from chalicelib.domain.lifecycle import Action
from infra.http_client import HttpClient
from infra.import_legacy.__main__ import main
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import invariants
from tests.legacy.moving_in import check_all, in_every_status, printer, take_over, wrong
from tests.legacy.old_lab import FOLDERS, OldLab
from tests.legacy.postgres import server_url
from tests.nights import Nights
from tests.steps import API, act, confirm, ok, row


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A database of a private server."""
    yield from server_url()


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


def test_a_second_run_writes_nothing(old: OldLab) -> None:
    in_every_status(old)
    old.catalog(methods=["Filament"], printers=[printer("Bambu X1")], materials=[])
    take_over(old)
    before = invariants.everything()
    again = take_over(old)
    assert (again["new"].get("jobs", 0), again["there_already"]) == (0, {"jobs": 8, "staff": 3})
    assert invariants.everything() == before


def test_a_dry_run_writes_nothing_and_says_the_same(old: OldLab) -> None:
    in_every_status(old)
    old.job("PRINTING", student_email="jane@", printer="lost", cost_usd=-4)
    old.catalog(methods=["Filament"], printers=[printer("Bambu X1")], materials=[])
    before = invariants.everything()
    dry = take_over(old, "--dry-run")
    assert invariants.everything() == before
    assert take_over(old) == dry
    assert dry["new"]["jobs"] == 9


def test_both_engines_give_the_same(old: OldLab, postgres: str, nights: Nights, pump: Pump) -> None:
    in_every_status(old)
    old.job("PENDING", notes="ask her\nfirst", reject_reasons=["a", "b"])
    old.catalog(methods=["Filament"], printers=[printer("Bambu X1")], materials=[])
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


def test_a_zone_that_is_none_is_said(old: OldLab, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        take_over(old, "--timezone", "America/Chigaco")
    assert "America/Chigaco" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["sqlite:////nowhere/old.db", "mysql://x/y", "postgresql://127.0.0.1:1/x"])
def test_what_cannot_be_read_is_said(old: OldLab, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--database", url, "--storage", str(old.storage)]) == 2
    assert capsys.readouterr().err
