"""One stage on emulated AWS for all tests here: packaged, deployed, furnished as docs/deploy.md says."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
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
_STAGE = Stage(
    name="trial",
    region="us-east-1",
    mail_from="PrintLab <print@example.edu>",
    mail_identity="example.edu",
    alarm_email="lab@example.edu",
)


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
    """An account in which nothing is but the identity that mails are sent by."""
    account = EmulatedAws(tmp_path_factory.mktemp("aws"), _SMTP_PORT)
    account.start()
    account.client("sesv2").create_email_identity(EmailIdentity=_STAGE.mail_identity)
    yield account
    account.stop()


@pytest.fixture(scope="session")
def deployment(aws: EmulatedAws) -> Deployment:
    """What `make deploy` runs, where a pipeline is: every role that it makes has the boundary."""
    boundary = aws.make_pipeline(_STAGE.name)["PermissionsBoundaryArn"]
    return Deployment(replace(_STAGE, permissions_boundary=boundary), aws, lambda _changes: True)


@pytest.fixture(scope="session")
def site(deployment: Deployment, aws: EmulatedAws, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The stage, deployed from this working tree for the Python and the machine that the emulator runs on."""
    built = tmp_path_factory.mktemp("package")
    known = {machine: architecture for architecture, machine in MACHINES.items()}
    package.package(built, known[platform.machine()])
    return Site(deployment.run(deployment.prepare(built)), aws.endpoint)


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the stage is configured."""
    folder = tmp_path_factory.mktemp("stages")
    given = {name: getattr(_STAGE, name) for name in ("region", "mail_from", "mail_identity")}
    lines = [f'{name} = "{value}"' for name, value in given.items()]
    (folder / f"{_STAGE.name}.toml").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="session")
def admin(site: Site, aws: EmulatedAws, stages: Path) -> Site:
    """The first workstation of the lab, logged in."""
    said = subprocess.run(
        [sys.executable, "-m", "infra.deploy.furnish", _STAGE.name, "--staff", STAFF, "--stages", stages],
        env=os.environ | aws.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"Workstation (\S+), password (\S+)", said)
    assert found, said
    answer = site.post("/api/v1/auth/login", {"workstation_id": found[1], "password": found[2]})
    assert answer.status == 200, answer.text
    return site.with_token(answer.json()["token"])
