"""`python -m infra.local` as people use it: start, stop, start again, and everything that can go wrong."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from infra.http_client import HttpClient
from infra.local import __main__ as local
from infra.local.cloud import LocalCloud
from infra.local.generations import Generations
from infra.local.ports import free_port, listen
from infra.local.secret_file import load_or_create
from infra.local.seed import STAFF

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


class Running:
    """One run of the local cloud, once it has said that it is up."""

    def __init__(self, data: Path, port: int, *options: str, **environment: str) -> None:
        self.data = data
        self.http = HttpClient(f"http://127.0.0.1:{port}")
        self.process = _start(data, port, *options, **environment)
        self.greeting = ""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.greeting += line
            if "admin-desk" in line:
                return
        pytest.fail(f"did not start:\n{self.greeting}\n{self.process.communicate()[1]}")

    def stop(self, name: signal.Signals) -> tuple[int, str]:
        """Send a signal and wait for the end: exit code and error output."""
        self.process.send_signal(name)
        _, errors = self.process.communicate(timeout=60)
        return self.process.returncode, errors

    def at(self, workstation: str) -> HttpClient:
        """A client that is logged in there with the first password."""
        password = load_or_create(self.data / "secrets.json").workstation_passwords[workstation]
        login = {"workstation_id": workstation, "password": password}
        answer = self.http.post("/api/v1/auth/login", login)
        assert answer.status == 200, answer.text
        return self.http.with_token(answer.json()["token"])


def _start(data: Path, port: int, *options: str, **environment: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PRINTLAB_"))}
    command = [sys.executable, "-m", "infra.local", "--data", str(data), "--port", str(port), *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def _running(data: Path, *options: str, **environment: str) -> Iterator[Running]:
    running = Running(data, free_port(), *options, **environment)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


def _child(running: Running) -> int:
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
    if not children.exists():
        pytest.skip("only Linux tells who the children are")
    return int(children.read_text().split()[0])


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an installation after its first start, made once: that start fills it."""
    data = tmp_path_factory.mktemp("installed") / "data"
    with _running(data, "--empty") as running:
        assert running.stop(signal.SIGTERM)[0] == 0
    return data


@pytest.fixture
def data(installed: Path, tmp_path: Path) -> Path:
    """A copy of that data folder."""
    return shutil.copytree(installed, tmp_path / "data")


def test_what_it_keeps_is_for_its_own_user_only(installed: Path) -> None:
    names = [installed, *installed.rglob("*")]
    assert {"FORMAT", "secrets.json", "emulator.log", "objects"} <= {path.name for path in names}
    assert [path for path in names if path.stat().st_mode & 0o077] == []


def test_it_says_where_everything_is_and_serves_it(data: Path) -> None:
    with _running(data) as running:
        passwords = load_or_create(data / "secrets.json").workstation_passwords
        for text in ["/dashboard", "/_local/mailbox", *passwords, *passwords.values()]:
            assert text in running.greeting
        for address in re.findall(r"http://localhost(:\d+/\S*)", running.greeting):
            assert running.http.get(f"http://127.0.0.1{address}").status == 200
        assert running.http.get("/api/v1/health").json()["status"] == "ok"
        assert running.http.get("/api/v1/catalog").json()["printers"]
        assert running.at("front-desk").get("/api/v1/staff").json()["staff"]


def test_a_first_password_is_shown_while_it_opens(data: Path) -> None:
    first = load_or_create(data / "secrets.json").workstation_passwords
    with _running(data) as running:
        admin = running.at("admin-desk")
        change = {"password": "another long password", "staff_name": STAFF[0]}
        changed = admin.patch("/api/v1/admin/workstations/front-desk", change)
        assert changed.status == 200, changed.text
        running.stop(signal.SIGTERM)
    with _running(data) as running:
        assert first["admin-desk"] in running.greeting
        assert re.search("front-desk +changed", running.greeting)
        assert first["front-desk"] not in running.greeting


def test_ctrl_c_and_another_start_keep_everything(data: Path) -> None:
    with _running(data) as running:
        assert "The audit trail holds" in _connect(data, 0)[0]
        before = _everything(running)
        code, errors = running.stop(signal.SIGINT)
        assert (code, "Traceback" in errors) == (0, False), errors
    with _running(data) as running:
        assert _everything(running) == before


def test_a_kill_leaves_no_process_behind_and_loses_nothing_that_was_answered(data: Path) -> None:
    with _running(data) as running:
        staff = running.at("front-desk")
        assert staff.get("/api/v1/auth/me").status == 200
        before = _everything(running)
        assert staff.post("/api/v1/auth/logout").status == 200
        running.stop(signal.SIGKILL)
    assert (data / "running.json").exists()
    _, errors = _connect(data, 1)
    assert errors == f"No PrintLab runs on the data in {data}. Start it first: make run\n"
    Generations(data / "state").close()  # the lock is free only when the emulator has ended too
    with _running(data) as running:
        assert _everything(running) == before
        again = running.http.with_headers(Authorization=staff.headers["Authorization"])
        assert again.get("/api/v1/auth/me").status == 401


def _connect(data: Path, code: int) -> tuple[str, str]:
    """What an operator's command says that asks the running PrintLab."""
    command = [sys.executable, "-m", "infra.connect", str(data), "infra.trail", "verify"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == code, done.stderr
    return done.stdout, done.stderr


def _everything(running: Running) -> list[Any]:
    """What no queue function changes while the test looks."""
    staff = running.at("front-desk")
    jobs = staff.get("/api/v1/jobs").json()["jobs"]
    paths = ("/api/v1/staff", "/api/v1/jobs/counts", "/api/v1/catalog")
    return [*(staff.get(path).json() for path in paths), [(job["id"], job["created_at"]) for job in jobs]]


@pytest.fixture
def own_signals() -> Iterator[None]:
    """What handles them and traces is as before afterwards."""
    names = (signal.SIGINT, signal.SIGTERM)
    before, trace = [signal.getsignal(name) for name in names], sys.gettrace()
    yield
    sys.settrace(trace)
    for name, handler in zip(names, before, strict=True):
        signal.signal(name, handler)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("step", range(1, 30))
def test_a_signal_ends_it_at_whatever_step_of_the_wait_it_comes(
    step: int, own_signals: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_CHECK_EVERY_S", 0.001)
    cloud = LocalCloud(tmp_path, load_or_create(tmp_path / "secrets.json"))
    stop, steps = local.stop_asked(), itertools.count(1)

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line" and next(steps) == step:
            signal.raise_signal(signal.SIGTERM)
        return trace

    sys.settrace(trace)
    assert local.wait(stop, cloud) is None


def test_a_dead_emulator_ends_it_with_a_message(data: Path) -> None:
    with _running(data) as running:
        os.kill(_child(running), signal.SIGKILL)
        _, errors = running.process.communicate(timeout=60)
        assert running.process.returncode == 1
        assert "the local cloud ended with code -9" in errors


def test_a_used_port_is_said_at_once(tmp_path: Path) -> None:
    port = free_port()
    with listen(port):
        process = _start(tmp_path, port)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Port {port} cannot be used" in errors
    assert f"PORT={port + 1}" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "state").exists()


def test_data_that_does_not_fit_is_told_apart_from_a_crash(data: Path) -> None:
    """By its exit code: the service manager does not start it again and again."""
    process = _start(data, free_port(), DURABLE="1")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "DURABLE=1 would not see them" in errors
    assert "Traceback" not in errors


def test_a_real_mail_server_and_a_public_address(data: Path) -> None:
    names = {"PRINTLAB_SMTP_HOST": "mail.example.edu", "PRINTLAB_PUBLIC_URL": "http://print.example.edu"}
    with _running(data, **names) as running:
        assert "http://print.example.edu/dashboard" in running.greeting
        assert "mailbox" not in running.greeting.lower()
        assert running.http.get("/_local/mailbox").status == 404
