"""That whoever is woken by an alert or an alarm finds its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api import ROUTES
from chalicelib.domain.alerts import Kind
from chalicelib.domain.schedules import LONGEST_PAUSE
from infra.local import template
from infra.local.provision import parameters

PAGE = Path(__file__).parents[1] / "docs" / "runbook.md"
TEXT = PAGE.read_text("utf-8")
HEADINGS = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
ANCHORS = {heading.lower().replace(" ", "-") for heading in HEADINGS}
RESOURCES = template.resources(parameters("local", "printlab-local-files", "http://localhost"))
ALARMS = [resource.properties for resource in RESOURCES if resource.type == "AWS::CloudWatch::Alarm"]


def test_every_alert_has_its_heading() -> None:
    assert {kind.value for kind in Kind} <= set(HEADINGS)


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm["AlarmName"])
def test_every_alarm_names_its_heading(alarm: dict[str, Any]) -> None:
    page, _, heading = alarm["AlarmDescription"].rpartition(" ")[2].partition("#")
    assert page == "docs/runbook.md"
    assert heading in HEADINGS
    assert alarm["AlarmActions"]


def test_what_must_be_alarmed_is() -> None:
    watched = {(alarm["Namespace"], alarm["MetricName"]) for alarm in ALARMS}
    assert watched >= {
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/Lambda", "Errors"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("PrintLab", "Age"),
        ("PrintLab", "Alerts"),
        ("PrintLab", "Mails"),
    }
    queues = {r.properties["QueueName"] for r in RESOURCES if r.type == "AWS::SQS::Queue"}
    dimensions = [each for alarm in ALARMS for each in alarm.get("Dimensions", [])]
    assert queues <= {each["Value"] for each in dimensions if each["Name"] == "QueueName"}


def test_no_heading_is_left_over() -> None:
    part = TEXT.partition("# Alerts")[2].partition("# Routine")[0]
    alarmed = {alarm["AlarmDescription"].rpartition("#")[2] for alarm in ALARMS}
    assert set(re.findall(r"^## (.+)$", part, re.MULTILINE)) == {kind.value for kind in Kind} | alarmed


def test_its_links_lead_somewhere() -> None:
    for anchor in re.findall(r"\]\(#([^)]+)\)", TEXT):
        assert anchor in ANCHORS, anchor
    for schedule in LONGEST_PAUSE:
        assert f"| `{schedule}` |" in TEXT, schedule


def test_the_requests_that_it_tells_of_exist() -> None:
    known = {(route.method, route.path.removeprefix("/api/v1")) for route in ROUTES}
    told = set(re.findall(r"`(GET|POST|PATCH|DELETE) (?:/api/v1)?(/[^\s`?]*)", TEXT))
    assert len(told) > 10
    for method, path in told:
        pattern = re.sub(r"\{\w+\}", "{}", path)
        assert any(
            method == m and re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", p), pattern) for m, p in known
        ), (method, path)
