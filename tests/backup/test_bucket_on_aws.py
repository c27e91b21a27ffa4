"""A bucket on AWS as the place of the backups of a PC, whose own environment leads to the local cloud."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from urllib3 import HTTPResponse

from chalicelib import config
from chalicelib.aws import places
from chalicelib.aws.places import NoSuchPiece
from infra import connect

BUCKET = "s3://printlab-prod-files-backups"
_PROFILE = """[profile lab]
region = eu-west-1
aws_access_key_id = AKIALABLABLABLABLAB0
aws_secret_access_key = of-a-test
"""


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A profile of somebody who reaches AWS, named for the backups."""
    file = tmp_path / "config"
    file.write_text(_PROFILE)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.setenv("PRINTLAB_BACKUPS_PROFILE", "lab")
    config.settings.cache_clear()
    places._client.cache_clear()
    yield
    monkeypatch.undo()
    config.settings.cache_clear()
    places._client.cache_clear()


@pytest.mark.usefixtures("profile")
def test_it_is_reached_by_the_profile_and_not_by_the_environment() -> None:
    asked: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked.append(request)
        return AWSResponse(request.url, 404, HTTPHeaders(), HTTPResponse(BytesIO(), preload_content=False))

    places._client().meta.events.register("before-send.s3", answer)
    with pytest.raises(NoSuchPiece):
        places.place(f"{BUCKET}/nightly").open("backups/x.json")
    (request,) = asked
    assert request.url.startswith("https://s3.eu-west-1.amazonaws.com/")
    assert b"AKIALABLABLABLABLAB0" in request.headers["Authorization"]


def _said(*command: str, **environment: str) -> str:
    """Why a command did not begin."""
    line = [sys.executable, "-m", *command]
    done = subprocess.run(line, capture_output=True, text=True, env=os.environ | environment, timeout=60)
    assert done.returncode
    return done.stderr


def test_without_a_profile_it_is_not_taken_for_one_of_the_local_cloud(tmp_path: Path) -> None:
    data, missing = tmp_path / "data", f"{BUCKET} is on AWS: let PRINTLAB_BACKUPS_PROFILE name"
    assert _said("infra.offline", str(data), "infra.restore", BUCKET).startswith(missing)
    assert _said("infra.local", "--data", str(data), PRINTLAB_BACKUPS=BUCKET).startswith(missing)
    assert not data.exists()


def test_a_running_printlab_lends_its_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = ["infra.connect", str(tmp_path), "infra.backup", "make", BUCKET]
    connect.remember(tmp_path)
    assert "let PRINTLAB_BACKUPS_PROFILE name" in _said(*make)
    monkeypatch.setenv("PRINTLAB_BACKUPS_PROFILE", "of-the-settings")
    connect.remember(tmp_path)
    monkeypatch.undo()
    assert "(of-the-settings)" in _said(*make)  # there is no such profile, but it was looked for
    assert "(my-own)" in _said(*make, PRINTLAB_BACKUPS_PROFILE="my-own")
