"""That the numbers CloudWatch is to have are in the log, in its format, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib import metrics
from chalicelib.aws import jobs, outbox
from infra.http_client import HttpClient
from infra.local import template
from infra.local.provision import parameters
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.api.post_office import OK, PostOffice
from tests.api.test_sync_heartbeat import beat
from tests.steps import submit

Line = dict[str, Any]
Captured = pytest.CaptureFixture[str]
UNITS = {"Count", "Seconds", "Milliseconds"}


@pytest.fixture
def measuring(restart_with: Callable[..., None]) -> None:
    """As on Lambda, where metrics are on."""
    restart_with(AWS_LAMBDA_FUNCTION_MEMORY_SIZE="256")


def lines(capsys: Captured) -> list[Line]:
    """The metric lines written since the last call, each checked against CloudWatch's specification."""
    found = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"_aws"' in line]
    for line in found:
        (description,) = line["_aws"]["CloudWatchMetrics"]
        assert abs(line["_aws"]["Timestamp"] / 1000 - datetime.now(UTC).timestamp()) < 60
        assert description["Namespace"] == "PrintLab"
        (dimensions,) = description["Dimensions"]
        assert all(isinstance(line[name], str) and line[name] for name in dimensions)
        assert description["Metrics"]
        for metric in description["Metrics"]:
            assert isinstance(line[metric["Name"]], int | float)
            assert metric["Unit"] in UNITS
    return found


def of(capsys: Captured, metric: str, *names: str) -> list[tuple[Any, ...]]:
    """The values of a metric with some members beside it."""
    return [tuple(line[name] for name in (metric, *names)) for line in lines(capsys) if metric in line]


def test_a_request(measuring: None, capsys: Captured) -> None:
    metrics.request("approve_job", 409, 0.01234)
    (line,) = lines(capsys)
    del line["_aws"]
    where = {"Stage": "local", "Class": "4xx", "Route": "approve_job", "Status": 409}
    assert line == {**where, "Requests": 1, "Latency": 12.3}


def test_each_attempt_at_a_mail(
    http: HttpClient, pump: Pump, post_office: PostOffice, capsys: Captured, measuring: None
) -> None:
    for answer in (OK, "451 try again later", "550 no such user here"):
        post_office.recipients = answer
        submit(http)
        pump.step()
    found = of(capsys, "Mails", "Outcome", "Kind")
    assert found == [(1, "sent", "receipt"), (1, "postponed", "receipt"), (1, "failed", "receipt")]


def test_each_look_at_a_model(
    http: HttpClient, pump: Pump, capsys: Captured, measuring: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(http)
    pump.step()
    ((count, outcome, seconds),) = of(capsys, "Analyses", "Outcome", "Seconds")
    assert (count, outcome) == (1, "done")
    assert 0 < seconds < 60

    submit(http)
    monkeypatch.setattr("chalicelib.models3d.facts", jobs.get)  # takes no mesh, and says so
    pump.step()
    assert [found[1] for found in of(capsys, "Analyses", "Outcome")] == ["postponed"]


def test_what_a_sweep_finds(
    http: HttpClient, scheduler: Scheduler, capsys: Captured, measuring: None
) -> None:
    submit(http)
    scheduler.run_once("sweep", datetime.now(UTC).replace(microsecond=0, year=datetime.now(UTC).year + 1))
    assert of(capsys, "MessagesWoken", "ChangesSettled") == [(2, 0)]


def test_a_sample_tells_of_the_outbox_and_of_alerts(
    http: HttpClient, scheduler: Scheduler, capsys: Captured, measuring: None
) -> None:
    submit(http)
    scheduler.run_once("sample_health", datetime.now(UTC))
    taken = lines(capsys)
    waiting = {line["Queue"]: line["Waiting"] for line in taken if "Waiting" in line}
    assert waiting == {outbox.MAIL: 1, outbox.MODELS: 1, outbox.AUDITS: 0}
    counts = {line["Severity"]: line["Alerts"] for line in taken if "Alerts" in line}
    assert counts == {"critical": 0, "warning": 0, "info": 0}


def test_a_lab_pc_writes_none(http: HttpClient, pump: Pump, capsys: Captured) -> None:
    metrics.request("show_job", 200, 0.1)
    submit(http)
    pump.step()
    assert lines(capsys) == []


def test_what_alarms_watch_is_written(
    http: HttpClient,
    agent: HttpClient,
    pump: Pump,
    post_office: PostOffice,
    scheduler: Scheduler,
    capsys: Captured,
    measuring: None,
) -> None:
    post_office.recipients = "550 no such user here"
    submit(http)
    pump.step()
    beat(agent)
    scheduler.run_once("sample_health", datetime.now(UTC))
    written = lines(capsys)
    values = parameters("local", "printlab-local-files", "http://localhost")
    alarms = [r.properties for r in template.resources(values) if r.type == "AWS::CloudWatch::Alarm"]
    ours = [alarm for alarm in alarms if alarm["Namespace"] == metrics.NAMESPACE]
    assert len(ours) == 4
    for alarm in ours:
        wanted = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
        matching = [
            line for line in written if alarm["MetricName"] in line and wanted.items() <= line.items()
        ]
        assert matching, alarm["AlarmName"]
        (dimensions,) = matching[0]["_aws"]["CloudWatchMetrics"][0]["Dimensions"]
        assert set(dimensions) == set(wanted), alarm["AlarmName"]
