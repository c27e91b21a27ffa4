"""The agent's commands with the real API, the real store and a real folder."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent import commands
from agent.__main__ import main
from agent.config import PASSWORD_VARIABLE
from chalicelib.aws import files
from chalicelib.aws.tables import Watch
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from tests import invariants, steps
from tests.steps import act, lock, ok, show, submit, to_status

Job = dict[str, Any]


@pytest.fixture(autouse=True)
def lab(fresh: None) -> None:
    """A furnished lab."""
    steps.furnish()


@pytest.fixture
def staff(http: HttpClient) -> HttpClient:
    """At the front desk."""
    return steps.at(http, "front-desk")


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """Where the share is mounted."""
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def agent(
    http: HttpClient, share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], int]:
    """The command line of a lab PC, with the share made."""
    config = tmp_path / "agent.toml"
    lines = {"server": http.base_url, "workstation": "lab-pc"}
    lines |= {"share": str(share), "state": str(tmp_path / "state")}
    config.write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()))
    monkeypatch.setenv(PASSWORD_VARIABLE, steps.password_of("lab-pc"))
    # Nobody is saving in these tests, so that nothing needs time to settle.
    monkeypatch.setattr(commands, "_SETTLES_S", 0)

    def run(command: str) -> int:
        return main([command, "--config", str(config)])

    assert run("init") == 0
    return run


def on_share(share: Path) -> dict[str, bytes]:
    """Everything but the agent's own."""
    found = (path for path in share.rglob("*") if path.is_file() and ".printlab" not in path.parts)
    return {path.relative_to(share).as_posix(): path.read_bytes() for path in found}


def in_cloud() -> dict[str, bytes]:
    """Everything in the status folders, without the archive."""
    folders = tuple(f"{status.folder}/" for status in Status if status is not Status.ARCHIVED)
    return {file.key: files.read(file.key) for file in files.current("") if file.key.startswith(folders)}


def test_the_share_is_as_the_cloud_is(
    http: HttpClient, staff: HttpClient, share: Path, agent: Callable[[str], int]
) -> None:
    jobs = [submit(http) for _ in range(3)]
    assert agent("once") == 0
    assert on_share(share) == in_cloud()
    assert len(in_cloud()) == 6
    inode = (share / "Uploaded" / f"{jobs[0]['display_name']}.stl").stat().st_ino
    to_status(staff, jobs[0], Status.PRINTING)
    to_status(staff, jobs[1], Status.ARCHIVED)
    ok(lock(staff, jobs[2]))
    ok(act(staff, jobs[2], Action.DELETE))
    assert agent("once") == 0
    assert on_share(share) == in_cloud()
    assert {key.partition("/")[0] for key in on_share(share)} == {"Printing"}
    moved = share / "Printing" / f"{jobs[0]['display_name']}.stl"
    assert moved.stat().st_ino == inode, "moved, not fetched again"


def test_what_a_slicer_saves_reaches_the_job(
    http: HttpClient, staff: HttpClient, share: Path, agent: Callable[[str], int]
) -> None:
    job = submit(http)
    assert agent("once") == 0
    name = f"{job['display_name']}_PLA.gcode"
    to_status(staff, job, Status.READYTOPRINT)
    (share / "Uploaded" / name).write_bytes(b"; late\n")  # into the folder that it was opened from
    assert agent("once") == 0
    assert files.read(f"ReadyToPrint/{name}") == b"; late\n"
    assert on_share(share) == in_cloud()
    told = [event["event_type"] for event in show(staff, job)["events"]]
    assert told.count("CandidateFileFound") == 1
    (share / "ReadyToPrint" / name).write_bytes(b"; sliced again\n")
    assert agent("once") == 0
    assert files.read(f"ReadyToPrint/{name}") == b"; sliced again\n"
    assert on_share(share) == in_cloud()
    invariants.check()


def test_a_changed_original_stays_beside_the_students(
    http: HttpClient, share: Path, agent: Callable[[str], int]
) -> None:
    job = submit(http)
    assert agent("once") == 0
    original = share / "Uploaded" / f"{job['display_name']}.stl"
    was = original.read_bytes()
    original.write_bytes(b"solid repaired by hand\n")
    agent("once")
    assert original.read_bytes() == was
    digest = hashlib.md5(b"solid repaired by hand\n").hexdigest()[:8]
    kept = original.with_name(f"{job['display_name']} (changed {digest}).stl")
    assert kept.read_bytes() == b"solid repaired by hand\n"
    assert agent("once") == 0
    assert kept.exists()


def test_an_unmounted_share_is_not_an_empty_one(
    http: HttpClient, share: Path, agent: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    submit(http)
    (share / ".printlab" / "share.json").unlink()
    assert agent("once") == 2
    assert "marker" in capsys.readouterr().err
    assert on_share(share) == {}


def test_status_and_verify(
    http: HttpClient, share: Path, agent: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert agent("status") == 1
    submit(http)
    assert agent("once") == 0
    assert agent("status") == 0
    assert agent("verify") == 0
    assert "2 of 2 files are as in the cloud" in capsys.readouterr().out
    (original,) = share.glob("Uploaded/*.stl")
    stat = original.stat()
    original.write_bytes(b"x" * stat.st_size)

    os.utime(original, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert agent("verify") == 1, "the time does not tell, the hash does"
    assert "differs" in capsys.readouterr().out


def test_only_the_leader_touches_the_share(
    http: HttpClient, share: Path, agent: Callable[[str], int], capsys: pytest.CaptureFixture[str]
) -> None:
    share_id = json.loads((share / ".printlab" / "share.json").read_text())["share_id"]
    other = {"share_id": share_id, "instance": "other", "version": "1", "hostname": "LAB-PC-2"}
    ok(steps.at(http, "lab-pc").post(f"{steps.API}/sync/heartbeat", other))
    submit(http)
    assert agent("once") == 2
    assert "leads" in capsys.readouterr().err
    assert on_share(share) == {}
    Watch.get("lease", share_id).delete()
    assert agent("once") == 0
    assert on_share(share) == in_cloud()


def test_a_wrong_password_is_said_and_not_told(
    agent: Callable[[str], int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv(PASSWORD_VARIABLE, "not the password")
    assert agent("once") == 2
    assert "Invalid workstation ID or password" in capsys.readouterr().err
    assert "not the password" not in (tmp_path / "state" / "agent.log").read_text()


def test_the_session_is_kept_for_this_user_alone(
    http: HttpClient, agent: Callable[[str], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert agent("once") == 0
    session = tmp_path / "state" / "session"
    assert session.stat().st_mode & 0o077 == 0
    monkeypatch.setenv(PASSWORD_VARIABLE, "is not asked for")
    assert agent("once") == 0
    session.write_text("ended")
    monkeypatch.setenv(PASSWORD_VARIABLE, steps.password_of("lab-pc"))
    assert agent("once") == 0


@pytest.mark.parametrize("seed", range(6))
def test_whatever_people_do_both_agree_afterwards(
    seed: int, http: HttpClient, staff: HttpClient, share: Path, agent: Callable[[str], int]
) -> None:
    """As the simulator, with the real cloud and without faults."""
    chance = random.Random(seed)
    jobs = [submit(http) for _ in range(2)]
    saved = set()
    walks = [steps.walk(staff, job) for job in jobs]
    for turn in range(6):
        job, walk = chance.choice(list(zip(jobs, walks, strict=True)))
        next(walk, None)
        folder = share / chance.choice(["Uploaded", "Pending", "Printing"])
        folder.mkdir(exist_ok=True)
        content = b"; %d %d\n" % (seed, turn)
        path = folder / f"{job['display_name']}_{chance.choice('ab')}.gcode"
        if path.exists():
            saved.discard(path.read_bytes())
        path.write_bytes(content)
        saved.add(content)
        agent("once")
    assert agent("once") == 0
    assert on_share(share) == in_cloud()
    assert saved <= set(in_cloud().values())
    invariants.check()
