"""The audit trail cannot be changed unseen, and the figures are what it adds up to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chalicelib.aws import days, events, files
from chalicelib.aws import trail as archive
from chalicelib.aws.tables import Event
from chalicelib.domain import trail as rules
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.rejection import USUAL_REASONS
from chalicelib.services import figures, history, tokens, trail
from infra.http_client import HttpClient
from infra.local.scheduler import Scheduler
from tests import steps
from tests.steps import act, ok, row, submit, to_status


def today() -> date:
    """The day of everything that a test does; asked for again by each, as a run may last past midnight."""
    return datetime.now(UTC).date()


def tomorrow() -> datetime:
    """When today is over for good: a day is sealed half an hour after its end at the earliest."""
    return datetime.combine(today() + timedelta(days=1), time(12), UTC)


@pytest.fixture
def job(http: HttpClient, staff: HttpClient, admin: HttpClient) -> dict[str, Any]:
    """One with everything in its history."""
    job = submit(http)
    to_status(staff, job, Status.COMPLETED)
    for action in (Action.REVERT_COMPLETION, Action.MARK_COMPLETE):
        ok(act(staff, job, action))
    ok(steps.lock(staff, job))
    ok(act(staff, job, Action.PAYMENT))
    ok(act(staff, job, Action.REVERT_PICKUP))
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="PRINTING"))
    other = submit(http, student_email="other@example.edu")
    ok(act(staff, other, Action.REJECT, reasons=[USUAL_REASONS["too-thin"], "Walls too thin"]))
    return job


def _first(job: dict[str, Any], kind: str) -> Event:
    return next(event for event in events.of_job(job["id"]) if event.event_type == kind)


def test_an_untouched_trail_holds(job: dict[str, Any], scheduler: Scheduler) -> None:
    assert trail.verify() is None, "nothing is sealed yet"
    scheduler.run_once("keep_trail", tomorrow())
    assert archive.sealed_days() == [today()]
    scheduler.run_once("keep_trail", tomorrow())
    assert trail.verify() is None


def test_a_day_is_sealed_when_it_is_over(job: dict[str, Any]) -> None:
    assert trail.seal(datetime.combine(today(), datetime.max.time(), UTC)) == []
    assert trail.seal(datetime.combine(today() + timedelta(days=3), datetime.max.time(), UTC)) == [
        today() + timedelta(days=n) for n in range(3)
    ]
    assert trail.verify() is None


def _changed(job: dict[str, Any]) -> str:
    event = _first(job, "PaymentRecorded")
    event.details = {**event.details, "price_cents": 1}
    event.save()
    return "changed"


def _renamed(job: dict[str, Any]) -> str:
    event = _first(job, "StaffApproved")
    event.triggered_by = "Somebody Else"
    event.save()
    return "changed"


def _removed(job: dict[str, Any]) -> str:
    _first(job, "StaffApproved").delete()
    return "removed"


def _slipped_in(job: dict[str, Any]) -> str:
    event = _first(job, "StaffApproved")
    event.id = event.id[:-4] + "zzzz"
    event.save()
    return "changed"


def _last_removed(job: dict[str, Any]) -> str:
    events.of_job(job["id"])[-1].delete()
    return "do not make the digest"


@pytest.mark.parametrize("tamper", [_changed, _renamed, _removed, _slipped_in, _last_removed])
def test_whatever_is_tampered_with_is_named(
    job: dict[str, Any], tamper: Callable[[dict[str, Any]], str]
) -> None:
    trail.seal(tomorrow())
    problem = tamper(job)
    broken = trail.verify()
    assert broken is not None
    assert broken.day == today()
    assert problem in broken.problem
    assert broken.job_id in {job["id"], None}


def test_a_missing_digest_is_named(job: dict[str, Any]) -> None:
    trail.seal(tomorrow() + timedelta(days=3))
    for file in files.versions(f"_trail/digests/{today() + timedelta(days=1)}"):
        files.delete(file.key, file.version_id)
    broken = trail.verify()
    assert broken is not None
    assert broken.day == today() + timedelta(days=1)


def test_old_events_move_to_the_archive_and_the_trail_still_holds(job: dict[str, Any]) -> None:
    trail.seal(tomorrow())
    all_of_them = trail.events_of(today())
    moved = [trail.rotate(tomorrow() + timedelta(days=days)) for days in (89, 91, 181, 366)]
    assert moved[0] == 0
    assert moved[1] == 0, "the job was never marked as reviewed"
    assert moved[2] > 0
    assert moved[3] > 0
    assert sum(moved) == len(all_of_them)
    assert list(Event.scan()) == []
    assert trail.events_of(today()) == all_of_them
    assert trail.verify() is None
    assert figures.differences(today()) == {}
    assert trail.rotate(tomorrow() + timedelta(days=366)) == 0


def test_a_history_is_whole_wherever_its_events_are(
    job: dict[str, Any], http: HttpClient, staff: HttpClient
) -> None:
    path, token = f"{steps.API}/jobs/{job['id']}", tokens.tracking(job["id"])
    whole = ok(staff.get(f"{path}/events"))
    assert whole["complete"] is True
    way = ok(http.get(f"{steps.API}/track/{token}"))["timeline"]
    trail.seal(tomorrow())
    for days_later in (181, 366):
        assert trail.rotate(tomorrow() + timedelta(days=days_later)) > 0
        assert ok(staff.get(f"{path}/events")) == whole
        assert ok(staff.get(path))["events"] == whole["events"]
        assert ok(http.get(f"{steps.API}/track/{token}"))["timeline"] == way
    ok(act(staff, job, Action.MARK_COMPLETE))
    assert ok(staff.get(f"{path}/events"))["events"][:-1] == whole["events"], "the chain goes on"
    row(job["id"]).delete()
    assert len(ok(staff.get(f"{path}/events"))["events"]) == len(whole["events"]) + 1


def test_a_history_without_end_is_bounded(
    job: dict[str, Any], staff: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail.seal(tomorrow())
    trail.rotate(tomorrow() + timedelta(days=366))
    monkeypatch.setattr(history, "MAX_PLACES", 1)
    known = ok(staff.get(f"{steps.API}/jobs/{job['id']}/events"))
    assert known["complete"] is False
    assert known["events"]


def test_a_rotation_that_died_after_storing_is_taken_up_again(job: dict[str, Any]) -> None:
    trail.seal(tomorrow())
    leaving = [e for e in trail.events_of(today()) if rules.days_kept(e["event_type"]) == 365]
    archive.write_archive(today(), 365, leaving)
    events.remove_archived([e for e in events.of_day(today().isoformat()) if e.event_type == "JobCreated"])
    assert trail.verify() is None
    trail.rotate(tomorrow() + timedelta(days=366))
    assert list(Event.scan()) == []
    assert trail.verify() is None


def test_the_figures_are_what_happened(job: dict[str, Any]) -> None:
    happened = days.figures([today()])[today()]
    assert figures.differences(today()) == {}
    assert happened["submitted"] == 2
    assert happened["approved"] == happened["confirmed"] == 1
    assert happened["rejected"] == 1
    assert happened["rejected|reason:too-thin"] == 1
    assert happened["completed"] == 0, "completed twice, taken back twice"
    assert happened["revenue_cents"] == happened["payments"] == happened["picked_up"] == 0, "paid, then void"
    assert happened["voided"] == 1
    assert happened["submitted|discipline:Architecture"] == 2
    assert happened[f"acted|staff:{steps.SAM}|event:StaffApproved"] == 1


def test_wrong_figures_are_found_and_corrected(job: dict[str, Any], scheduler: Scheduler) -> None:
    days.add(today().isoformat(), {"approved": 3, "nonsense": 1})
    with pytest.raises(figures.Wrong, match=today().isoformat()):
        scheduler.run_once("check_figures", tomorrow())
    assert figures.differences(today()) == {"approved": -3, "nonsense": -1}
    figures.repair(today(), figures.differences(today()))
    scheduler.run_once("check_figures", tomorrow())


def test_two_events_of_one_moment_are_in_order(staff: HttpClient, http: HttpClient) -> None:
    job = submit(http)
    name = ok(staff.get(f"{steps.API}/jobs/{job['id']}/candidate-files"))["recommended"]

    def opened(_: int) -> None:
        document = {"staff_name": steps.SAM, "filename": name}
        ok(staff.post(f"{steps.API}/jobs/{job['id']}/opened-in-slicer", document))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(opened, range(8)))
    history = events.of_job(job["id"])
    assert sum(event.event_type == "FileOpenedInSlicer" for event in history) == 8
    trail.seal(tomorrow())
    assert trail.verify() is None
