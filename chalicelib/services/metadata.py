"""The record beside a job's files: enough, alone, to rebuild the job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import files, jobs
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames

SCHEMA = "printlab/job/1"
# The state of a moment, or made again from the files themselves.
_LEFT_OUT = frozenset({"lock_holder", "locked_by", "locked_until"})
_TRIES = 5


class StillChanging(Exception):
    """The job changed again each time its record was written: the next sweep writes it."""


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


def write(job: Job) -> files.StoredFile:
    """Store the record of `job` in the folder of its status; answers the new version."""
    key = filenames.metadata_key(job.status, job.display_name)
    return files.StoredFile(key, files.put_json(key, document(job)), 0, job.updated_at)


def refresh(job_id: str) -> None:
    """Bring the stored record up to the job as it is now.

    Others may change or move the job meanwhile: write, look again, and repeat
    until what is stored is what is true, taking back a record that came too late.
    """
    job = jobs.find(job_id)
    for _ in range(_TRIES):
        if job is None:
            return
        written = write(job)
        after = jobs.find(job_id)
        if after is not None and after.version == job.version:
            return
        if after is None or after.status is not job.status:
            files.delete(written.key, written.version_id)
        job = after
    raise StillChanging(job_id)
