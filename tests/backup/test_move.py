"""A lab moves: from one PC into a stage of another name, by the commands that docs/one-pc.md gives."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

from localstack_client.session import Session

from infra.http_client import HttpClient
from infra.local import environment
from infra.local.provision import parameters, provision
from tests.backup.lab import Lab
from tests.steps import every_status


def run(module: str, *arguments: str, **names: str) -> str:
    """What a command says."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=os.environ | names)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_from_one_pc_to_a_stage(cloud: Session, http: HttpClient, staff: HttpClient, tmp_path: Path) -> None:
    for _ in every_status(http, staff):
        pass
    said = run("infra.backup", "make", str(tmp_path / "move"))
    assert "3 jobs" in said
    assert "whole" in run("infra.backup", "check", str(tmp_path / "move"))
    stage, bucket = f"s{uuid.uuid4().hex[:8]}", f"lab-{uuid.uuid4().hex}"
    provision(parameters(stage, bucket, "https://print.example.edu"), cloud)
    target = {"PRINTLAB_STAGE": stage, "PRINTLAB_FILES_BUCKET": bucket}
    said = run("infra.restore", str(tmp_path / "move"), **target)
    assert "3 jobs" in said
    assert "Everything agrees." in said
    moved = Lab(cloud, stage=stage, bucket=bucket)
    assert moved.everything() == Lab(cloud).everything()
    assert stage != environment.STAGE
