"""The first minutes of a new lab on AWS: somebody can log in, and act."""

from __future__ import annotations

import re

import pytest

from infra.deploy.furnish import furnish
from infra.http_client import HttpClient
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
