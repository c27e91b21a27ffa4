"""What happened in the old system is told by the trail and counted by the figures, and names no student."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.aws import days, events
from chalicelib.aws import trail as archive
from chalicelib.aws.tables import Event, Payment
from chalicelib.domain.events import EventType
from chalicelib.domain.people import SYSTEM
from chalicelib.services import clock, figures, trail
from infra.http_client import HttpClient
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.legacy.moving_in import check_all, in_every_status, take_over
from tests.legacy.old_lab import OldLab
from tests.nights import Nights
from tests.steps import API, ok, row, submit


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
