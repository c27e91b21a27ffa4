"""A lab with a share, an agent, people at slicers, a cloud that moves on, and everything going wrong.

Before each step of the agent (a call of the disk or of the cloud) something may happen, as the seed says: a
person saves, deletes or renames a file; a job moves or goes; the network, the disk, the share or the agent's
life ends. The agent is then started again on what is left.
"""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from agent.cloud import Missing, Offline, Refused
from agent.disk import Digest, Disk, Entry
from agent.engine import Engine, NotLeading, TooManyDeletions
from agent.index import Index
from agent.manifest import Manifest
from agent.names import FOLDERS, OWN, extension, is_of_a_job
from agent.share import NotMounted, Share
from tests.agent.model_cloud import EXTENSIONS, Job, ModelCloud

# What stops a round; the next one goes on.
STOPS = (Offline, Refused, Missing, NotMounted, NotLeading, TooManyDeletions, OSError)


class Killed(BaseException):
    """The agent's process is gone."""


class BadDisk(Disk):
    """The real disk, on which something may happen before every step."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def entries(self, folder: Path) -> list[Entry]:
        self._lab.step("entries")
        return super().entries(folder)

    def entry(self, path: Path) -> Entry | None:
        self._lab.step("entry")
        return super().entry(path)

    def pieces(self, path: Path) -> Iterator[bytes]:
        self._lab.step("read")
        self._lab.refuse_locked(path)
        return super().pieces(path)

    def write(self, path: Path, pieces: Iterable[bytes]) -> Digest:
        if self._lab.step("write") == "full":
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(path, pieces)

    def rename_new(self, source: Path, target: Path) -> None:
        self._lab.step("rename")
        self._lab.refuse_locked(source)
        super().rename_new(source, target)
        self._lab.step("renamed")

    def unlink(self, path: Path) -> None:
        self._lab.step("unlink")
        super().unlink(path)
        self._lab.step("unlinked")

    def mkdir(self, path: Path) -> None:
        self._lab.step("mkdir")
        super().mkdir(path)


class Lab:
    """The whole of it. `trace` tells what happened; the same seed gives the same trace."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.folder = folder
        self.root = folder / "share"
        self.away = folder / "unmounted"
        self.root.mkdir(parents=True)
        self.trace: list[str] = []
        self.cloud = ModelCloud(self.step)
        self.saved: set[bytes] = set()
        self.originals: dict[str, bytes] = {}
        self.locked: set[Path] = set()
        self.leads = True
        self._quiet = True
        self._number = 0
        Share(self.root, Disk()).mark()
        for _ in range(self.random.randint(1, 4)):
            self._submit()
        self._start()

    # --- the agent ---------------------------------------------------------------------

    def _start(self) -> None:
        self.index = Index(self.folder / "state" / "index.sqlite")
        self.share = Share(self.root, BadDisk(self))
        manifest = Manifest(archived=True)
        self.engine = Engine(self.share, self.index, self.cloud, manifest, may_act=lambda: self.leads)

    def chaos(self, rounds: int) -> None:
        """Rounds in which anything may happen."""
        for _ in range(rounds):
            self._quiet = False
            try:
                self.engine.round()
                self.trace.append("round")
            except STOPS as error:
                self.trace.append(type(error).__name__)
            except Killed:
                self.trace.append("killed")
                self._restart()
            finally:
                self._quiet = True
            self._calm_down()
            self.check()

    def _restart(self) -> None:
        self.index.close()
        if self.random.random() < 0.1:  # the PC has a new disk
            (self.folder / "state" / "index.sqlite").unlink()
            self.trace.append("index lost")
        self._start()

    def _calm_down(self) -> None:
        """What lasted for a while ends."""
        self.locked.clear()
        self.leads = True
        if self.away.exists():
            shutil.rmtree(self.root, ignore_errors=True)
            self.away.rename(self.root)

    def settle(self) -> None:
        """Nothing happens any more; the agent has all the time that it needs."""
        self._quiet = True
        self._restart()
        for _ in range(9):
            self.engine.round()
            self.check()

    # --- what happens --------------------------------------------------------------------

    def step(self, where: str) -> str | None:
        """Before a step of the agent."""
        if self._quiet or self.random.random() > 0.06:
            return None
        happening = self.random.choice(self._HAPPENINGS)
        self.trace.append(f"{where}:{happening.__name__}")
        self._quiet = True  # people are no agents
        try:
            return happening(self)
        finally:
            self._quiet = False

    def refuse_locked(self, path: Path) -> None:
        """As Windows does with a file that a program has open."""
        if path in self.locked:
            raise PermissionError(errno.EACCES, "open in another program", str(path))

    def _submit(self) -> None:
        self._number += 1
        job = self.cloud.submit(self._number)
        self.originals[job.id] = job.files[job.original]

    def _cloud_moves(self) -> None:
        job = self._some_job()
        if job:
            self.cloud.move(job, self.random.choice(FOLDERS))

    def _cloud_deletes(self) -> None:
        job = self._some_job()
        if job and self.random.random() < 0.3:
            self.cloud.delete(job)

    def _somebody_elses_slicer(self) -> None:
        """A file comes by another share."""
        job = self._some_job()
        if job:
            name = f"{job.name}_other{self.random.randint(0, 2)}.gcode"
            self.cloud.excused.add(job.files.get(name, b""))
            job.files[name] = self._content()
            self.cloud.trail.append(job.id)

    def _some_job(self) -> Job | None:
        alive = [job for job in self.cloud.jobs.values() if job.folder]
        return self.random.choice(alive) if alive else None

    def _content(self) -> bytes:
        self._number += 1
        return b"; %d %d\n" % (self._number, self.random.getrandbits(64))

    def _person_saves(self) -> None:
        """What a slicer does: a new file, or over an old one, in whatever folder it was opened from."""
        job = self.random.choice(list(self.cloud.jobs.values()))
        suffix = self.random.choice(
            ["_PLA.gcode", "_pla.gcode", "_PETG.3mf", ".stl", ".metadata.json", ".txt"]
        )
        self._save(self.root / self.random.choice(FOLDERS) / (job.name + suffix))

    def _person_changes(self) -> None:
        """Over a file that is there."""
        files = self._people_see()
        if files:
            self._save(self.random.choice(files))

    def _save(self, path: Path) -> None:
        if not (self.root / OWN / "share.json").exists():  # nobody can save on a share that is not mounted
            return
        path.parent.mkdir(exist_ok=True)
        if path.exists():
            self.cloud.excused.add(path.read_bytes())
        content = self._content()
        path.write_bytes(content)
        self.saved.add(content)
        if self.random.random() < 0.3:  # the PC's clock was wrong
            moment = self.random.randint(0, 2_000_000_000)
            os.utime(path, (moment, moment))

    def _person_deletes(self) -> None:
        files = self._people_see()
        if files:
            path = self.random.choice(files)
            self.cloud.excused.add(path.read_bytes())
            path.unlink()

    def _person_renames(self) -> None:
        files = self._people_see()
        if files:
            path = self.random.choice(files)
            target = path.with_name(path.stem + "x" + path.suffix)
            if not target.exists():
                path.rename(target)
                self.saved.add(target.read_bytes())

    def _people_see(self) -> list[Path]:
        return sorted(path for folder in FOLDERS for path in (self.root / folder).glob("*"))

    def _lock(self) -> None:
        self.locked.update(self._people_see()[:2])

    def _lease_ends(self) -> None:
        self.leads = False

    def _unmount(self) -> None:
        if not self.away.exists():
            self.root.rename(self.away)
            self.root.mkdir()

    def _die(self) -> None:
        raise Killed

    def _go_offline(self) -> str:
        return "offline"

    def _truncate(self) -> str:
        return "truncate"

    def _fill_disk(self) -> str:
        return "full"

    _HAPPENINGS = (
        *[_person_saves, _person_changes] * 3,
        *[_cloud_moves] * 3,
        _submit,
        _cloud_deletes,
        _somebody_elses_slicer,
        _person_deletes,
        _person_renames,
        _lock,
        _lease_ends,
        _unmount,
        _die,
        _die,
        _go_offline,
        _truncate,
        _truncate,
        _fill_disk,
    )

    # --- what must be true ---------------------------------------------------------------

    def check(self) -> None:
        """Always: nothing that a person saved is lost, no original is touched, nothing lies outside."""
        everywhere = {path.read_bytes() for path in self.root.rglob("*") if path.is_file()}
        in_cloud = set(self.cloud.held().values())
        lost = self.saved - self.cloud.excused - everywhere - in_cloud
        assert not lost, f"lost: {lost}"
        for job in self.cloud.jobs.values():
            if job.folder:
                assert job.files[job.original] == self.originals[job.id]
        assert {path.name for path in self.folder.iterdir()} <= {"share", "state"}

    def check_settled(self) -> None:
        """At the end: the share holds what the cloud holds, and beyond that only what is not taken up."""
        held = self.cloud.held()
        on_share = {(path.parent.name, path.name): path.read_bytes() for path in self._people_see()}
        for (folder, name), content in held.items():
            same = {(f, n) for f, n in held.keys() | on_share.keys() if f == folder and _one(n, name)}
            # Of names that differ by case alone, one place is all that Windows has for them.
            assert on_share.get((folder, name)) == content or len(same) > 1, f"{folder}/{name}"
        alive = [job.name for job in self.cloud.jobs.values() if job.folder]
        for folder, name in on_share.keys() - held.keys():
            taken_up = is_of_a_job(name) and extension(name) in EXTENSIONS
            ours = any(name.startswith(job) for job in alive)
            same_place = any(f == folder and _one(n, name) for f, n in held)
            assert not (taken_up and ours) or same_place, f"left on the share: {folder}/{name}"
            # Without an index nobody knows whose an old record is, or a file of a job that is gone.
            lost = "index lost" in self.trace and not any(n == name for _, n in held)
            by_a_person = on_share[folder, name] in self.saved
            old_record = "index lost" in self.trace and name.endswith(".metadata.json")
            assert by_a_person or lost or old_record, f"the agent's own, left behind: {folder}/{name}"
        mine = [p for p in (self.root / OWN).rglob("*") if p.is_file() and p.name != "share.json"]
        assert mine == []

    def fingerprint(self) -> str:
        """Of the trace and of how it ended, to compare two runs."""
        ended = sorted((*key, content) for key, content in self.cloud.held().items())
        return hashlib.sha256(repr((self.trace, ended)).encode()).hexdigest()


def _one(name: str, other: str) -> bool:
    return name.casefold() == other.casefold()
