"""What the agent is asked to do on the command line."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
import time
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler

from agent import VERSION
from agent.cloud import Health, Offline, Refused
from agent.config import Config
from agent.disk import Digest, Disk
from agent.engine import Engine, NotLeading, TooManyDeletions
from agent.http_cloud import HttpCloud
from agent.index import Index
from agent.lease import Lease
from agent.manifest import Manifest
from agent.plan import Remote
from agent.progress import Bar, Progress, Silent
from agent.report import Report
from agent.share import NotMounted, Share

log = logging.getLogger("agent")

# A file that a slicer is writing stands still for so long when it is done.
_SETTLES_S = 2.0
# What went up may have to move in the next round, and what was kept beside leaves a place to be filled.
_MORE_ROUNDS = 3
# What no event tells of is found by a listing of everything.
EVERYTHING_EVERY_S = 6 * 3600.0
# After a refused login: ten an hour are allowed to everybody behind the lab's address.
_REFUSED_PAUSE_S = 600.0


def init(config: Config) -> int:
    """Make the configured folder a share. By hand and once: the marker proves later that it is mounted."""
    if not config.share.is_dir():
        raise NotMounted(f"{config.share} is no folder.")
    print(f"{config.share} is the share {Share(config.share, Disk()).mark()}.")
    return 0


def once(config: Config, *, delete_many: bool = False) -> int:
    """Bring the share in step now; 0 when it is, 1 when something is left."""
    agent = _Agent(config, delete_many=delete_many, progress=_progress())
    agent.lease.renew()
    with closing(agent.index), agent.lease.kept():
        report = agent.engine.round()
        done = report.done
        for _ in range(_MORE_ROUNDS):
            if report.unsettled:
                time.sleep(_SETTLES_S)  # what slicers have just saved is taken in the next round
            elif report.clean and not (report.done["upload"] or report.done["conflict"]):
                break
            report = agent.engine.round()
            done += report.done
        report.done = done
        agent.note(report)
    print(_summary(report))
    return 0 if report.clean else 1


def run(config: Config, *, delete_many: bool = False) -> int:
    """Keep the share in step until SIGINT or SIGTERM."""
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    agent = _Agent(config, delete_many=delete_many, progress=_progress())
    _first_heartbeat(agent, stop)
    with closing(agent.index), agent.lease.kept():
        _rounds(agent, stop, config.poll_seconds)
    return 0


def _first_heartbeat(agent: _Agent, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            agent.lease.renew()
            return
        except (Offline, Refused) as error:
            agent.failed(error)
            stop.wait(_REFUSED_PAUSE_S if isinstance(error, Refused) else 30)


def _rounds(agent: _Agent, stop: threading.Event, pause: float) -> None:
    listed = time.monotonic()
    while not stop.is_set():
        if time.monotonic() - listed > EVERYTHING_EVERY_S:
            agent.manifest.start_anew()
            listed = time.monotonic()
        wait = pause
        try:
            agent.note(agent.engine.round())
        except NotLeading:
            agent.follows()
        except (Offline, NotMounted, TooManyDeletions, OSError) as error:
            agent.failed(error)
        except Refused as refusal:
            agent.failed(refusal)
            wait = _REFUSED_PAUSE_S if refusal.status in {401, 403, 429} else pause
        stop.wait(wait)


def status(config: Config) -> int:
    """How the last round went; 1 when something is wrong or nothing was heard for five minutes."""
    try:
        said = json.loads((config.state / "status.json").read_text("utf-8"))
    except (OSError, ValueError):
        print("The agent has not run here yet.")
        return 1
    age = (datetime.now(UTC) - datetime.fromisoformat(said["at"])).total_seconds()
    print(f"agent {said['version']}, last round {age:.0f} s ago, leader: {said['leader'] or 'nobody'}")
    print(f"in step since: {said['last_success_at'] or 'never'}")
    print(f"waiting: {said['pending_downloads']} to come, {said['pending_uploads']} to go up")
    for text in said["errors"]:
        print(f"  {text}")
    # A clock that was set back makes a round of the future, which is as little known to be well.
    return 0 if not said["errors"] and abs(age) < 300 else 1


def verify(config: Config) -> int:
    """Hash every file of the share and compare it with the cloud; changes nothing."""
    agent = _Agent(config, delete_many=False, progress=Silent())
    agent.share.share_id()
    agent.manifest.update(agent.cloud)
    wanted = agent.manifest.files()
    wrong = []
    for key, remote in sorted(wanted.items()):
        try:
            found = Disk().digest(agent.share.path(remote.folder, remote.name))
            what = _difference(found, remote)
        except FileNotFoundError:
            what = "missing"
        if what:
            wrong.append(f"{what}: {key[0]}/{remote.name}")
    known = agent.index.all()
    extra = [local for key, local in agent.share.scan(known).items() if key not in wanted]
    lines = [*wrong, *(f"only here: {local.folder}/{local.name}" for local in extra)]
    print("\n".join([*lines, f"{len(wanted) - len(wrong)} of {len(wanted)} files are as in the cloud."]))
    agent.index.close()
    return 1 if wrong else 0


def _difference(found: Digest, remote: Remote) -> str | None:
    """What is wrong with a file of the share, or with the cloud's."""
    if found.md5 != remote.md5:
        return "differs, the cloud's is damaged" if found.sha256 == remote.sha256 else "differs"
    return None if remote.sha256 in {None, found.sha256} else "damaged here and in the cloud"


class _Agent:
    """Everything that belongs together at one share."""

    def __init__(self, config: Config, *, delete_many: bool, progress: Progress) -> None:
        config.state.mkdir(parents=True, exist_ok=True)
        _log_to(config)
        self._state = config.state
        self.cloud = HttpCloud(config.server, config.workstation, config.password, config.state / "session")
        self.share = Share(config.share, Disk())
        self.index = Index(config.state / "index.sqlite")
        self.manifest = Manifest(archived=config.archived)
        self.lease = Lease(self.cloud, self.share.share_id(), self.index.instance())
        self.engine = Engine(
            self.share,
            self.index,
            self.cloud,
            self.manifest,
            may_act=self.lease.held,
            transfers=config.transfers,
            delete_many=delete_many,
            progress=progress,
        )

    def note(self, report: Report) -> None:
        """Tell people how a round went, here and by the next heartbeat."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.lease.health = Health(
            last_success_at=now if report.clean else self.lease.health.last_success_at,
            pending_downloads=report.waiting["download"],
            pending_uploads=report.waiting["upload"],
            conflicts=len(report.conflicts),
            errors=report.errors,
        )
        self._write(now)
        if report.done or not report.clean:
            log.info(_summary(report))
        for error in report.errors:
            log.warning(error)

    def follows(self) -> None:
        """Another agent leads, and tells how share and cloud are."""
        self.lease.health = Health(last_success_at=self.lease.health.last_success_at)
        self._write(datetime.now(UTC).isoformat(timespec="seconds"))

    def failed(self, error: Exception) -> None:
        """The round could not be ended."""
        log.warning("%s: %s", type(error).__name__, error)
        self.lease.health.errors = [str(error) or type(error).__name__]
        self._write(datetime.now(UTC).isoformat(timespec="seconds"))

    def _write(self, now: str) -> None:
        said = {**asdict(self.lease.health), "at": now, "leader": self.lease.leader, "version": VERSION}
        path = self._state / "status.json"
        temporary = path.with_suffix(".new")
        try:
            temporary.write_text(json.dumps(said, indent=2), "utf-8")
            temporary.replace(path)
        except (
            OSError
        ) as error:  # full, or being read on Windows: the work goes on, and the next round says it
            log.warning("status.json: %s", error)


def _progress() -> Progress:
    return Bar() if sys.stderr.isatty() else Silent()


def _log_to(config: Config) -> None:
    handler = RotatingFileHandler(
        config.state / "agent.log", maxBytes=5_000_000, backupCount=5, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)


def _summary(report: Report) -> str:
    done = ", ".join(f"{count} {kind}" for kind, count in sorted(report.done.items())) or "nothing to do"
    waiting = ", ".join(f"{count} {kind}" for kind, count in sorted(report.waiting.items()))
    return done + (f"; waiting: {waiting}" if waiting else "")
