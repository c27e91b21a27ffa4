"""`python -m bench.sync`: the agent of a lab PC against `rclone sync` and `aws s3 sync`, on the same cloud.

A share of 1,000 files is filled; then one job of a lab with 10,000 files moves, and each brings its share in
step again. What an idle hour asks and answers is counted through a relay, not waited for.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from agent.cloud import Health
from agent.commands import EVERYTHING_EVERY_S
from agent.config import PASSWORD_VARIABLE
from agent.disk import Disk
from agent.engine import Engine
from agent.http_cloud import HttpCloud
from agent.index import Index
from agent.lease import EVERY_S
from agent.manifest import Manifest
from agent.share import Share
from bench.fill import Years
from bench.lab import LAB_PC, STAFF_NAME, Lab, open_lab
from bench.lab_pc import at
from bench.relay import Relay, Traffic
from bench.report import machine, progress, table
from chalicelib.aws import files
from chalicelib.aws.tables import Guard, Job
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import metadata
from infra.local import environment
from infra.local.gateway import Server, product
from infra.local.ports import free_port, listen

FIRST, MANY = 1_000, 10_000
FILE_BYTES = {FIRST: 200_000, MANY: 2_000}  # of each model; among many it is the names that count
POLL_S = 15
_TRANSFERS = 8  # the agent's own default; rclone gets as many
_TURNS = 3
_TRAIL_AN_HOUR = 60


@dataclass(frozen=True)
class Cloud:
    """The lab that everybody keeps a share of: its server, its store, and an environment to reach them."""

    lab: Lab
    server: str
    store: str
    environment: dict[str, str]


class Agent:
    """Ours: `once` as a process, and a round of one that runs already."""

    name = "PrintLab agent"

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.share, self._state = folder / "share", folder / "state"
        self.share.mkdir(parents=True)
        self._cloud, self._config = cloud, folder / "agent.toml"
        lines = {"server": cloud.server, "workstation": LAB_PC}
        lines |= {"share": str(self.share), "state": str(self._state)}
        self._config.write_text("".join(f'{name} = "{value}"\n' for name, value in lines.items()))
        self._run("init")

    def sync(self) -> None:
        """A process that brings everything in step and ends."""
        self._run("once")

    def _run(self, command: str) -> None:
        _run([sys.executable, "-m", "agent", command, "--config", str(self._config)], self._cloud.environment)

    @contextmanager
    def running(self, server: str) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
        """A round and a heartbeat of an agent that has run for a while."""
        session = self._state / "session"
        cloud = HttpCloud(server, LAB_PC, lambda: self._cloud.lab.password, session)
        share, index = Share(self.share, Disk()), Index(self._state / "index.sqlite")
        engine = Engine(
            share, index, cloud, Manifest(archived=False), may_act=lambda: True, transfers=_TRANSFERS
        )
        engine.round()
        try:
            yield engine.round, lambda: cloud.heartbeat("idle", "idle", lead=False, health=Health())
        finally:
            index.close()


class Rclone:
    """`rclone sync` with what its manual advises for S3, so that it asks nothing about single objects."""

    name = "rclone sync"

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.share = folder / "rclone"
        self._command = [
            "rclone", "sync", f"lab:{environment.BUCKET}", str(self.share), "--fast-list", "--update",
            "--use-server-modtime", f"--transfers={_TRANSFERS}", "--config=/dev/null", "--quiet",
        ]  # fmt: skip
        settings = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": cloud.store,
            "ACCESS_KEY_ID": cloud.environment["AWS_ACCESS_KEY_ID"],
            "SECRET_ACCESS_KEY": cloud.environment["AWS_SECRET_ACCESS_KEY"],
        }
        self._environment = {f"RCLONE_CONFIG_LAB_{name}": value for name, value in settings.items()}

    def sync(self) -> None:
        """A process that brings everything in step and ends."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        _run(self._command, clean | self._environment)


class Aws:
    """`aws s3 sync`."""

    name = "aws s3 sync"

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.share = folder / "aws"
        self._command = [
            "aws", "s3", "sync", f"s3://{environment.BUCKET}", str(self.share), "--delete",
            "--only-show-errors", f"--endpoint-url={cloud.store}",
        ]  # fmt: skip
        self._environment = cloud.environment

    def sync(self) -> None:
        """A process that brings everything in step and ends."""
        _run(self._command, self._environment)


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[:3]} ended with {done.returncode}: {done.stdout}{done.stderr}")


@contextmanager
def filled(number: int) -> Iterator[Cloud]:
    """A lab with so many files: half of them models, half of them records."""
    with open_lab(large_tables=True) as lab:
        progress(f"sync: filling a lab with {number:,} files")
        Years({Status.UPLOADED: number // 2}).grow_to(number // 2)
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(partial(_store, FILE_BYTES[number]), Job.scan()))
        store = os.environ["AWS_ENDPOINT_URL"]
        server = Server(listen(free_port()))
        server.start(product(lab.functions, store, environment.BUCKET, lab.mailbox))
        try:
            yield Cloud(
                lab, f"http://127.0.0.1:{server.port}", store, {**os.environ, PASSWORD_VARIABLE: lab.password}
            )
        finally:
            server.stop()


def _store(size: int, job: Job) -> None:
    """A model and its record, with all that the manifest reads."""
    content = f"solid {job.id}\n".encode().ljust(size)
    job.file_size, job.file_hash = size, hashlib.sha256(content).hexdigest()
    job.authoritative_filename = job.original_name
    files.put(job.original_key, content, "model/stl")
    Guard(id=short_id_guard(job.short_id), job_id=job.id).save()
    job.save()
    metadata.write(job)


# --- what is measured -------------------------------------------------------------------


def peers() -> list[type[Rclone] | type[Aws]]:
    """Those that are installed."""
    found: list[type[Rclone] | type[Aws]] = []
    for peer, program, advice in (
        (Rclone, "rclone", "apt-get install rclone"),
        (Aws, "aws", "pip install awscli, into an environment of its own"),
    ):
        if shutil.which(program):
            found.append(peer)
        else:
            progress(f"sync: {peer.name} is left out: {advice}")
    return found


def first_sync() -> dict[str, float]:
    """Seconds to fill an empty share, the median of some turns."""
    taken: dict[str, list[float]] = {}
    with filled(FIRST) as cloud:
        for turn in range(_TURNS):
            for kind in (Agent, *peers()):
                with tempfile.TemporaryDirectory() as folder:
                    mine = kind(cloud, Path(folder))
                    progress(f"sync: {mine.name} fills a share, turn {turn + 1}")
                    taken.setdefault(mine.name, []).append(_timed(mine.sync))
                    progress(f"sync: {taken[mine.name][-1]:.1f} s")
                    _ensure(cloud, mine.share, FIRST)
    return {name: median(each) for name, each in taken.items()}


def one_change() -> tuple[dict[str, float], dict[str, tuple[int, ...]]]:
    """Seconds to follow the move of one job, and what an idle hour asks and answers."""
    taken: dict[str, list[float]] = {}
    with filled(MANY) as cloud, tempfile.TemporaryDirectory() as folder:
        agent = Agent(cloud, Path(folder))
        progress("sync: the first agent fills its share")
        agent.sync()
        others = [kind(cloud, Path(folder)) for kind in peers()]
        for each in others:
            shutil.copytree(agent.share, each.share, ignore=shutil.ignore_patterns(".printlab"))
        with agent.running(cloud.server) as (round_, _):
            ways = [(f"{agent.name}, running", round_, agent.share)]
            ways += [(each.name, each.sync, each.share) for each in others]
            waiting = iter([job.id for job in Job.scan()])
            for turn in range(_TURNS):
                progress(f"sync: one job moves, turn {turn + 1}")
                reject = {"staff_name": STAFF_NAME, "reasons": [], "custom_reason": "Too large."}
                cloud.lab.call("POST", f"/jobs/{next(waiting)}/reject", reject)
                for name, sync, share in ways:
                    taken.setdefault(name, []).append(_timed(sync))
                    _ensure(cloud, share, MANY)
        started_anew = f"{agent.name}, started anew"
        taken[started_anew] = [_timed(agent.sync)]
        hours = {name: astuple(hour) for name, hour in _idle(cloud, agent, others).items()}
        return {name: median(each) for name, each in taken.items()}, hours


def _timed(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def _ensure(cloud: Cloud, share: Path, number: int) -> None:
    """Raises RuntimeError when the share is not as the cloud is."""
    held = {path.relative_to(share).as_posix() for path in share.glob("[A-Z]*/*")}
    wanted = {file.key for file in files.current("") if file.key[0].isupper()}
    if held != wanted or len(held) != number:
        raise RuntimeError(f"{share} has {len(held)} files, {len(held ^ wanted)} of them wrong")


# --- an idle hour -----------------------------------------------------------------------


def _idle(cloud: Cloud, agent: Agent, others: list[Rclone | Aws]) -> dict[str, Traffic]:
    """Each asks as often as the agent does; one time of everything that recurs is counted."""
    progress("sync: counting an idle hour")
    polls = 3600 / POLL_S
    relay = Relay(urlsplit(cloud.server).port or 0)
    hours = {}
    with agent.running(f"http://127.0.0.1:{relay.port}") as (round_, beat):
        looks = _counted(relay, round_)
        trail = _counted(relay, lambda: at(2, round_))
        beats = _counted(relay, beat)
    listing = _counted(relay, lambda: _leave(agent, relay))
    hours[agent.name] = (
        looks.times(polls - _TRAIL_AN_HOUR)
        + trail.times(_TRAIL_AN_HOUR)
        + beats.times(3600 / EVERY_S)
        + listing.times(3600 / EVERYTHING_EVERY_S)
    )
    relay.close()
    for each in others:
        relay = Relay(urlsplit(cloud.store).port or 0)
        mine = type(each)(replace(cloud, store=f"http://127.0.0.1:{relay.port}"), each.share.parent)
        hours[each.name] = _counted(relay, mine.sync).times(polls)
        relay.close()
    return hours


def _counted(relay: Relay, do: Callable[[], object]) -> Traffic:
    before = relay.traffic
    do()
    return relay.traffic - before


def _leave(agent: Agent, relay: Relay) -> None:
    """An agent that lists everything, and has nothing to do."""
    with agent.running(f"http://127.0.0.1:{relay.port}"):
        pass


# --- the report -------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a peer follows a change faster than the agent."""
    if arguments:
        print(json.dumps({"first": first_sync, "change": one_change}[arguments[0]]()))
        return 0
    first = _part("first")
    change, hours = _part("change")
    print(f"## The agent of a lab PC\n\n{machine()}, everybody with the same cloud on the same machine.\n")
    kilobytes = FILE_BYTES[FIRST] // 1000
    for what, taken in (
        (f"first sync of {FIRST:,} files, half of them of {kilobytes} KB", first),
        (f"one job moves among {MANY:,} files", change),
    ):
        ours = next(iter(taken.values()))
        rows = [[name, f"{seconds:.2f} s", f"{seconds / ours:.1f} ×"] for name, seconds in taken.items()]
        print(table([what, "median", "of the agent's"], rows), end="\n\n")
    rows = [
        [name, f"{requests:,}", f"{sent / 1e6:.2f} MB", f"{received / 1e6:.2f} MB"]
        for name, (requests, sent, received) in hours.items()
    ]
    idle = f"an idle hour at {MANY:,} files, asking every {POLL_S} s"
    print(table([idle, "requests", "sent", "received"], rows))
    return 1 if min(change.values()) < next(iter(change.values())) else 0


def _part(name: str) -> Any:
    """In a process of its own: what has talked to one cloud does not talk to another."""
    command = [sys.executable, "-m", "bench.sync", name]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
