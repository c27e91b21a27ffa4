"""What must be true of the whole lab whenever nothing is running."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chalicelib.aws import counters, events, files, guards, tables
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.submissions import duplicate_guard, short_id_guard
from chalicelib.services import figures, metadata, trail

# Not in a job's record: the state of a moment. And what the queue function adds later, made from the file.
_NOT_RECORDED = {"lock_holder", "lock_place", "locked_by", "locked_until"}
_ADDED_LATER = {"mesh", "mesh_error", "thumbnail_state"}


def check() -> None:
    """Everything below."""
    jobs = list(Job.scan(consistent_read=True))
    assert counters.totals() == {s: Counter(job.status for job in jobs)[s] for s in Status}
    assert [cleanup.id for cleanup in tables.Cleanup.scan()] == []
    for job in jobs:
        check_history(job)
        check_record(job)
    check_trail()
    check_files(jobs)
    check_guards(jobs)


def check_history(job: Job) -> None:
    """The events tell one unbroken way from submission to where the job stands."""
    history = events.of_job(job.id)
    assert history[0].event_type == "JobCreated"
    assert sum(event.event_type == "JobCreated" for event in history) == 1
    # A payment tells of its move in two events.
    moves = [e.details for e in history if "to_status" in e.details]
    steps = [(move.get("from_status"), move["to_status"]) for move in moves]
    changes = [step for step, _ in itertools.groupby(steps)]
    for (_, stood), (left, _) in itertools.pairwise(changes):
        assert left == stood, changes
    assert changes[-1][1] == job.status.value, changes


def check_trail() -> None:
    """Nothing was changed in the events, and the figures of each day are what they add up to."""
    for day in {event.day for event in tables.Event.scan(consistent_read=True)}:
        assert figures.differences(date.fromisoformat(day)) == {}
    today = datetime.now(UTC)
    trail.seal(today + timedelta(days=1, hours=1))
    assert trail.verify() is None
    for file in list(files.versions(filenames.TRAIL)):
        files.delete(file.key, file.version_id)


def check_record(job: Job) -> None:
    """metadata.json, alone, rebuilds the job."""
    stored = json.loads(files.read(filenames.metadata_key(job.status, job.display_name)))
    assert stored["folder"] == job.status.folder
    rebuilt = metadata.job_from(stored)
    assert differences(rebuilt, job) - _ADDED_LATER == set()


def differences(one: Job, other: Job) -> set[str]:
    """The attributes in which two jobs differ, as far as they are recorded."""
    names = set(Job.get_attributes()) - _NOT_RECORDED
    return {name for name in names if getattr(one, name) != getattr(other, name)}


def check_files(jobs: list[Job]) -> None:
    """Every object belongs to a job and lies in the folder of its status; the original is whole."""
    stored = list(files.versions(""))
    by_name = {job.display_name: job for job in jobs}
    ids = {job.id for job in jobs}
    for file in stored:
        folder, _, name = file.key.rpartition("/")
        if file.key.startswith(f"{filenames.ORPHANED}/"):
            continue
        if folder == filenames.THUMBNAILS:
            assert name.removesuffix(".png") in ids, f"{file.key} is of no job"
            continue
        owner = next((job for n, job in by_name.items() if filenames.belongs_to(name, n)), None)
        assert owner is not None, f"{file.key} is of no job"
        assert folder == owner.status.folder, f"{file.key}: the job is {owner.status}"
    keys = {file.key for file in stored if file.is_latest}
    for job in jobs:
        assert job.file_key in keys
        assert hashlib.sha256(files.read(job.original_key)).hexdigest() == job.file_hash


def check_guards(jobs: list[Job]) -> None:
    """Each job that holds its reservation owns it, and nobody holds one for a job that does not."""
    held = {row.id: row.job_id for row in tables.Guard.scan() if row.id.startswith("file#")}
    expected = {duplicate_guard(j.file_hash, j.student_email): j.id for j in jobs if j.holds_guard}
    assert held == expected
    for job in jobs:
        assert guards.owner(short_id_guard(job.short_id)) == job.id


_TABLES = (
    tables.Job,
    tables.Event,
    tables.Payment,
    tables.OutboxMessage,
    tables.Counter,
    tables.Guard,
    tables.Cleanup,
    tables.Audit,
    tables.Finding,
    tables.StaffMember,
    tables.Workstation,
    tables.ConfigDocument,
)


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """Without what says only that somebody looked: a lock that came and went."""
    return {name: value for name, value in row.items() if name not in {"changes", "changed_at"}}


def everything() -> dict[str, Any]:
    """All rows and all object versions, to compare before and after. Rate windows and sessions aside."""
    rows = {
        table.Meta.table_name: sorted(
            json.dumps(_lasting(row.serialize()), sort_keys=True, default=str) for row in table.scan()
        )
        for table in _TABLES
    }
    return {**rows, "files": sorted((file.key, file.version_id) for file in files.versions(""))}
