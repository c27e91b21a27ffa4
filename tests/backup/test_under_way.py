"""While a backup is restored, and after a restore was stopped: nothing works on what is not all there."""

from __future__ import annotations

import itertools
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
from tests.crashes.faults import AwsCall, Dies, DiesAtEffect, Faults, Killed, Meanwhile, Nothing
from tests.models import stl_bytes
from tests.steps import act, confirm, ok, refused, submit, to_status

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
    """Every schedule fires, four days from now or another day later, and every message is worked on."""
    days = itertools.count(4)

    def run() -> None:
        now = clock.now() + timedelta(days=next(days))
        for schedule in functions.schedules():
            scheduler.run_once(schedule.function, now)
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


def test_nobody_gets_in_meanwhile(
    calls: list[AwsCall], stamp: str, folder: Folder, faults: Faults, http: HttpClient, cloud: Session
) -> None:
    with pytest.raises(Killed), faults.with_(Dies(after_rows_of("config", calls))):
        restore.restore(folder, stamp)  # all that anybody would need is there
    rows = Lab(cloud).everything(read=False)
    (waiting,) = [row for row in rows["jobs"] if row["status"]["S"] == "PENDING"]
    job_id = waiting["id"]["S"]
    login = {"workstation_id": "front-desk", "password": steps.password_of("front-desk")}
    refused(http.post(f"{steps.API}/auth/login", login), 503, "unavailable")
    refused(steps.announce(http, stl_bytes(1)), 503, "unavailable")
    refused(confirm(http, job_id), 503, "unavailable")
    refused(http.post(f"{steps.API}/submit/resend-confirmation", {"job_id": job_id}), 503, "unavailable")
    refused(steps.at(http, "front-desk").post(f"{steps.API}/jobs/{job_id}/lock"), 401)
    assert Lab(cloud).everything(read=False) == rows
    assert restore.restore(folder, stamp) == []
    assert ok(confirm(http, job_id))["status"] == "READYTOPRINT"


def test_nights_that_were_half_let_go_of_are_nights(
    stamp: str,
    folder: Folder,
    faults: Faults,
    destroy: Callable[[], None],
    all_functions: Callable[[], None],
) -> None:
    for at in range(1, 7):  # writes: among what is let go of, one after the other
        destroy()
        all_functions()
        all_functions()  # what the first one told is sealed
        assert archive.sealed_days()
        with pytest.raises(Killed), faults.with_(DiesAtEffect(at)):
            restore.restore(folder, stamp)
        assert restore.restore(folder, stamp) == []


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
    assert started.returncode == 2  # a service is not started again and again
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
