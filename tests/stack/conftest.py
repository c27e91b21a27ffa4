"""Stages on emulated AWS for all tests here: packaged, deployed, furnished as docs/deploy.md says."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.deploy import package
from infra.deploy.dependencies import MACHINES
from infra.deploy.deployment import Deployment
from infra.deploy.stages import Stage
from infra.http_client import HttpClient, Response
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from tests.stack.emulated_aws import EmulatedAws

STAFF = "Sam Ortiz"
_SMTP_PORT = free_port()
TRIAL = Stage(
    name="trial",
    region="us-east-1",
    mail_from="PrintLab <print@example.edu>",
    mail_identity="example.edu",
    alarm_email="lab@example.edu",
)
# In its sandbox SES mails to verified identities only: that of the demo's students.
RECIPIENTS = "student.example.edu"
# What the lab moves to when the first stage is lost.
TWIN = replace(TRIAL, name="twin")

Command = Callable[..., str]


class Site(HttpClient):
    """The site as browsers reach it: by its CloudFront name, over TLS. Other addresses stay as they are."""

    def __init__(self, url: str, endpoint: str) -> None:
        super().__init__(endpoint)
        self.url = url
        self._edge = {"Host": url.removeprefix("https://"), "X-Forwarded-Proto": "https"}

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Response:
        """One request to the site, or to whatever else `path` names."""
        path = path.removeprefix(self.url)
        edge = self._edge if path.startswith("/") else {}
        return super().request(method, path, body=body, headers={**edge, **(headers or {})}, query=query)


@pytest.fixture(scope="session")
def mails(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mailbox]:
    """Where the mails arrive that SES sends."""
    box = Mailbox(tmp_path_factory.mktemp("mails"), _SMTP_PORT)
    box.start()
    yield box
    box.stop()


@pytest.fixture(scope="session")
def aws(mails: Mailbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatedAws]:
    """An account in which nothing is but the identities that mails are sent by, and to."""
    account = EmulatedAws(tmp_path_factory.mktemp("aws"), _SMTP_PORT)
    account.start()
    for identity in (TRIAL.mail_identity, RECIPIENTS):
        account.client("sesv2").create_email_identity(EmailIdentity=identity)
    yield account
    account.stop()


@pytest.fixture(scope="session", autouse=True)
def _nothing_denied(aws: EmulatedAws, mails: Mailbox) -> Iterator[None]:
    """Whatever the tests made the functions do, their roles allowed, and none of them logged an error."""
    yield
    lines = list(_log_lines(aws))
    assert lines, "the logs are not read"
    if mails.mails():
        assert any('"Outcome": "sent"' in line for line in lines), "the logs are not read"
    assert [line for line in lines if "AccessDenied" in line or '"level": "ERROR"' in line] == []


def _log_lines(aws: EmulatedAws) -> Iterator[str]:
    logs = aws.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/printlab-")["logGroups"]:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            yield from (event["message"] for event in page["events"])


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of this working tree, for the Python and the machine that the emulator runs on."""
    folder = tmp_path_factory.mktemp("package")
    known = {machine: architecture for architecture, machine in MACHINES.items()}
    package.package(folder, known[platform.machine()])
    return folder


def _deployed(stage: Stage, aws: EmulatedAws, built: Path) -> Site:
    """What `make deploy` runs, where a pipeline is: every role that it makes has the boundary."""
    boundary = aws.make_pipeline(stage.name)["PermissionsBoundaryArn"]
    deployment = Deployment(replace(stage, permissions_boundary=boundary), aws, lambda _changes: True)
    return Site(deployment.run(deployment.prepare(built)), aws.endpoint)


@pytest.fixture(scope="session")
def site(aws: EmulatedAws, built: Path) -> Site:
    """The stage that most tests are about."""
    return _deployed(TRIAL, aws, built)


@pytest.fixture(scope="session")
def twin(aws: EmulatedAws, built: Path) -> Site:
    """Another stage, in which nothing has been done yet."""
    return _deployed(TWIN, aws, built)


@pytest.fixture(scope="session")
def command(aws: EmulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs a command on a configured stage, `command("infra.deploy.furnish", "trial", …)`; what it says."""
    stages = tmp_path_factory.mktemp("stages")
    for stage in (TRIAL, TWIN):
        given = {name: getattr(stage, name) for name in ("region", "mail_from", "mail_identity")}
        lines = [f'{name} = "{value}"' for name, value in given.items()]
        (stages / f"{stage.name}.toml").write_text("\n".join(lines))

    def run(module: str, *arguments: str) -> str:
        line = [sys.executable, "-m", module, "--stages", str(stages), *arguments]
        done = subprocess.run(line, env=os.environ | aws.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def desk(site: Site, command: Command) -> dict[str, str]:
    """The first workstation of the lab: what to log in with."""
    said = command("infra.deploy.furnish", TRIAL.name, "--staff", STAFF)
    found = re.search(r"Workstation (\S+), password (\S+)", said)
    assert found, said
    return {"workstation_id": found[1], "password": found[2]}


def logged_in(site: Site, desk: Mapping[str, str]) -> Site:
    """At that workstation of the lab."""
    answer = site.post("/api/v1/auth/login", desk)
    assert answer.status == 200, answer.text
    return site.with_token(answer.json()["token"])


@pytest.fixture(scope="session")
def admin(site: Site, desk: dict[str, str]) -> Site:
    """At the first workstation of the lab."""
    return logged_in(site, desk)
