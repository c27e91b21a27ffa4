"""The record beside a job's files: enough, alone, to rebuild the job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.aws import files, jobs
from chalicelib.aws.files import Written
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status

SCHEMA = "printlab/job/1"
# The state of a moment.
_LEFT_OUT = frozenset({"lock_holder", "lock_place", "locked_by", "locked_until"})
_TRIES = 5


def document(job: Job) -> dict[str, Any]:
    """The job as plain JSON values; numbers and times in the table's own text form."""
    values: dict[str, Any] = {"schema": SCHEMA, "folder": job.status.folder}
    for name, attribute in job.get_attributes().items():
        value = getattr(job, name)
        if value is not None and name not in _LEFT_OUT:
            values[name] = attribute.serialize(value)
    return values


def job_from(values: Mapping[str, Any]) -> Job:
    """The job that `document` described. Raises ValueError for another schema."""
    if values.get("schema") != SCHEMA:
        raise ValueError(f"not a {SCHEMA} document: {values.get('schema')!r}")
    known = Job.get_attributes()
    return Job(**{name: known[name].deserialize(value) for name, value in values.items() if name in known})


def write(job: Job) -> Written:
    """Store the record of `job` in the folder of its status."""
    return files.put_json(filenames.metadata_key(job.status, job.display_name), document(job))


def forget(key: str, version: int) -> None:
    """Remove the records at `key` of the job before its `version`, when it left that folder.

    One may have been written after the move listed the folder, by a change that committed before it.
    A job that has come back since has its record there, of a later version.
    """
    for file in files.versions(key):
        if file.key != key:
            continue
        if _version_in(file) < version:
            files.delete(key, file.version_id)


def _version_in(file: files.StoredFile) -> int:
    """The version of the job that a record tells of; 0 when it tells of none."""
    try:
        return int(json.loads(files.read(file.key, file.version_id))["version"])
    except (files.Missing, KeyError, TypeError, ValueError):
        return 0


def refresh(job_id: str, status: Status) -> bool:
    """Bring the record in the folder of `status` up to the job, as long as the job is there.

    Others may change or move the job meanwhile: write, look again, and repeat until what is
    stored is what is true. A job that has moved on has a record of its own there, and ours is
    taken back. Answers whether that is certain; if not, the sweep must look again.
    """
    ours: list[Written] = []
    recorded = None
    for _ in range(_TRIES):
        job = jobs.find(job_id)
        if job is None or job.status is not status:
            for written in ours:
                files.delete(written.key, written.version_id)
            return not any(written.repeated for written in ours)
        if job.version == recorded:
            return True
        ours.append(write(job))
        recorded = job.version
    return False
