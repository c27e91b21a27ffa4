"""What staff see of the lab's own health: components, metrics, history."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import queues, watch
from chalicelib.aws.tables import ConfigDocument, Watch
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.schedules import LONGEST_PAUSE
from chalicelib.services import health
from infra.http_client import HttpClient
from infra.local.functions import Functions
from infra.local.ports import free_port, listen
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.api.post_office import PostOffice
from tests.api.watch import monitoring, now
from tests.steps import API, ok, submit, to_status, wrong_fields

NO_COUNT = {"count": 0, "oldest": None}


# --- components ---------------------------------------------------------------------------


def test_every_component_answers(staff: HttpClient) -> None:
    shown = monitoring(staff, "health")
    assert shown["status"] == "ok"
    assert set(shown["components"]) == {"database", "files", "queues", "mail"}
    for component in shown["components"].values():
        assert component["status"] == "ok"
        assert 0 < component["latency_ms"] < 5000


def test_a_mail_server_that_is_down_is_named(
    staff: HttpClient, http: HttpClient, restart_with: Callable[..., None]
) -> None:
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    answer = staff.get(f"{API}/monitoring/health")
    assert answer.status == 503
    components = answer.json()["components"]
    assert {name for name, part in components.items() if part["status"] == "down"} == {"mail"}
    ok(http.get(f"{API}/health"))  # students can go on: their mails wait


def test_a_component_that_is_silent_is_down(
    staff: HttpClient, restart_with: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(listen(free_port())) as silent:  # takes connections, and never says a word
        restart_with(PRINTLAB_SMTP_PORT=str(silent.getsockname()[1]))
        monkeypatch.setattr(health, "_PATIENCE_S", 0.5)
        answer = staff.get(f"{API}/monitoring/health")
        components = answer.json()["components"]
    assert answer.status == 503
    assert components["mail"] == {"status": "down", "latency_ms": 500.0}
    assert components["database"]["status"] == "ok"


# --- metrics ------------------------------------------------------------------------------


def test_the_process_says_what_it_uses(staff: HttpClient) -> None:
    first, second = (monitoring(staff, "metrics/system") for _ in range(2))
    assert first["python"].startswith("3.")
    assert first["on_lambda"] is False
    assert 10_000_000 < first["memory_bytes"] <= first["peak_memory_bytes"] < first["memory_limit_bytes"]
    assert second["cpu_s"] >= first["cpu_s"] > 0
    assert first["uptime_s"] > 0
    assert 0 < first["disk_free_bytes"] < first["disk_total_bytes"]
    started = datetime.fromisoformat(first["started_at"]) - datetime.fromisoformat(second["started_at"])
    assert abs(started) < timedelta(seconds=1)


def test_on_lambda_the_limit_is_that_of_the_function(
    staff: HttpClient, restart_with: Callable[..., None]
) -> None:
    restart_with(AWS_LAMBDA_FUNCTION_MEMORY_SIZE="1536")
    shown = monitoring(staff, "metrics/system")
    assert (shown["on_lambda"], shown["memory_limit_bytes"]) == (True, 1536 * 1024 * 1024)


def test_an_empty_lab(staff: HttpClient) -> None:
    shown = monitoring(staff, "metrics/application")
    assert shown["jobs"] == {status.value: 0 for status in Status}
    assert shown["oldest_jobs"] == {}
    assert shown["outbox"] == {"mail": NO_COUNT, "models": NO_COUNT, "audits": NO_COUNT}
    assert (shown["failed_mails"], shown["cleanups_open"], shown["uploads_open"]) == (NO_COUNT, NO_COUNT, 0)
    assert shown["dead_letters"] == {"mail": 0, "models": 0, "audits": 0}
    assert {name: run["last_run"] for name, run in shown["schedules"].items()} == dict.fromkeys(LONGEST_PAUSE)


def test_what_waits_is_counted(
    http: HttpClient, staff: HttpClient, cloud: Session, pump: Pump, post_office: PostOffice
) -> None:
    first = submit(http)
    to_status(staff, submit(http), Status.PENDING)
    submit(http)
    shown = monitoring(staff, "metrics/application")
    assert {status: n for status, n in shown["jobs"].items() if n} == {"UPLOADED": 2, "PENDING": 1}
    assert shown["oldest_jobs"]["UPLOADED"] == first["created_at"]
    assert (shown["outbox"]["mail"]["count"], shown["outbox"]["models"]["count"]) == (4, 3)
    assert shown["outbox"]["mail"]["oldest"] == first["created_at"]

    post_office.recipients = "550 no such user here"
    queue = cloud.client("sqs")
    url = queue.get_queue_url(QueueName=settings().queue("models-dead"))["QueueUrl"]
    queue.send_message(QueueUrl=url, MessageBody="{}")
    pump.step()
    shown = monitoring(staff, "metrics/application")
    assert shown["outbox"] == {"mail": NO_COUNT, "models": NO_COUNT, "audits": NO_COUNT}
    assert shown["failed_mails"]["count"] == 4
    assert shown["dead_letters"] == {"mail": 0, "models": 1, "audits": 0}


def test_everything_in_one_answer(staff: HttpClient, running: None) -> None:
    shown = monitoring(staff, "metrics/all")
    assert set(shown) == {"health", "system", "application"}
    assert set(shown["health"]["components"]) == {"database", "files", "queues", "mail"}
    assert shown["application"]["schedules"]["sweep"]["last_run"]


# --- schedules ----------------------------------------------------------------------------


def test_every_schedule_is_known_and_leaves_its_last_run(
    staff: HttpClient, functions: Functions, scheduler: Scheduler
) -> None:
    names = {schedule.function for schedule in functions.schedules()}
    assert names == set(LONGEST_PAUSE)
    before = now()
    for name in names:
        scheduler.run_once(name, before)
    schedules = monitoring(staff, "metrics/application")["schedules"]
    assert set(schedules) == names
    for name, run in schedules.items():
        assert datetime.fromisoformat(run["last_run"]) >= before, name
        assert run["seconds"] >= 0
        assert run["longest_pause_s"] == LONGEST_PAUSE[name].total_seconds()


def test_a_run_that_fails_leaves_none(scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(queues, "nudge", broken)
    monkeypatch.setattr("chalicelib.services.filing.sweep", broken)
    with pytest.raises(MemoryError):
        scheduler.run_once("sweep", now())
    assert watch.runs() == {}


# --- history ------------------------------------------------------------------------------


def test_a_sample_tells_how_it_was(http: HttpClient, staff: HttpClient, scheduler: Scheduler) -> None:
    ConfigDocument("catalog#000001").update(
        actions=[ConfigDocument.updated_at.set(now() - timedelta(days=1))]
    )
    start = now() - timedelta(minutes=10)
    scheduler.run_once("sample_health", start)
    submit(http)
    scheduler.run_once("sample_health", start + timedelta(minutes=5))
    scheduler.run_once("sample_health", start + timedelta(minutes=5))  # EventBridge may fire twice
    history = monitoring(staff, "history", hours=1)
    assert history["hours"] == 1
    first, second = history["samples"]
    assert datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"]) == timedelta(minutes=5)
    assert (first["jobs"]["UPLOADED"], second["jobs"]["UPLOADED"]) == (0, 1)
    assert (first["outbox"]["mail"], second["outbox"]["mail"]) == (0, 1)
    assert first["alerts"] == ["schedule-late:sample_health"]
    assert second["alerts"] == []
    assert set(second["latency_ms"]) == {"database", "files", "queues", "mail"}


def test_a_week_is_thinned_and_older_samples_are_left_out(staff: HttpClient) -> None:
    end = now() - timedelta(minutes=5)
    measures: dict[str, Any] = {
        "latency_ms": {}, "jobs": {}, "outbox": {}, "outbox_age_s": {}, "given_up": 0, "dead": {},
        "uploads_open": 0, "cleanups_open": 0,
    }  # fmt: skip
    for number in range(360):
        watch.remember(end - timedelta(minutes=30 * number), measures, {})
    shown = monitoring(staff, "history", hours=168)["samples"]
    times = [datetime.fromisoformat(sample["at"]) for sample in shown]
    assert times == [end - timedelta(hours=number) for number in reversed(range(168))]
    assert len(monitoring(staff, "history", hours=1)["samples"]) == 2
    assert len(monitoring(staff, "history")["samples"]) == 48


def test_samples_expire(scheduler: Scheduler) -> None:
    at = now()
    scheduler.run_once("sample_health", at)
    (sample,) = Watch.query("sample")
    assert sample.expires_at == at + timedelta(days=8)
    assert [row.expires_at for row in Watch.query("run")] == [None] * len(LONGEST_PAUSE)


@pytest.mark.parametrize("hours", ["0", "169", "x", "-1"])
def test_a_time_that_makes_no_sense(staff: HttpClient, hours: str) -> None:
    assert list(wrong_fields(staff.get(f"{API}/monitoring/history", hours=hours))) == ["hours"]
