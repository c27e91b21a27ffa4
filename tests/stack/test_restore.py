"""A stage is lost: its backup goes into another stage, and the lab works on there."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from infra import demo
from infra.local.mailbox import Mailbox
from tests.backup import lab as stores
from tests.stack.conftest import STAFF, TRIAL, TWIN, Command, Site, logged_in
from tests.stack.emulated_aws import EmulatedAws
from tests.stack.lab import Lab, awaited, physical

pytestmark = pytest.mark.stack

API = "/api/v1"


def _everything(aws: EmulatedAws, stage: str) -> dict[str, Any]:
    return stores.Lab(aws, stage, physical(aws, stage, "FilesBucket")).everything()


def test_a_lost_stage_comes_back_in_another(
    admin: Site,
    site: Site,
    twin: Site,
    desk: dict[str, str],
    command: Command,
    aws: EmulatedAws,
    mails: Mailbox,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(demo, "STAFF", STAFF)
    before, model = Lab(admin, site, mails), demo.models()[2]
    job = before.job(before.submit(model)["id"])
    before.mail(job["student_email"], job["short_id"])
    awaited("the picture", lambda: before.job(job["id"])["thumbnail"]["state"] == "ready")

    place = f"s3://{physical(aws, TRIAL.name, 'BackupsBucket')}"
    command("infra.deploy.connect", TRIAL.name, "infra.backup", "make", place)
    said = command("infra.deploy.connect", TWIN.name, "infra.restore", place)
    assert "Everything agrees." in said
    assert _everything(aws, TWIN.name) == _everything(aws, TRIAL.name)

    after = Lab(logged_in(twin, desk), twin, mails)
    (file,) = after.files(job["id"])
    link = after.staff.get(f"{API}/jobs/{job['id']}/files/{file['name']}").json()["url"]
    model_again = after.public.get(link).body
    assert hashlib.sha256(model_again).hexdigest() == hashlib.sha256(model.content).hexdigest()
    after.act(
        job["id"], "approve", authoritative_filename=file["name"], weight_g=41.0, time_hours=6.1
    )  # the twin's own queues, functions and mail
    mail = after.mail(job["student_email"], f"confirm your 3D print job {job['short_id']}")
    link = next(link for link in mail["links"] if "/confirm?" in link)
    assert link.startswith(twin.url)
    assert after.confirm(link)["short_id"] == job["short_id"]
    assert after.job(job["id"])["status"] == "READYTOPRINT"
