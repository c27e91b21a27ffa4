"""While a backup is restored, and after a restore was stopped: nothing works on what is not all there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from localstack_client.session import Session

from chalicelib.aws import files
from chalicelib.aws import trail as archive
from chalicelib.aws.places import Folder
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import backups, clock, trail
from infra import restore
from infra.http_client import HttpClient
from infra.local.functions import Functions
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from infra.new_place import NotEmpty
from tests import invariants, steps
from tests.backlog import fill
from tests.backup.lab import Lab
from tests.crashes.faults import AwsCall, Dies, Faults, Killed, Meanwhile, Nothing
from tests.models import stl_bytes
from tests.steps import act, ok, refused, submit, to_status

S = Status


@pytest.fixture(scope="module")
def faults(cloud: Session) -> Faults:
    """Hooks on every call to the stores."""
    return Faults()


def back_up(place: Folder, later: timedelta = timedelta(0)) -> str:
    """A backup with a stamp of its own."""
    made = backups.make(place, clock.now() + later)
    assert made
    return made.manifest.stamp


@pytest.fixture
def stamp(http: HttpClient, staff: HttpClient, folder: Folder) -> str:
    """The backup of a lab in which a confirmation will run out and a model waits to be looked at."""
    ok(act(staff, submit(http), Action.APPROVE))
    to_status(staff, submit(http), S.COMPLETED)
    submit(http)
    return back_up(folder)


@pytest.fixture
def calls(
    stamp: str, folder: Folder, faults: Faults, destroy: Callable[[], None], cloud: Session
) -> list[AwsCall]:
    """The calls of a restore from beginning to end; nothing is left of it."""
    destroy()
    with faults.with_(Nothing()) as calls:
        restore.restore(folder, stamp)
    destroy()
    return list(calls)


def after_rows_of(table: str, calls: list[AwsCall]) -> int:
    """The number of the first call after those that have put the rows of a table."""
    puts = [c for c in calls if c.operation == "BatchWriteItem" and f"-{table}" in str(c.request["body"])]
    return puts[-1].number + 1


@pytest.fixture
def halfway(calls: list[AwsCall], stamp: str, folder: Folder, faults: Faults) -> str:
    """The stamp of a restore that died when the jobs were there, and little else."""
    with pytest.raises(Killed), faults.with_(Dies(after_rows_of("jobs", calls))):
        restore.restore(folder, stamp)
    return stamp


@pytest.fixture
def all_functions(functions: Functions, scheduler: Scheduler, pump: Pump) -> Callable[[], None]:
    """Every schedule fires, four days from now, and every message is worked on."""

    def run() -> None:
        for schedule in functions.schedules():
            scheduler.run_once(schedule.function, clock.now() + timedelta(days=4))
        while pump.step():
            pass

    return run


@pytest.mark.parametrize("table", ["jobs", "chains", "events", "outbox"])
def test_functions_rest_meanwhile(
    table: str,
    calls: list[AwsCall],
    stamp: str,
    folder: Folder,
    faults: Faults,
    cloud: Session,
    all_functions: Callable[[], None],
) -> None:
    with faults.with_(Meanwhile(after_rows_of(table, calls), all_functions)):
        assert restore.restore(folder, stamp) == []
    restored = Lab(cloud).everything()
    all_functions()  # now they may: the trail is sealed, the confirmation flagged, the model looked at
    assert trail.verify() is None
    invariants.check()
    assert restored != Lab(cloud).everything()


def test_nobody_gets_in_meanwhile(halfway: str, http: HttpClient) -> None:
    login = {"workstation_id": "front-desk", "password": steps.password_of("front-desk")}
    refused(http.post(f"{steps.API}/auth/login", login), 401)
    refused(steps.announce(http, stl_bytes(1)), 503)


def test_it_goes_on_by_itself_though_a_newer_backup_has_come(
    halfway: str, folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    newer = back_up(folder, later=timedelta(minutes=1))
    with pytest.raises(NotEmpty, match=f"STAMP={halfway}"):
        restore.restore(folder, newer)
    assert restore.main([str(tmp_path / "backups")]) == 0
    assert f"Restored {halfway}" in capsys.readouterr().out


def test_rows_of_somebody_else_are_not_passed_over(halfway: str, folder: Folder) -> None:
    fill(S.PRINTING, 1, days=1)
    with pytest.raises(NotEmpty, match=r"table of jobs holds 4 rows where the backup has 3"):
        restore.restore(folder, halfway)


def test_digests_of_a_lab_that_lost_its_rows_are_no_nights(
    stamp: str, folder: Folder, destroy: Callable[[], None]
) -> None:
    destroy()
    day = (clock.now() - timedelta(days=3)).date()
    archive.write_digest(day, 12, "", "0" * 64)
    with pytest.raises(NotEmpty, match="_trail/digests"):
        restore.restore(folder, stamp)
    assert archive.sealed_days() == [day]
    destroy()
    archive.write_archive(day, 90, [])
    with pytest.raises(NotEmpty, match="_trail/events-90"):
        restore.restore(folder, stamp)
    assert files.current("_trail/")


def test_a_pc_does_not_start_on_half_a_lab(stamp: str, folder: Folder, tmp_path: Path) -> None:
    data, backups_ = tmp_path / "data", tmp_path / "backups"
    missing = next(path for path in sorted((backups_ / "bytes").rglob("*")) if path.is_file())
    away = missing.rename(tmp_path / "away")
    command = [sys.executable, "-m", "infra.offline", str(data), "infra.restore", str(backups_)]
    assert subprocess.run(command, capture_output=True, timeout=120).returncode == 1

    started = _start(data)
    assert started.returncode == 1
    assert stamp in started.stderr
    assert "make restore" in started.stderr
    assert "Traceback" not in started.stderr

    away.rename(missing)
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "Everything agrees." in done.stdout, done.stderr


def _start(data: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PRINTLAB_"))}
    command = [sys.executable, "-m", "infra.local", "--data", str(data), "--port", str(free_port())]
    return subprocess.run(command, env=clean, capture_output=True, text=True, timeout=120)
