"""The main job and the life around it, through CloudFront, API Gateway, Lambda and their triggers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app import app
from infra import demo
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from tests.stack.conftest import STAFF, TRIAL, Command, Site
from tests.stack.emulated_aws import EmulatedAws
from tests.stack.lab import Lab, awaited, physical

pytestmark = pytest.mark.stack

API = "/api/v1"
SCHEDULED = [schedule.function for schedule in Functions(app).schedules()]


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
    links = [link for mail in mails.mails() if job["student_email"] in mail["to"] for link in mail["links"]]
    assert links
    assert all(link.startswith(site.url) for link in links)


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


def test_an_operators_commands_reach_the_stage(admin: Site, command: Command) -> None:
    assert "holds" in command("infra.deploy.connect", "trial", "infra.trail", "verify")


def test_only_the_site_reaches_the_api(aws: EmulatedAws, site: Site) -> None:
    api = physical(aws, TRIAL.name, "RestAPI")
    direct = site.get(f"{aws.endpoint}/_aws/execute-api/{api}/trial{API}/health")
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
