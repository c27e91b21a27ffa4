"""A lab is lost and comes back: every row and every byte, mails held, sessions ended, figures counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from localstack_client.session import Session

from chalicelib.aws import days, events, files, outbox
from chalicelib.aws import trail as archive
from chalicelib.aws.places import Folder, Place, place
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, Actor, Status
from chalicelib.domain.people import SYSTEM, Caller
from chalicelib.services import backup_store, backups, clock, trail
from infra import backup, restore
from infra.http_client import HttpClient
from infra.local import environment
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from infra.new_place import NotEmpty
from tests import invariants, steps
from tests.backup.lab import Lab
from tests.steps import act, confirm, every_status, lock, ok, refused, submit, to_status

S = Status
SAM = Caller(Actor.STAFF, steps.SAM, "front-desk")


def backed_up(where: Place) -> str:
    """A new backup, by its stamp."""
    made = backups.make(where, clock.now())
    assert made
    backups.check(where, made.manifest.stamp)
    return made.manifest.stamp


@pytest.fixture
def busy(http: HttpClient, staff: HttpClient, pump: Pump) -> None:
    """A lab with a job in each status, a payment, a lock and mails that were sent."""
    for _, _job in every_status(http, staff):
        pass
    paid, open_ = submit(http), submit(http)
    to_status(staff, paid, S.COMPLETED)
    ok(lock(staff, paid))
    ok(act(staff, paid, Action.PAYMENT))
    ok(lock(staff, open_))
    while pump.step():
        pass


@pytest.mark.usefixtures("busy")
def test_everything_comes_back(cloud: Session, folder: Folder, destroy: Callable[[], None]) -> None:
    lab = Lab(cloud)
    before, days = lab.everything(), lab.rows("days")
    stamp = backed_up(folder)
    destroy()
    assert restore.restore(folder, stamp) == []
    assert lab.everything() == before
    assert len(lab.rows("payments")) == 1
    assert lab.rows("days") == days
    invariants.check()


@pytest.mark.usefixtures("busy")
def test_a_bucket_is_as_good_as_a_folder(cloud: Session, destroy: Callable[[], None]) -> None:
    bucket = place(f"s3://{environment.BUCKET}-backups/nightly")
    for piece in list(bucket.pieces("")):
        bucket.delete(piece.name)
    before = Lab(cloud).everything()
    stamp = backed_up(bucket)
    destroy()
    assert restore.restore(bucket, stamp) == []
    assert Lab(cloud).everything() == before


def test_a_restored_lab_goes_on(
    http: HttpClient, staff: HttpClient, folder: Folder, destroy: Callable[[], None]
) -> None:
    job = submit(http)
    to_status(staff, job, S.PENDING)
    stamp = backed_up(folder)
    destroy()
    restore.restore(folder, stamp)
    refused(staff.get(f"{steps.API}/jobs/{job['id']}"), 401)
    again = steps.login(http, "front-desk")
    ok(confirm(http, job["id"]))  # links that were sent before still count
    ok(act(again, job, Action.MARK_PRINTING))
    submit(http)
    invariants.check()


def test_numbers_are_spelled_as_the_table_spells_them(
    http: HttpClient, staff: HttpClient, folder: Folder, destroy: Callable[[], None]
) -> None:
    ok(act(staff, submit(http), Action.APPROVE, weight_g=200, time_hours=2))
    stamp = backed_up(folder)
    destroy()
    assert restore.restore(folder, stamp) == []


def test_no_mail_goes_out_by_itself(
    http: HttpClient, mailbox: Mailbox, folder: Folder, pump: Pump, destroy: Callable[[], None]
) -> None:
    job = submit(http)  # its receipt waits
    stamp = backed_up(folder)
    destroy()
    restore.restore(folder, stamp)
    while pump.step():
        pass
    assert mailbox.mails() == []
    [held] = outbox.given_up(10)
    assert (held.job_id, held.kind) == (job["id"], "receipt")
    assert "held" in str(held.last_error)
    admin = steps.login(http, "admin-desk")
    ok(admin.post(f"{steps.API}/admin/mail/{held.id}/retry", {"staff_name": steps.SAM}))
    pump.step()
    assert len(mailbox.mails()) == 1


@pytest.fixture
def nights(functions: Functions, scheduler: Scheduler, pump: Pump) -> Callable[[], None]:
    """Let two nights pass in which nobody is there."""

    def pass_() -> None:
        for night in (1, 2):
            for schedule in functions.schedules():
                scheduler.run_once(schedule.function, clock.now() + timedelta(days=night))
            while pump.step():
                pass

    return pass_


@pytest.mark.usefixtures("busy")
def test_into_a_stage_that_has_seen_nights(
    cloud: Session, folder: Folder, destroy: Callable[[], None], nights: Callable[[], None]
) -> None:
    lab = Lab(cloud)
    before, days = lab.everything(), lab.rows("days")
    stamp = backed_up(folder)
    destroy()
    nights()
    assert lab.rows("events")
    assert lab.files(read=False)
    assert restore.restore(folder, stamp) == []
    assert lab.everything() == before
    assert lab.rows("days") == days
    assert trail.verify() is None


def test_what_was_done_in_a_stage_is_no_night(
    cloud: Session, folder: Folder, destroy: Callable[[], None], nights: Callable[[], None]
) -> None:
    stamp = backed_up(folder)
    destroy()
    nights()
    events.record([events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, SAM, clock.now(), {})])
    before = Lab(cloud).rows("events")
    with pytest.raises(NotEmpty, match="events"):
        restore.restore(folder, stamp)
    assert Lab(cloud).rows("events") == before


def test_only_into_what_is_empty(http: HttpClient, folder: Folder, destroy: Callable[[], None]) -> None:
    submit(http)
    stamp = backed_up(folder)
    before = invariants.everything()
    with pytest.raises(NotEmpty, match="jobs"):
        restore.restore(folder, stamp)
    assert invariants.everything() == before
    destroy()
    files.put("Uploaded/x", b"x", "text/plain")
    with pytest.raises(NotEmpty, match="Uploaded/"):
        restore.restore(folder, stamp)


def test_it_is_put_on_record(folder: Folder, destroy: Callable[[], None]) -> None:
    stamp = backed_up(folder)
    destroy()
    restore.restore(folder, stamp)
    last = events.of_job(events.SYSTEM_EVENTS)[-1]
    assert (last.details, last.triggered_by) == ({"operation": "restore", "backup": stamp}, "system")


def test_figures_of_an_import_that_went_on_meanwhile_are_counted_anew(
    folder: Folder, destroy: Callable[[], None]
) -> None:
    now = clock.now()
    long_ago = now - timedelta(days=400)
    archive.note_import(now.date())
    details = {"action": "submit", "to_status": "UPLOADED", "happened_at": long_ago.isoformat(), "of": {}}
    events.record([events.make("j", EventType.JOB_CREATED, SYSTEM, now, details)])
    right = days.figures([long_ago.date()])
    days.add(long_ago.date().isoformat(), {"created": 1})  # as copied a moment after the events
    stamp = backed_up(folder)
    destroy()
    restore.restore(folder, stamp)
    assert right[long_ago.date()]
    assert days.figures([long_ago.date()]) == right


def test_what_passes_is_not_kept(http: HttpClient, cloud: Session, folder: Folder) -> None:
    steps.upload(http, b"x" * 2000)  # announced and stored, but no job yet
    files.put("exports/payments.csv", b"money", "text/csv")
    files.put("Orphaned/strange.stl", b"whose?", "application/octet-stream")
    kept = [entry.key for entry in backup_store.files_of(folder, backed_up(folder))]
    assert kept == ["Orphaned/strange.stl"]


def test_an_older_state_by_its_stamp(
    http: HttpClient, folder: Folder, destroy: Callable[[], None], capsys: pytest.CaptureFixture[str]
) -> None:
    first = submit(http)
    made = backups.make(folder, clock.now() - timedelta(days=3))
    assert made
    submit(http)
    backed_up(folder)
    destroy()
    assert made.manifest.rows["jobs"] == 1
    restore.restore(folder, made.manifest.stamp)
    assert steps.row(first["id"]).status is S.UPLOADED
    assert backup.newest(folder) != made.manifest.stamp
