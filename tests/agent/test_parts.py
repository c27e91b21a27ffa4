"""Configuration, lease, index, progress, and how the agent takes what the network gives."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.cloud import Health, Leadership, Missing, Offline, Refused
from agent.config import PASSWORD_VARIABLE, BadConfig, load
from agent.disk import Disk
from agent.engine import Engine, NotLeading, TooManyDeletions
from agent.http_cloud import HttpCloud
from agent.index import Index
from agent.lease import Lease
from agent.manifest import Manifest
from agent.plan import Base
from agent.progress import Bar
from agent.share import Share
from tests.agent.model_cloud import ModelCloud

# --- configuration --------------------------------------------------------------------

GOOD = """
server = "https://print.example.edu"
workstation = "lab-pc"
share = "/srv/share"
state = "/var/lib/x"
"""


def _load(folder: Path, text: str) -> Any:
    path = folder / "agent.toml"
    path.write_text(text)
    return load(path)


def test_a_configuration(tmp_path: Path) -> None:
    config = _load(tmp_path, GOOD + "transfers = 2\narchived = true\n")
    assert (config.share, config.transfers, config.archived) == (Path("/srv/share"), 2, True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("server = 1\n" + GOOD, "agent.toml"),
        (GOOD.replace("https", "ftp"), "server"),
        (GOOD.replace('"https://print.example.edu"', "1"), "server must be text"),
        (GOOD.replace('"lab-pc"', "3"), "workstation must be text"),
        (GOOD + "poll_seconds = nan\n", "poll_seconds"),
        (GOOD + "poll_seconds = inf\n", "poll_seconds"),
        (GOOD + "transfers = 0\n", "transfers"),
        (GOOD + "poll_seconds = 1\n", "poll_seconds"),
        (GOOD + 'archived = "no"\n', "archived"),
        (GOOD + 'password = "x"\n', "password"),
        (GOOD.replace("workstation", "station"), "station"),
        ("", "server, workstation, share, state"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(BadConfig, match=named):
        _load(tmp_path, text)


def test_windows_editors_begin_files_with_a_mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    (tmp_path / "password").write_text("s e c r e t\n", "utf-8-sig")
    config = _load(tmp_path, "\ufeff" + GOOD + f'password_file = "{tmp_path}/password"\n')
    assert config.password() == "s e c r e t"
    (tmp_path / "password").write_text("s e c r e t\n", "utf-16")
    with pytest.raises(BadConfig, match="password cannot be read: it is not UTF-8"):
        config.password()


def test_the_password_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSWORD_VARIABLE, raising=False)
    with pytest.raises(BadConfig, match=PASSWORD_VARIABLE):
        _load(tmp_path, GOOD).password()
    (tmp_path / "password").write_text("s e c r e t\n")
    config = _load(tmp_path, GOOD + f'password_file = "{tmp_path}/password"\n')
    assert config.password() == "s e c r e t"
    monkeypatch.setenv(PASSWORD_VARIABLE, "other")
    assert config.password() == "other"


# --- the lease ------------------------------------------------------------------------


class _Answers(ModelCloud):
    """Says what it is told to say to heartbeats."""

    said: Leadership | Exception = Leadership(True, "lab-pc", 180)

    def heartbeat(self, share_id: str, instance: str, *, lead: bool, health: Health) -> Leadership:
        if isinstance(self.said, Exception):
            raise self.said
        return self.said


def test_a_lease_ends_by_the_pcs_own_steady_clock_and_a_little_early() -> None:
    cloud, now = _Answers(), [1000.0]
    lease = Lease(cloud, "share", "one", lambda: now[0])
    assert not lease.held()
    lease.renew()
    now[0] += 159
    assert lease.held()
    now[0] += 2
    assert not lease.held()


def test_a_lost_heartbeat_does_not_end_it_and_a_refused_one_does() -> None:
    cloud = _Answers()
    lease = Lease(cloud, "share", "one", lambda: 1000.0)
    lease.renew()
    cloud.said = Offline("no network")
    with pytest.raises(Offline):
        lease.renew()
    assert lease.held()
    cloud.said = Leadership(False, "lab-pc-2", 100)
    lease.renew()
    assert (lease.held(), lease.leader) == (False, "lab-pc-2")


def test_in_the_end_it_steps_down() -> None:
    lease = Lease(_Answers(), "share", "one")
    lease.renew()
    with lease.kept():
        assert lease.held()
    assert not lease.held()


# --- the engine -------------------------------------------------------------------------


def _engine(folder: Path, cloud: ModelCloud, **options: Any) -> Engine:
    root = folder / "share"
    root.mkdir(exist_ok=True)
    share = Share(root, Disk())
    share.mark()
    options = {"may_act": lambda: True, **options}
    return Engine(share, Index(folder / "index"), cloud, Manifest(archived=False), **options)


def test_who_does_not_lead_does_nothing(tmp_path: Path) -> None:
    cloud = ModelCloud()
    cloud.submit(1)
    with pytest.raises(NotLeading):
        _engine(tmp_path, cloud, may_act=lambda: False).round()
    assert not (tmp_path / "share" / "Uploaded").exists()


def test_a_lease_that_ends_half_way_ends_the_round(tmp_path: Path) -> None:
    cloud, left = ModelCloud(), iter([True, True])
    cloud.submit(1)
    with pytest.raises(NotLeading):
        _engine(tmp_path, cloud, may_act=lambda: next(left, False)).round()
    assert len(list((tmp_path / "share" / "Uploaded").iterdir())) == 1


def test_a_cloud_that_has_forgotten_nearly_everything_does_not_empty_the_share(tmp_path: Path) -> None:
    cloud = ModelCloud()
    jobs = [cloud.submit(number) for number in range(1, 41)]
    engine = _engine(tmp_path, cloud)
    engine.round()
    assert engine.round().clean
    for job in jobs[:-1]:
        cloud.delete(job)
    with pytest.raises(TooManyDeletions):
        engine.round()
    assert len(list((tmp_path / "share" / "Uploaded").iterdir())) == 80
    _engine(tmp_path, cloud, delete_many=True).round()
    assert len(list((tmp_path / "share" / "Uploaded").iterdir())) == 2


def test_several_files_come_at_a_time(tmp_path: Path) -> None:
    together = threading.Barrier(3, timeout=20)

    def meet(where: str) -> None:
        if where == "half":
            together.wait()

    cloud = ModelCloud()
    for number in range(1, 4):  # six files
        cloud.submit(number)
    cloud.tick = meet
    assert _engine(tmp_path, cloud, transfers=3).round().done["download"] == 6


def test_what_the_cloud_does_not_want_is_asked_once(tmp_path: Path) -> None:
    asked: list[str] = []
    cloud = ModelCloud(asked.append)
    engine = _engine(tmp_path, cloud)
    stray = tmp_path / "share" / "Uploaded" / "Jane_Filament_Blue_CCCCCC.gcode"
    stray.parent.mkdir()
    stray.write_bytes(b"; of a job that is gone\n")
    reports = [engine.round() for _ in range(4)]
    assert asked.count("announce") == 1
    assert stray.exists()
    assert [len(report.errors) for report in reports] == [0, 1, 0, 0]


# --- index and progress -----------------------------------------------------------------


def test_the_index_knows_places_as_windows_does(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    base = Base("job", "Pending", "X.gcode", 1, 2, "md5")
    index.put(base)
    index.close()
    again = Index(tmp_path / "index")
    assert again.all() == {("Pending", "x.gcode"): base}
    assert again.instance() == again.instance()
    again.forget("Pending", "x.GCODE")
    assert again.all() == {}


def test_the_bar_says_how_far_it_is() -> None:
    out = io.StringIO()
    bar = Bar(out)
    bar.start(4, 4_000_000_000)
    list(bar.watched([b"x" * 1000]))
    bar.arrived()
    bar.end()
    assert "1/4 files" in out.getvalue()
    bar._bytes = 1_000_000_000
    assert bar.line(10) == f"[{'#' * 7}{' ' * 23}] 1/4 files, 1.0 of 4.0 GB, 30 s left   "


# --- the network --------------------------------------------------------------------------


class _Server(BaseHTTPRequestHandler):
    """Answers what the test has laid ready: status, headers, body, by path."""

    answers: dict[str, tuple[int, dict[str, str], bytes]] = {}  # noqa: RUF012

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self) -> None:
        status, headers, body = self.answers[self.path.partition("?")[0]]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[tuple[HttpCloud, dict[str, tuple[int, dict[str, str], bytes]]]]:
    """A cloud behind a server that answers as it is told."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    _Server.answers = {"/api/v1/auth/login": (200, {}, b'{"token": "t"}')}
    yield (
        HttpCloud(f"http://127.0.0.1:{server.server_port}", "lab-pc", lambda: "x", tmp_path / "session"),
        _Server.answers,
    )
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_file_that_breaks_off_is_the_networks_fault(wire: Any) -> None:
    cloud, answers = wire
    answers["/file"] = (200, {"Content-Length": "10"}, b"half")
    with pytest.raises(Offline):
        list(cloud.download("/file"))


@pytest.mark.parametrize(("status", "kind"), [(403, Missing), (404, Missing), (500, Offline), (503, Offline)])
def test_links_that_do_not_lead_to_the_file(wire: Any, status: int, kind: type[Exception]) -> None:
    cloud, answers = wire
    answers["/file"] = (status, {}, b"<Error/>")
    with pytest.raises(kind):
        list(cloud.download("/file"))


def test_refusals_are_told_in_the_servers_words(wire: Any) -> None:
    cloud, answers = wire
    refusal = {"error": "not_found", "message": "No job has files of this name.", "details": {}}
    answers["/api/v1/sync/candidates"] = (404, {}, json.dumps(refusal).encode())
    with pytest.raises(Refused, match="No job has files") as told:
        cloud.announce("x", 1, "0" * 64, None)
    assert (told.value.status, told.value.code) == (404, "not_found")


def test_what_is_no_printlab_server_is_not_believed(wire: Any) -> None:
    cloud, answers = wire
    for body in (b"<html>Log in to the guest network</html>", b"{}"):
        answers["/api/v1/sync/manifest"] = (200, {}, body)
        with pytest.raises(Offline):
            cloud.manifest(None, archived=False)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    cloud = HttpCloud("http://127.0.0.1:9", "lab-pc", lambda: "x", tmp_path / "session")
    with pytest.raises(Offline):
        cloud.manifest(None, archived=False)


def test_a_file_that_changes_while_it_is_sent_is_not_sent(wire: Any) -> None:
    cloud, answers = wire
    answers["/store"] = (204, {}, b"")
    post = {"url": "/store", "fields": {"key": "k"}}
    cloud.upload(post, [b"1234"], 4)
    for pieces in ([b"12"], [b"12", b"3456"]):
        with pytest.raises(Offline):
            cloud.upload(post, pieces, 4)


def test_two_pieces_are_hashed_as_one(tmp_path: Path) -> None:
    path = tmp_path / "x"
    found = Disk().write(path, [b"ab", b"c"])
    assert (found.size, found.md5) == (3, hashlib.md5(b"abc").hexdigest())
    assert Disk().digest(path) == found
