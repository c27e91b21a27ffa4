"""The main job and the life around it, through CloudFront, API Gateway, Lambda and their triggers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app import app
from infra import demo
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from tests.stack.conftest import STAFF, Site
from tests.stack.emulated_aws import EmulatedAws

pytestmark = pytest.mark.stack

API = "/api/v1"
SCHEDULED = [schedule.function for schedule in Functions(app).schedules()]
# A schedule of one minute fires in the next minute; everything else takes seconds.
_PATIENCE_S = 100

Found = TypeVar("Found")


def awaited(what: str, look: Callable[[], Found | None]) -> Found:
    """What `look` finds, as soon as it does. The triggers of emulated AWS tell nobody when they fire."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what} did not come within {_PATIENCE_S} s")


class Lab(demo.Lab):
    """The lab of the demo, at the first workstation of the stage."""

    def __init__(self, admin: Site, site: Site, mails: Mailbox) -> None:
        self.public, self.staff, self._mails = site, admin, mails

    def mail(self, to: str, subject_part: str) -> dict[str, Any]:
        """The newest mail to `to` whose subject holds `subject_part`."""

        def arrived() -> dict[str, Any] | None:
            return next(
                (m for m in self._mails.mails() if to in m["to"] and subject_part in m["subject"]), None
            )

        return awaited(f"a mail about “{subject_part}”", arrived)


@pytest.fixture(scope="module", autouse=True)
def _nothing_denied(aws: EmulatedAws, admin: Site) -> Iterator[None]:
    """Whatever the tests made the functions do, their roles allowed, and none of them logged an error."""
    yield
    lines = list(_log_lines(aws))
    assert any('"Outcome": "sent"' in line for line in lines), "the logs are not read"
    assert [line for line in lines if "AccessDenied" in line or '"level": "ERROR"' in line] == []


def test_a_job_goes_from_the_form_to_pick_up(
    admin: Site, site: Site, mails: Mailbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(demo, "STAFF", STAFF)
    monkeypatch.setattr(demo, "OUT", tmp_path)
    lab, model = Lab(admin, site, mails), demo.models()[1]
    demo.walk(lab, model)
    (job,) = lab.staff.get(f"{API}/jobs", status="PAIDPICKEDUP").json()["jobs"]
    events = [event["event_type"] for event in lab.job(job["id"])["events"]]
    assert events.count("EmailSent") == 3  # receipt, approval, completion
    assert mails.mails()[0]["links"], "the mails lead to the site"
    assert all(link.startswith(site.url) for mail in mails.mails() for link in mail["links"])


def test_a_schedule_fires_by_itself(admin: Site) -> None:
    def swept() -> str | None:
        seen = admin.get(f"{API}/monitoring/metrics/application").json()
        last: str | None = seen["schedules"]["sweep"]["last_run"]
        return last

    def again() -> bool:
        return swept() != first

    first = awaited("a first sweep", swept)
    awaited("another sweep", again)


@pytest.mark.parametrize("function", SCHEDULED)
def test_a_scheduled_function_may_do_what_it_does(admin: Site, aws: EmulatedAws, function: str) -> None:
    event = {
        "id": "by-hand",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "account": "000000000000",
        "resources": [f"arn:aws:events:us-east-1:000000000000:rule/{function}"],
        "version": "0",
        "detail": {},
    }
    answer = aws.client("lambda").invoke(
        FunctionName=f"printlab-trial-{function}", Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in answer, answer["Payload"].read().decode()


def test_an_audit_goes_through_its_queue(admin: Site) -> None:
    begun = admin.post(f"{API}/admin/audit/start", {"staff_name": STAFF})
    assert begun.status == 202, begun.text

    def finished() -> dict[str, Any] | None:
        report = admin.get(f"{API}/admin/audit/report").json()
        return report if report["state"] == "done" else None

    assert awaited("the end of the audit", finished)["findings"] == []


def test_an_operators_commands_reach_the_stage(admin: Site, aws: EmulatedAws, stages: Path) -> None:
    connect = [sys.executable, "-m", "infra.deploy.connect", "--stages", str(stages), "trial"]
    command = [*connect, "infra.trail", "verify"]
    said = subprocess.run(command, env=os.environ | aws.environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "holds" in said.stdout


def test_only_the_site_reaches_the_api(aws: EmulatedAws, site: Site) -> None:
    (api,) = aws.client("apigateway").get_rest_apis()["items"]
    direct = site.get(f"{aws.endpoint}/_aws/execute-api/{api['id']}/trial{API}/health")
    assert (direct.status, direct.json()["error"]) == (403, "direct_access")
    assert site.get(f"{API}/health").status == 200


@pytest.mark.parametrize("path", ["/", "/submit", "/dashboard", "/confirm?token=x", "/js/lib/api.js"])
def test_pages_come_with_their_headers(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 200
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Strict-Transport-Security"]


def test_what_is_not_there_is_told_in_a_page(site: Site) -> None:
    answer = site.get("/nowhere")
    assert answer.status == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def _log_lines(aws: EmulatedAws) -> Iterator[str]:
    logs = aws.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/printlab-trial-")["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            yield from (event["message"] for event in page["events"])
