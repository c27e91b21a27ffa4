"""Schedules: when they are due, and what the functions get."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate

from chalicelib.aws import watch
from infra.local import __main__ as local
from infra.local import scheduler as module
from infra.local.functions import Functions
from infra.local.scheduler import Scheduler, next_run

NOW = datetime(2026, 11, 21, 15, 18, 30, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-11-21 15:19:30"),
        ("rate(15 minutes)", "2026-11-21 15:33:30"),
        ("rate(1 hour)", "2026-11-21 16:18:30"),
        ("rate(7 days)", "2026-11-28 15:18:30"),
        ("cron(* * * * ? *)", "2026-11-21 15:19:00"),
        ("cron(0/15 * * * ? *)", "2026-11-21 15:30:00"),
        ("cron(18 15 * * ? *)", "2026-11-22 15:18:00"),
        ("cron(0 3 * * ? *)", "2026-11-22 03:00:00"),
        ("cron(30 8-10,20 * * ? *)", "2026-11-21 20:30:00"),
        ("cron(0 10 ? * MON-FRI *)", "2026-11-23 10:00:00"),
        ("cron(0 10 ? * 1 *)", "2026-11-22 10:00:00"),
        ("cron(0 0 1 * ? *)", "2026-12-01 00:00:00"),
        ("cron(0 0 31 JAN,mar ? *)", "2027-01-31 00:00:00"),
        ("cron(0 12 29 2 ? *)", "2028-02-29 12:00:00"),
        ("cron(0 0 1 1 ? 2030)", "2030-01-01 00:00:00"),
    ],
)
def test_next_run(expression: str, due: str) -> None:
    assert next_run(expression, NOW) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "", "rate(0 minutes)", "rate(5 seconds)", "every day", "cron(0 3 * *)", "cron(60 3 * * ? *)",
        "cron(0 3 L * ? *)", "cron(0 3 ? * 2#1 *)", "cron(0/0 * * * ? *)", "cron(5-1 * * * ? *)",
        "cron(0 0 31 2 ? *)",
    ],
)  # fmt: skip
def test_an_expression_that_is_not_understood_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"not understood|out of range|never"):
        next_run(expression, NOW)


def _app() -> tuple[Chalice, list[dict[str, Any]], threading.Event]:
    app, events, ran = Chalice("scheduled"), [], threading.Event()

    @app.schedule(Rate(5, unit=Rate.MINUTES))
    def tidy(event: CloudWatchEvent) -> str:
        events.append(event.to_dict())
        ran.set()
        return "tidied"

    @app.schedule(Cron(0, 3, "*", "*", "?", "*"))
    def broken(_event: CloudWatchEvent) -> None:
        raise RuntimeError("broken")

    return app, events, ran


def test_a_function_gets_the_event_of_eventbridge() -> None:
    app, events, _ = _app()
    assert Scheduler(Functions(app)).run_once("tidy", NOW) == "tidied"
    (event,) = events
    assert event["time"] == "2026-11-21T15:18:30Z"
    assert event["source"] == "aws.events"
    assert event["detail-type"] == "Scheduled Event"
    assert event["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/tidy"]
    assert set(event) == {
        "version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"
    }  # fmt: skip


def test_run_once_lets_the_functions_error_through() -> None:
    with pytest.raises(RuntimeError, match="broken"):
        Scheduler(Functions(_app()[0])).run_once("broken", NOW)


def test_due_functions_run_until_stopped_and_a_failure_does_not_end_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, events, ran = _app()
    monkeypatch.setattr(module, "next_run", lambda _expression, after: after + timedelta(milliseconds=5))
    scheduler = Scheduler(Functions(app))
    scheduler.start()
    for _ in range(3):
        assert ran.wait(10)
        ran.clear()
    scheduler.stop()
    count = len(events)
    assert count >= 3
    assert not ran.wait(0.05) or len(events) == count


def test_what_was_missed_while_the_machine_was_off_runs_once_at_the_start() -> None:
    app, events, ran = _app()
    began = datetime.now(UTC).replace(microsecond=0)
    scheduler = Scheduler(Functions(app))
    scheduler.start({"tidy": began - timedelta(days=3)})
    assert ran.wait(10)
    scheduler.stop()
    (event,) = events
    assert datetime.fromisoformat(event["time"].replace("Z", "+00:00")) >= began, (
        "not the time that was missed"
    )


def test_what_never_ran_is_missed_from_when_it_was_expected(fresh: None) -> None:
    app, events, ran = _app()
    began = datetime.now(UTC)
    watch.expect("tidy", began - timedelta(days=3))
    watch.expect("broken", began)  # a new installation: not due yet
    last_runs = local.last_runs()
    assert last_runs == {"tidy": began - timedelta(days=3), "broken": began}
    scheduler = Scheduler(Functions(app))
    scheduler.start(last_runs)
    assert ran.wait(10)
    scheduler.stop()
    assert len(events) == 1


def test_what_ran_counts_from_its_last_run(fresh: None) -> None:
    watch.expect("tidy", NOW)
    watch.ran("tidy", NOW + timedelta(days=1), 1.0)
    assert local.last_runs() == {"tidy": NOW + timedelta(days=1)}


def test_what_ran_lately_waits_for_its_time() -> None:
    app, events, ran = _app()
    scheduler = Scheduler(Functions(app))
    scheduler.start({"tidy": datetime.now(UTC) - timedelta(seconds=30)})
    assert not ran.wait(0.1)
    scheduler.stop()
    assert events == []


def test_an_application_with_a_wrong_schedule_does_not_start() -> None:
    app = Chalice("wrong")

    @app.schedule("rate(5 seconds)")
    def never(_event: CloudWatchEvent) -> None:
        """Not called."""

    with pytest.raises(ValueError, match="5 seconds"):
        Scheduler(Functions(app))
