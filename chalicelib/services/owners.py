"""Whose file is it? By the short id in its name, which one job holds, or by the id in a picture's."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.aws import guards, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.submissions import duplicate_guard, short_id_guard


def of_files(stored: Iterable[StoredFile], *, ask_index: bool = True) -> dict[str, str]:
    """The id of the job that each file belongs to by its name, by key; files of no job are left out.

    Read consistently from guards and jobs. Where a short id has no guard, the index is asked as
    well (`ask_index`): a guard can be lost, and then no file of its job may pass for nobody's.
    """
    named = {file.key: short_id for file in stored if (short_id := filenames.short_id_in(_name(file.key)))}
    held = guards.owners({short_id_guard(short_id) for short_id in named.values()})
    ids = {short_id: held.get(short_id_guard(short_id)) for short_id in named.values()}
    unheld = {short_id for short_id, job_id in ids.items() if job_id is None and ask_index}
    owners = {job_id for job_id in ids.values() if job_id} | _unguarded(unheld)
    found = jobs.find_many(owners, "short_id", "display_name")
    by_short_id = {job.short_id: job for job in found.values()}
    return {
        key: job.id
        for key, short_id in named.items()
        if (job := by_short_id.get(short_id)) and filenames.belongs_to(_name(key), job.display_name)
    }


def owed(job: Job) -> list[str]:
    """The guards that a job must hold, its short id's first."""
    own = [duplicate_guard(job.file_hash, job.student_email)] if job.holds_guard else []
    return [short_id_guard(job.short_id), *own]


def _name(key: str) -> str:
    return key.partition("/")[2]


def _unguarded(short_ids: set[str]) -> set[str]:
    """The ids of the jobs that have these short ids by the index. Costs what the whole index holds."""
    if not short_ids:
        return set()
    everywhere = (job for status in Status for job in jobs.outlines(status, "short_id"))
    return {job.id for job in everywhere if job.short_id in short_ids}


def of_pictures(stored: Iterable[StoredFile]) -> dict[str, Job]:
    """The job of each thumbnail, by key; pictures of no job are left out."""
    ids = {file.key: file.name.removesuffix(".png") for file in stored}
    found = jobs.find_many(set(ids.values()))
    return {key: found[job_id] for key, job_id in ids.items() if job_id in found}
