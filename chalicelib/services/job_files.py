"""A job's files as people see them: what could be printed, and links to look at them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from chalicelib.aws import events, files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.errors import NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.filenames import Candidate
from chalicelib.domain.people import Caller
from chalicelib.services import clock, filing, slicing
from chalicelib.services.slicing import Slicing

LINK_LASTS = timedelta(hours=1)


def candidates(job: Job) -> list[Candidate]:
    """The original and what slicers saved beside it."""
    return _among(job, [file for file in filing.files_of(job) if file.is_latest])


def sliced_candidates(job: Job) -> list[tuple[Candidate, Slicing | None]]:
    """`candidates`, and what those that a slicer saved tell."""
    stored = {file.name: file for file in filing.files_of(job) if file.is_latest}
    listed = _among(job, stored.values())
    told = slicing.of_files([stored[file.name] for file in listed if not file.is_original])
    return [(file, told.get(file.name)) for file in listed]


def _among(job: Job, stored: Iterable[StoredFile]) -> list[Candidate]:
    present = [(file.name, file.size, _since(job, file)) for file in stored]
    return filenames.candidates(present, job.display_name, job.original_name)


def _since(job: Job, file: StoredFile) -> datetime:
    """Each move copies the files; the original, which nobody changes, is as old as the job."""
    return job.created_at if file.name == job.original_name else file.modified_at


def _with_file(job_id: str, filename: str) -> Job:
    """The job, which has a file of that name. Raises NotFound."""
    job = jobs.get(job_id)
    while filename not in {c.name for c in candidates(job)}:
        job, seen = jobs.get(job_id), job
        if job.version == seen.version:  # else it was moved while we looked into its old folder
            raise NotFound("This job has no such file.", filename=filename)
    return job


def download_link(job_id: str, filename: str) -> tuple[str, datetime]:
    """A link to one of the job's files and when it ends. Raises NotFound."""
    job = _with_file(job_id, filename)
    key = filenames.file_key(job.status, filename)
    url = files.presign_download(key, filename, int(LINK_LASTS.total_seconds()))
    return url, clock.now() + LINK_LASTS


def thumbnail_link(job_id: str) -> str:
    """A link that shows the job's picture, the same for half an hour: browsers need not load it again."""
    return _thumbnail_link(job_id, int(clock.now().timestamp() / LINK_LASTS.total_seconds() * 2))


@lru_cache(maxsize=4096)
def _thumbnail_link(job_id: str, _half_hour: int) -> str:
    key = filenames.thumbnail_key(job_id)
    return files.presign_download(key, "preview.png", int(LINK_LASTS.total_seconds()), inline=True)


def opened_in_slicer(job_id: str, by: Caller, filename: str) -> Job:
    """Record that a file of the job was opened at a workstation. Raises NotFound."""
    job = _with_file(job_id, filename)
    kind = "original" if filename == job.original_name else "slicer output"
    details = {"file": kind, "file_type": filenames.extension(filename)}
    events.record([events.make(job.id, EventType.FILE_OPENED_IN_SLICER, by, clock.now(), details)])
    return job
