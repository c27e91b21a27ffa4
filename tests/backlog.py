"""Many jobs at once, as if the lab had handled them long ago: all their rows and files, in agreement."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from chalicelib.aws import counters, events, files
from chalicelib.aws.tables import Event, Guard, Job
from chalicelib.domain import filenames
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.people import STUDENT, SYSTEM
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import clock, metadata

_MODEL = b"solid small\nendsolid small\n"
_AT_ONCE = 16


def fill(status: Status, number: int, days: float) -> list[Job]:
    """`number` jobs that have stood in `status` for `days`, each with an original and its record."""
    since = clock.now() - timedelta(days=days)
    made = [_job(status, since) for _ in range(number)]
    with Job.batch_write() as rows:
        for job in made:
            rows.save(job)
    with Guard.batch_write() as guards:
        for job in made:
            guards.save(Guard(id=short_id_guard(job.short_id), job_id=job.id))
    counters.correct({status: number}, number * len(_MODEL))
    at_once([partial(_store, job) for job in made])
    return made


def at_once(tasks: Sequence[Callable[[], object]]) -> None:
    """Run many small tasks, several at a time."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for future in [pool.submit(task) for task in tasks]:
            future.result()


def _job(status: Status, since: datetime) -> Job:
    short_id = filenames.new_short_id()
    name = filenames.display_name("Jane Doe", "Filament", "Blue", short_id)
    created = since - timedelta(days=3)
    return Job(
        id=uuid.uuid4().hex,
        short_id=short_id,
        version=7,
        status=status,
        status_entered_at=since,
        created_at=created,
        updated_at=since,
        last_updated_by="Sam Ortiz",
        student_name="Jane Doe",
        student_email="jane@example.edu",
        discipline="Art",
        class_number="N/A",
        search_text=f"jane doe\n{short_id.casefold()}",
        original_filename="small.stl",
        display_name=name,
        authoritative_filename=f"{name}.stl",
        file_hash=hashlib.sha256(_MODEL).hexdigest(),
        file_etag=hashlib.md5(_MODEL).hexdigest(),
        file_size=len(_MODEL),
        holds_guard=False,
        method="Filament",
        printer="prusa-mk4s",
        color="Blue",
        thumbnail_state="failed",
    )


def _history(job: Job) -> list[Event]:
    way = {"from_status": Status.UPLOADED.value, "to_status": job.status.value}
    return [
        events.make(
            job.id, EventType.JOB_CREATED, STUDENT, job.created_at, {"to_status": Status.UPLOADED.value}
        ),
        events.make(job.id, EventType.STATUS_CHANGED, SYSTEM, job.status_entered_at, way),
    ]


def _store(job: Job) -> None:
    events.record(_history(job))
    files.put(job.original_key, _MODEL, "application/octet-stream")
    metadata.write(job)
