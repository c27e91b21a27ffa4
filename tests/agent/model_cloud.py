"""A cloud in memory that answers as the server does (services/share.py and candidates.py), and may fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from agent.cloud import (
    Health,
    Leadership,
    Missing,
    Offline,
    Page,
    Placed,
    Refused,
    SharedFile,
    SharedJob,
    Ticket,
)
from agent.names import FOLDERS

EXTENSIONS = frozenset({".gcode", ".3mf", ".bgcode"})


@dataclass
class Job:
    """A job; `folder` is None once it is deleted."""

    id: str
    name: str
    folder: str | None
    files: dict[str, bytes]
    original: str


@dataclass
class ModelCloud:
    """`tick` is called with every call, and may change the world. `excused`: bytes let go of rightly."""

    tick: Callable[[str], str | None] = lambda _: None
    jobs: dict[str, Job] = field(default_factory=dict)
    trail: list[str] = field(default_factory=list)
    waiting: dict[str, dict[str, Any]] = field(default_factory=dict)
    excused: set[bytes] = field(default_factory=set)

    # --- what the lab does ------------------------------------------------------------------

    def submit(self, number: int) -> Job:
        """A new job."""
        name = f"Jane_Filament_Blue_{'CDFGHJKM'[number % 8]}{number:05d}".replace("0", "A").replace("1", "B")
        files = {f"{name}.stl": b"solid %d" % number, f"{name}.metadata.json": b"{}%d" % number}
        job = Job(f"job{number}", name, "Uploaded", files, f"{name}.stl")
        self.jobs[job.id] = job
        self.trail.append(job.id)
        return job

    def move(self, job: Job, folder: str) -> None:
        """A transition: the record is written anew."""
        job.folder = folder
        job.files[f"{job.name}.metadata.json"] = b"{%s}%d" % (folder.encode(), len(self.trail))
        self.trail.append(job.id)

    def delete(self, job: Job) -> None:
        """The lab lets go of the job and all that it has."""
        self.excused.update(job.files.values())
        job.folder = None
        job.files = {}
        self.trail.append(job.id)

    def held(self) -> dict[tuple[str, str], bytes]:
        """Everything that the share must hold."""
        return {
            (job.folder, name): content
            for job in self.jobs.values()
            if job.folder
            for name, content in job.files.items()
        }

    # --- what the agent asks ------------------------------------------------------------------

    def manifest(self, cursor: str | None, *, archived: bool) -> Page:
        """A folder a page, then what the trail names since the listing began."""
        self._pass("manifest")
        kind, began, place = (cursor or f"all:{len(self.trail)}:0").split(":")
        if kind == "all":
            here = [self._shared(job) for job in self.jobs.values() if job.folder == FOLDERS[int(place)]]
            last = int(place) + 1 == len(FOLDERS)
            after = f"since:{began}:0" if last else f"all:{began}:{int(place) + 1}"
            return Page(tuple(here), True, True, after, EXTENSIONS)
        changed = dict.fromkeys(self.trail[max(0, int(began) - 2) :])
        found = tuple(self._shared(self.jobs[job_id]) for job_id in changed)
        return Page(found, False, False, f"since:{len(self.trail)}:0", EXTENSIONS)

    def _shared(self, job: Job) -> SharedJob:
        files = tuple(
            SharedFile(name, len(content), hashlib.md5(content).hexdigest(), None, f"{job.folder}/{name}")
            for name, content in sorted(job.files.items())
        )
        return SharedJob(job.id, job.folder, files)

    def download(self, url: str) -> Iterator[bytes]:
        """In two pieces, of which the second may not come."""
        self._pass("download")
        folder, _, name = url.partition("/")
        content = self.held().get((folder, name))
        if content is None:
            raise Missing(url)
        yield content[: len(content) // 2]
        if self._pass("half") != "truncate":
            yield content[len(content) // 2 :]

    def announce(self, name: str, size: int, sha256: str, replaces: str | None) -> Ticket:
        """Whose file it is, and whether it is there."""
        self._pass("announce")
        job = self._job(name)
        content = job.files.get(name)
        if content is not None and hashlib.sha256(content).hexdigest() == sha256:
            return Ticket(job.id, job.folder or "", None, None)
        key = str(len(self.waiting))
        self.waiting[key] = {"name": name, "sha256": sha256, "replaces": replaces, "body": None}
        return Ticket(job.id, job.folder or "", key, {"key": key})

    def _job(self, name: str) -> Job:
        for job in self.jobs.values():
            if job.folder and name.startswith(job.name):
                return job
        raise Refused(404, "not_found", "No job has files of this name.")

    def upload(self, post: dict[str, Any], pieces: Iterable[bytes], size: int) -> None:
        """Bytes that are not those announced are refused."""
        self._pass("upload")
        body = b"".join(pieces)
        if hashlib.sha256(body).hexdigest() != self.waiting[post["key"]]["sha256"]:
            raise Refused(400, "BadDigest", "The checksum is another.")
        self.waiting[post["key"]]["body"] = body

    def complete(self, candidate_id: str) -> Placed:
        """Beside the job's files, over another only if that was seen."""
        self._pass("complete")
        waits = self.waiting[candidate_id]
        job, name, body = self._job(waits["name"]), waits["name"], waits["body"]
        there = job.files.get(name)
        if there is not None and there != body:
            seen = hashlib.md5(there).hexdigest() == waits["replaces"]
            if seen and name != job.original:
                self.excused.add(there)
            else:
                stem, _, ending = name.rpartition(".")
                name = f"{stem}_{waits['sha256'][:8]}.{ending}"
                if job.files.get(name, body) != body:
                    name = f"{stem}_{waits['sha256']}{candidate_id}.{ending}"
        job.files[name] = body
        self.trail.append(job.id)
        self._pass("placed")
        return Placed(job.id, job.folder or "", name)

    def heartbeat(self, share_id: str, instance: str, *, lead: bool, health: Health) -> Leadership:
        """This agent leads."""
        self._pass("heartbeat")
        return Leadership(lead, "model", 180.0)

    def _pass(self, where: str) -> str | None:
        what = self.tick(where)
        if what == "offline":
            raise Offline("injected")
        return what
