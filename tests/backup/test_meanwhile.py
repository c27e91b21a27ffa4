"""The lab works while it is backed up, and things stop in the middle."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import events
from chalicelib.aws.places import Folder, Piece, Place
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import backup_store, backups, clock, sweeping, trail
from chalicelib.services.consistent_copy import KeepsChanging
from infra import restore
from infra.http_client import HttpClient
from infra.local.functions import Functions
from infra.new_place import NotEmpty
from tests import invariants, steps
from tests.backlog import fill
from tests.backup.coherence import Backup
from tests.backup.lab import Lab
from tests.crashes.faults import AwsCall, Dies, DiesAtEffect, Fault, Faults, Killed, Meanwhile, Nothing
from tests.crashes.straight import straight
from tests.steps import act, lock, ok, submit, to_status

S = Status
_moments = itertools.count()


@pytest.fixture(scope="module")
def faults(cloud: Session) -> Faults:
    """Hooks on every call to the stores."""
    return Faults()


@pytest.fixture
def anybody(functions: Functions) -> HttpClient:
    """A client without a network: what it asks for happens in the thread that asks."""
    return straight(functions)


@pytest.fixture
def desk(anybody: HttpClient) -> HttpClient:
    """The front desk."""
    return steps.at(anybody, "front-desk")


def back_up(place: Place) -> str:
    """A backup with a stamp of its own."""
    made = backups.make(place, clock.now() + timedelta(seconds=next(_moments)))
    assert made
    return made.manifest.stamp


@dataclass
class Work:
    """What people do meanwhile, all on jobs of their own."""

    anybody: HttpClient
    desk: HttpClient

    def prepared(self) -> Callable[[], None]:
        """Something that happens at once: an approval, a deletion, a submission."""
        approved, deleted = submit(self.anybody), submit(self.anybody)
        ok(lock(self.desk, deleted))

        def happens() -> None:
            ok(act(self.desk, approved, Action.APPROVE))
            ok(act(self.desk, deleted, Action.DELETE))
            submit(self.anybody)

        return happens


@pytest.fixture
def work(anybody: HttpClient, desk: HttpClient) -> Work:
    """People."""
    return Work(anybody, desk)


def calls_of(faults: Faults, task: Callable[[], object]) -> int:
    """How many calls to the stores a task makes."""
    with faults.with_(Nothing()) as calls:
        task()
    return len(calls)


def test_whatever_happens_at_whichever_call(faults: Faults, work: Work, folder: Folder) -> None:
    total = calls_of(faults, lambda: back_up(folder))
    assert total > 15
    for at in range(0, total + 6, 2):
        other = Meanwhile(at, work.prepared())
        with faults.with_(other):
            stamp = back_up(folder)
        Backup(folder, stamp).check()


def test_no_event_is_lost_on_its_way_to_the_archive(
    faults: Faults, anybody: HttpClient, folder: Folder
) -> None:
    submit(anybody)
    trail.seal(clock.now() + timedelta(days=1, hours=1))
    for at in range(calls_of(faults, lambda: back_up(folder)) + 6):
        told = {event.id for event in events.of_job(submit(anybody)["id"])}
        night = Meanwhile(at, lambda: trail.rotate(clock.now() + timedelta(days=400)))
        with faults.with_(night):
            stamp = back_up(folder)
        assert night.result is None or night.result > 0
        backup = Backup(folder, stamp)
        archived = {entry["id"] for entry in backup.lines("_trail/events-")}
        assert told <= archived | {row["id"] for row in backup.rows("events")}, at


class Always(Fault):
    """Somebody changes something before every look."""

    def __init__(self, change: Callable[[], object]) -> None:
        self._change = change
        self._busy = False

    def before(self, call: AwsCall) -> None:
        """Before each call that reads where the chains of events end."""
        if call.operation in {"Scan", "Query"} and "-chains" in str(call.request["body"]) and not self._busy:
            self._busy = True
            self._change()
            self._busy = False


def test_what_goes_on_elsewhere_does_not_keep_a_backup_from_its_end(
    faults: Faults, anybody: HttpClient, folder: Folder
) -> None:
    with faults.with_(Always(lambda: submit(anybody))):
        stamp = back_up(folder)
    Backup(folder, stamp).check()


def test_a_job_that_never_stands_still_is_not_copied_wrongly(
    faults: Faults, anybody: HttpClient, desk: HttpClient, folder: Folder
) -> None:
    job, marks = submit(anybody), itertools.cycle([Action.REVIEW, Action.UNREVIEW])
    with pytest.raises(KeepsChanging), faults.with_(Always(lambda: ok(act(desk, job, next(marks))))):
        back_up(folder)
    assert backup_store.stamps(folder) == []
    Backup(folder, back_up(folder)).check()


def test_a_change_that_crashed_is_finished_in_the_copy(
    faults: Faults, anybody: HttpClient, desk: HttpClient, folder: Folder, destroy: Callable[[], None]
) -> None:
    job = submit(anybody)
    total = calls_of(faults, lambda: ok(act(desk, job, Action.APPROVE)))
    for at in range(total):
        job = submit(anybody)
        with pytest.raises(Killed), faults.with_(Dies(at)):
            act(desk, job, Action.APPROVE)
        Backup(folder, back_up(folder)).check()
    destroy()
    assert restore.restore(folder, backup_store.stamps(folder)[-1]) == []
    invariants.check()
    assert sweeping.sweep(clock.now() + timedelta(hours=1)).settled == 0


# --- a backup that stops ---------------------------------------------------------------------


class Stopped(Exception):
    """The process is gone."""


class Stops(Place):
    """A folder whose user dies just before one write or removal, or in the middle of it."""

    def __init__(self, folder: Folder, at: int) -> None:
        self._folder = folder
        self._left = at

    def _step(self) -> None:
        if self._left == 0:
            raise Stopped
        self._left -= 1

    def put(self, name: str, body: IO[bytes]) -> None:
        self._step()
        self._folder.put(name, body)

    def open(self, name: str) -> IO[bytes]:
        return self._folder.open(name)

    def pieces(self, prefix: str) -> Iterator[Piece]:
        return self._folder.pieces(prefix)

    def delete(self, name: str) -> None:
        self._step()
        self._folder.delete(name)

    def tidy(self, before: datetime) -> None:
        self._step()
        self._folder.tidy(before)


def test_a_backup_that_stops_anywhere_leaves_whole_ones_only(anybody: HttpClient, folder: Folder) -> None:
    first = back_up(folder)
    submit(anybody)
    for at in itertools.count():
        try:
            back_up(Stops(folder, at))
        except Stopped:
            for stamp in backup_store.stamps(folder):
                backups.check(folder, stamp)
        else:
            break
    assert at > 5
    assert first in backup_store.stamps(folder)
    Backup(folder, back_up(folder)).check()


def test_letting_go_may_stop_anywhere(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "_YOUNG", timedelta(0))
    for days in (900, 901, 902, 903, 3, 2, 1):
        fill(S.PRINTING, 1, days=1)
        assert backups.make(folder, clock.now() - timedelta(days=days))
    for at in itertools.count():
        try:
            backups.prune(Stops(folder, at), clock.now())
        except Stopped:
            pass
        else:
            break
        for stamp in backup_store.stamps(folder):
            backups.check(folder, stamp)
    named = {
        entry.sha256
        for stamp in backup_store.stamps(folder)
        for entry in backup_store.files_of(folder, stamp)
    }
    lists = {
        name for s in backup_store.stamps(folder) for name in backup_store.read_manifest(folder, s).lists
    }
    there = {piece.name.rpartition("/")[2] for piece in folder.pieces(backup_store.BYTES)}
    assert there == named | lists


# --- a restore that stops ---------------------------------------------------------------------


def test_a_restore_that_stops_anywhere_goes_on(
    faults: Faults,
    http: HttpClient,
    desk: HttpClient,
    folder: Folder,
    cloud: Session,
    destroy: Callable[[], None],
) -> None:
    job = submit(http)
    to_status(desk, job, S.COMPLETED)
    stamp, before = back_up(folder), Lab(cloud).everything()
    destroy()
    with faults.with_(Nothing()) as calls:
        restore.restore(folder, stamp)
    effects = sum(call.changes for call in calls)
    for at in range(1, effects, 2):
        destroy()
        with pytest.raises(Killed), faults.with_(DiesAtEffect(at)):
            restore.restore(folder, stamp)
        assert restore.restore(folder, stamp) == []
        assert Lab(cloud).everything() == before
    invariants.check()


def test_a_restore_that_stops_near_its_end_is_told_of_once(
    faults: Faults, folder: Folder, destroy: Callable[[], None]
) -> None:
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, SYSTEM, clock.now(), {"operation": "x"})
    events.record([told])
    stamp = back_up(folder)
    destroy()
    with faults.with_(Nothing()) as calls:
        restore.restore(folder, stamp)
    effects = sum(call.changes for call in calls)
    for at in range(effects - 3, effects):
        destroy()
        with pytest.raises(Killed), faults.with_(DiesAtEffect(at)):
            restore.restore(folder, stamp)
        restore.restore(folder, stamp)
        chain = events.of_job(events.SYSTEM_EVENTS)
        assert [event.details["operation"] for event in chain] == ["x", "restore"]
        assert chain[1].previous == chain[0].hash


def test_two_backups_are_not_mixed(http: HttpClient, folder: Folder, faults: Faults, destroy: Any) -> None:
    submit(http)
    first, second = back_up(folder), back_up(folder)
    destroy()
    with pytest.raises(Killed), faults.with_(DiesAtEffect(4)):
        restore.restore(folder, first)
    with pytest.raises(NotEmpty, match=first):
        restore.restore(folder, second)
