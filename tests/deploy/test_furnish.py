"""The first minutes of a new lab on AWS: somebody can log in, and act."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.aws import documents
from infra.deploy.furnish import furnish
from infra.deploy.stages import NotReady
from infra.http_client import HttpClient
from tests.stack.emulated_aws import EmulatedAws
from tests.steps import API, ok


@pytest.mark.usefixtures("fresh")
def test_a_new_lab(http: HttpClient, capsys: pytest.CaptureFixture[str]) -> None:
    assert furnish(["Ada  Lovelace"]) == 0
    shown = re.search(r"admin-desk, password (\S+)", capsys.readouterr().out)
    assert shown
    credentials = {"workstation_id": "admin-desk", "password": shown[1]}
    admin = http.with_token(ok(http.post(f"{API}/auth/login", credentials))["token"])
    assert [member["name"] for member in ok(admin.get(f"{API}/staff"))["staff"]] == ["Ada Lovelace"]
    assert ok(http.get(f"{API}/catalog"))["printers"]
    station = {
        "id": "front-desk",
        "display_name": "Front desk",
        "role": "staff",
        "password": "a long password",
    }
    ok(admin.post(f"{API}/admin/workstations", {"staff_name": "Ada Lovelace", **station}), 201)

    assert furnish(["Grace Hopper"]) == 0
    assert "its password stays" in capsys.readouterr().out
    ok(http.post(f"{API}/auth/login", credentials))


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("name", ["", "  "])
def test_who_has_no_name_furnishes_nothing(name: str) -> None:
    with pytest.raises(NotReady, match="STAFF"):
        furnish(["Grace Hopper", name])
    assert documents.furnished_at() is None


def test_without_a_name_make_says_how() -> None:
    done = subprocess.run(["make", "-o", "setup", "furnish", "STAGE=prod"], capture_output=True, text=True)
    assert done.returncode != 0
    assert 'make furnish STAGE=prod STAFF="Your Name"' in done.stderr


def test_a_stage_that_is_not_there_is_told_in_a_line(account: EmulatedAws, tmp_path: Path) -> None:
    (tmp_path / "prod.toml").write_text(
        'region = "us-east-1"\nmail_from = "p@example.edu"\nmail_identity = "example.edu"\n'
    )
    line = ["-m", "infra.deploy.furnish", "prod", "--stages", str(tmp_path), "--staff", "Ada Lovelace"]
    done = subprocess.run(
        [sys.executable, *line], env=os.environ | account.environment, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr == "There is no prod in us-east-1 yet: make deploy STAGE=prod\n"
