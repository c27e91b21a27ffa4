"""The drills: a lab of 2,000 jobs is lost, and comes back elsewhere; another one loses its tables alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from boto3.session import Session as BotoSession
from localstack_client.session import Session

from chalicelib.aws.places import Folder
from chalicelib.aws.tables import Counter, Guard, Job
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import backups, clock
from infra import rebuild
from infra.http_client import HttpClient
from infra.local import secret_file
from infra.local.cloud import REGION, LocalCloud
from tests import guarded
from tests.backlog import fill
from tests.backup.coherence import Backup
from tests.backup.lab import Lab
from tests.steps import act, ok, submit

S = Status
LAB = {
    S.UPLOADED: 60,
    S.PRINTING: 40,
    S.COMPLETED: 100,
    S.PAIDPICKEDUP: 200,
    S.REJECTED: 100,
    S.ARCHIVED: 1500,
}


@contextmanager
def people(http: HttpClient, staff: HttpClient) -> Iterator[None]:
    """Somebody submits and approves, one job after the other, as long as the block lasts."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.3):
            ok(act(staff, submit(http), Action.APPROVE))

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def restored(data: Path, place: Path) -> str:
    """Restore into a data folder that is new, by the command; what it says."""
    command = [sys.executable, "-m", "infra.offline", str(data), "infra.restore", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def opened(data: Path) -> Iterator[Lab]:
    """The lab in a data folder."""
    cloud = LocalCloud(data, secret_file.load_or_create(data / "secrets.json"))
    cloud.start()
    try:
        cloud.wait_ready()
        names = cloud.environment()
        yield Lab(
            BotoSession(names["AWS_ACCESS_KEY_ID"], names["AWS_SECRET_ACCESS_KEY"], region_name=REGION),
            endpoint_url=names["AWS_ENDPOINT_URL"],
        )
    finally:
        cloud.stop()


def lose(*tables: type[Job | Guard | Counter]) -> None:
    """Empty tables."""
    for table in tables:
        with table.batch_write() as batch:
            for row in list(table.scan()):
                batch.delete(row)


def test_a_lab_of_2000_jobs(
    cloud: Session, http: HttpClient, staff: HttpClient, guard: guarded.Guard, tmp_path: Path
) -> None:
    for status, number in LAB.items():
        fill(status, number, days=1)
    place = Folder(tmp_path / "backups")
    with people(http, staff), guard.as_("back_up"):
        first = backups.make(place, clock.now() - timedelta(days=1))
    assert first
    Backup(place, first.manifest.stamp).check()
    second = backups.make(place, clock.now())
    assert second
    assert second.new_files < 200  # what people did after the first
    before = Lab(cloud).everything(read=False)
    said = restored(tmp_path / "new", tmp_path / "backups")
    assert "Everything agrees." in said
    with opened(tmp_path / "new") as lab:
        assert lab.everything(read=False) == before


def test_the_tables_alone_are_lost_and_there_is_no_backup(cloud: Session) -> None:
    for status in (S.PRINTING, S.ARCHIVED):
        fill(status, 150, days=1)
    before = Lab(cloud).rows("jobs")
    lose(Job, Guard, Counter)
    report = rebuild.rebuild(apply=True)
    assert (report.jobs, report.problems) == (300, [])
    assert Lab(cloud).rows("jobs") == before
