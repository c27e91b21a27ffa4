"""What went wrong once: each of these stopped the agent, misled people or left something behind."""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import SimpleNamespace
from typing import Any

import pytest

from agent import commands, lease
from agent.cloud import Health, Leadership, Offline, Page
from agent.disk import Disk, Entry
from agent.engine import Engine
from agent.index import Index
from agent.lease import Lease
from agent.manifest import Manifest
from agent.names import OWN, without_length_limit
from agent.plan import Base
from agent.share import NotMounted, Share
from tests.agent.model_cloud import ModelCloud


class Troubled(Disk):
    """Some files are open in another program; the share may go away in the middle of a listing."""

    def __init__(self) -> None:
        self.locked: set[str] = set()
        self.gone_after: Path | None = None

    def entries(self, folder: Path) -> list[Entry]:
        if self.gone_after == folder:
            folder.parent.rename(folder.parent.with_name("unmounted"))
            folder.parent.mkdir()
        return super().entries(folder)

    def unlink(self, path: Path) -> None:
        self._refuse(path)
        super().unlink(path)

    def digest(self, path: Path) -> Any:
        self._refuse(path)
        return super().digest(path)

    def _refuse(self, path: Path) -> None:
        if path.name in self.locked:
            raise PermissionError(errno.EACCES, "open in another program", str(path))


class Lab:
    """An engine on a share with a cloud in memory, one job in it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.disk, self.cloud = folder / "share", Troubled(), ModelCloud()
        self.root.mkdir()
        self.share = Share(self.root, self.disk)
        self.share.mark()
        self.index = Index(folder / "state" / "index.sqlite")
        self.manifest = Manifest(archived=False)
        self.engine = Engine(self.share, self.index, self.cloud, self.manifest, may_act=lambda: True)
        self.job = self.cloud.submit(1)

    def settle(self) -> None:
        for _ in range(3):
            self.engine.round()

    def on_share(self) -> set[tuple[str, str]]:
        return {(path.parent.name, path.name) for path in self.root.glob("[A-Z]*/*")}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    found = Lab(tmp_path)
    yield found
    found.index.close()


# --- the share ----------------------------------------------------------------------------


def test_a_share_that_goes_away_while_it_is_listed_forgets_nothing(lab: Lab) -> None:
    """Listed as empty, everything that was agreed on would be forgotten, and later taken for a person's."""
    lab.settle()
    lab.cloud.move(lab.job, "Pending")
    known = lab.index.all()
    lab.disk.gone_after = lab.root / "Uploaded"
    with pytest.raises(NotMounted):
        lab.engine.round()
    assert lab.index.all() == known
    lab.disk.gone_after = None
    lab.root.rmdir()
    lab.root.with_name("unmounted").rename(lab.root)
    lab.settle()
    assert lab.on_share() == set(lab.cloud.held())


def test_a_share_that_goes_away_at_a_deletion_forgets_nothing(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is not found any more was touched by somebody, unless nothing at all is found."""
    lab.settle()
    lab.cloud.delete(lab.job)
    known, real = lab.index.all(), lab.disk.rename_new

    def gone(source: Path, target: Path) -> None:
        lab.root.rename(lab.root.with_name("unmounted"))
        real(source, target)

    monkeypatch.setattr(lab.disk, "rename_new", gone)
    with pytest.raises(NotMounted):
        lab.engine.round()
    assert lab.index.all() == known


def test_a_locked_leftover_holds_nothing_else_up(lab: Lab) -> None:
    """A virus scanner may have it open: the rest of the share is kept in step all the same."""
    aside = lab.root / OWN / "aside" / "0" / "Uploaded"
    aside.mkdir(parents=True)
    (aside / "locked.gcode").write_bytes(b"a person's")
    (aside / "other.gcode").write_bytes(b"another's")
    incoming = lab.root / OWN / "incoming"
    incoming.mkdir()
    (incoming / "locked.part").write_bytes(b"half")
    lab.disk.locked = {"locked.gcode", "locked.part"}
    lab.settle()
    assert set(lab.cloud.held()) <= lab.on_share()
    assert ("Uploaded", "other.gcode") in lab.on_share()
    lab.disk.locked.clear()
    lab.settle()
    assert (lab.root / "Uploaded" / "locked.gcode").read_bytes() == b"a person's"
    assert [p.name for p in (lab.root / OWN).rglob("*") if p.is_file()] == ["share.json"]


def test_what_a_desktop_leaves_among_the_agents_own_does_not_stop_it(lab: Lab) -> None:
    (lab.root / OWN / "aside").mkdir()
    (lab.root / OWN / "aside" / ".DS_Store").write_bytes(b"x")
    lab.settle()
    assert lab.on_share() == set(lab.cloud.held())


def test_a_marker_is_whole_or_not_there(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = Share(tmp_path / "other", lab.disk)
    other.root.mkdir()
    monkeypatch.setattr(lab.disk, "rename_new", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        other.mark()
    with pytest.raises(NotMounted):
        other.share_id()
    monkeypatch.undo()
    assert other.mark() == other.share_id() == other.mark()


@pytest.mark.parametrize(
    ("path", "long"),
    [
        (r"Z:\PrintLab", r"\\?\Z:\PrintLab"),
        (r"\\server\lab\jobs", r"\\?\UNC\server\lab\jobs"),
        (r"\\?\Z:\PrintLab", r"\\?\Z:\PrintLab"),
        ("PrintLab", "PrintLab"),
    ],
)
def test_windows_has_no_limit_of_260_characters_there(path: str, long: str) -> None:
    assert str(without_length_limit(PureWindowsPath(path))) == long
    assert str(without_length_limit(PurePosixPath("/srv/share"))) == "/srv/share"


# --- a crash between the share and the index ------------------------------------------------


class Died(BaseException):
    """As a power cut."""


def test_what_had_its_name_already_is_the_agents_own_after_a_crash(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And goes, when its job is gone by then."""

    def die(base: Base) -> None:
        raise Died

    monkeypatch.setattr(lab.index, "put", die)
    with pytest.raises(Died):
        lab.engine.round()
    monkeypatch.undo()
    assert len(lab.on_share()) == 1
    lab.cloud.delete(lab.job)
    lab.settle()
    assert lab.on_share() == set()


def test_it_is_still_the_agents_own_when_it_was_locked_after_the_crash(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(base: Base) -> None:
        raise Died

    monkeypatch.setattr(lab.index, "put", die)
    with pytest.raises(Died):
        lab.engine.round()
    monkeypatch.undo()
    [(_, name)] = lab.on_share()
    lab.disk.locked = {name}
    lab.cloud.delete(lab.job)
    lab.settle()
    assert lab.on_share() == {("Uploaded", name)}
    lab.disk.locked.clear()
    lab.settle()
    assert lab.on_share() == set()


def test_what_was_replaced_before_a_crash_does_not_come_back_beside(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.settle()
    lab.cloud.move(lab.job, "Uploaded")  # its record is written anew

    def die(aside: Path) -> None:
        raise Died

    monkeypatch.setattr(lab.share, "remove", die)
    with pytest.raises(Died):
        lab.engine.round()
    monkeypatch.undo()
    lab.settle()
    assert lab.on_share() == set(lab.cloud.held())


def test_a_persons_file_in_the_place_of_what_was_about_to_come_stays_a_persons(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(source: Path, folder: str, name: str) -> Any:
        (lab.root / "Uploaded").mkdir(exist_ok=True)
        (lab.root / "Uploaded" / lab.job.original).write_bytes(b"a person's")
        raise Died

    monkeypatch.setattr(lab.share, "put", die)
    with pytest.raises(Died):
        lab.engine.round()
    monkeypatch.undo()
    lab.settle()
    assert b"a person's" in {path.read_bytes() for path in (lab.root / "Uploaded").iterdir()}


# --- files that do not come -----------------------------------------------------------------


def test_one_file_that_the_cloud_cannot_take_keeps_nothing_else_back(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.settle()
    (lab.root / "Uploaded" / f"{lab.job.name}_PLA.gcode").write_bytes(b"; poison")
    real = lab.cloud.announce

    def failing(name: str, *rest: Any) -> Any:
        if "PLA" in name:
            raise Offline("HTTP 500")
        return real(name, *rest)

    monkeypatch.setattr(lab.cloud, "announce", failing)
    lab.engine.round()
    other = lab.cloud.submit(2)
    report = lab.engine.round()
    assert ("Uploaded", other.original) in lab.on_share()
    assert report.errors == [f"Uploaded/{lab.job.name}_PLA.gcode: HTTP 500"]
    assert not report.clean


def test_a_lost_network_ends_the_round(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2, 9):
        lab.cloud.submit(number)
    asked = []

    def failing(url: str) -> Iterator[bytes]:
        asked.append(url)
        raise Offline("no network")

    monkeypatch.setattr(lab.cloud, "download", failing)
    with pytest.raises(Offline):
        lab.engine.round()
    assert len(asked) == 3


def test_a_damaged_original_is_told_and_asked_for_ever_more_rarely(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cloud's bytes are not what the student sent: nothing of it reaches the share."""
    lab.settle()
    original = lab.root / "Uploaded" / lab.job.original
    was = original.read_bytes()
    lab.job.files[lab.job.original] = b"damaged"
    real, listings = lab.cloud.manifest, []

    def shared(cursor: str | None, *, archived: bool) -> Page:
        listings.append(cursor)
        page = real(cursor, archived=archived)
        for job in page.jobs:
            for file in job.files:
                if file.name == lab.job.original:
                    object.__setattr__(file, "sha256", "0" * 64)
        return page

    monkeypatch.setattr(lab.cloud, "manifest", shared)
    lab.manifest.start_anew()
    for _ in range(20):
        report = lab.engine.round()
    assert original.read_bytes() == was
    assert "damaged: it is not what the student sent" in report.errors[0]
    assert listings.count(None) == 1 + len({1, 2, 4, 8, 16})


# --- the lease, the index, what people are told -----------------------------------------------


def test_the_clock_of_the_lease_goes_on_while_the_pc_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "CLOCK_BOOTTIME", 7, raising=False)  # where there is none
    monkeypatch.setattr(time, "clock_gettime", {time.CLOCK_BOOTTIME: 4711.0}.__getitem__)
    held = Lease(ModelCloud(), "share", "one")
    held.renew()
    assert held.held()
    monkeypatch.setattr(time, "clock_gettime", {time.CLOCK_BOOTTIME: 4711.0 + 3600}.__getitem__)
    assert not held.held()


def test_no_surprise_ends_the_heartbeats(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent without heartbeats would never lead again, and look well."""
    surprises, alive = [OSError("unreachable"), ValueError("?")], threading.Event()

    def heartbeat(*_: Any, **__: Any) -> Leadership:
        if surprises:
            raise surprises.pop()
        alive.set()
        return Leadership(True, "lab-pc", 180)

    cloud = ModelCloud()
    monkeypatch.setattr(cloud, "heartbeat", heartbeat)
    monkeypatch.setattr(lease, "EVERY_S", 0.001)
    with Lease(cloud, "share", "one").kept():
        assert alive.wait(30)


def test_a_damaged_index_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    index = Index(path)
    index.put(Base("job", "Uploaded", "a.stl", 1, 2, "md5"))
    index.close()
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    Path(f"{path}-wal").write_bytes(b"of the damaged one")
    index = Index(path)
    assert index.all() == {}
    assert len(index.instance()) == 32
    index.close()
    assert path.with_suffix(".damaged").exists()


def test_an_index_that_cannot_be_written_ends_a_step_and_not_the_agent(lab: Lab, tmp_path: Path) -> None:
    lab.settle()
    lab.cloud.move(lab.job, "Pending")
    other = sqlite3.connect(tmp_path / "state" / "index.sqlite", isolation_level=None)
    other.execute("begin exclusive")
    lab.index._database.execute("pragma busy_timeout=0")
    with pytest.raises(OSError, match="index"):
        lab.engine.round()
    other.execute("rollback")
    other.close()
    lab.settle()
    assert lab.on_share() == set(lab.cloud.held())


def _agent(state: Path, health: Health) -> Any:
    agent: Any = object.__new__(commands._Agent)
    agent._state, agent.lease = state, SimpleNamespace(health=health, leader="lab-pc-2")
    return agent


def test_who_follows_does_not_say_that_all_is_well(tmp_path: Path) -> None:
    agent = _agent(tmp_path, Health(last_success_at="2026-01-01T00:00:00+00:00", errors=["lost"]))
    agent.follows()
    said = json.loads((tmp_path / "status.json").read_text())
    assert said["last_success_at"] == "2026-01-01T00:00:00+00:00"
    assert said["errors"] == []


def test_a_status_that_cannot_be_written_does_not_end_the_agent(tmp_path: Path) -> None:
    _agent(tmp_path / "nowhere", Health()).failed(Offline("no network"))


@pytest.mark.parametrize(("minutes", "result"), [(0, 0), (-10, 1), (10, 1)])
def test_a_status_of_the_future_is_no_good_one(
    tmp_path: Path, minutes: int, result: int, capsys: pytest.CaptureFixture[str]
) -> None:
    _agent(tmp_path, Health())._write((datetime.now(UTC) + timedelta(minutes=minutes)).isoformat())
    config: Any = SimpleNamespace(state=tmp_path)
    assert commands.status(config) == result
    assert "last round" in capsys.readouterr().out
