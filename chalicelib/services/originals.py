"""Is the student's own file, to the byte, still what the student sent?"""

from __future__ import annotations

from chalicelib.aws import files
from chalicelib.aws.files import Missing, StoredFile
from chalicelib.aws.tables import Job


def is_as_sent(job: Job, size: int, etag: str) -> bool:
    """As far as a listing tells. Jobs of before the ETag was kept have their size alone."""
    return size == job.file_size and job.file_etag in {None, etag}


def damaged(job: Job) -> list[str]:
    """The original's name, when other bytes are in its place. Read only where the listing leaves a doubt."""
    there = files.head(job.original_key)
    if there is None or is_as_sent(job, there.size, there.etag):
        return []
    try:
        whole = there.size == job.file_size and _sha256(job.original_key, there.version_id) == job.file_hash
    except Missing:  # the job moved on while it was looked at
        return []
    return [] if whole else [job.original_name]


def is_the_same(job: Job, file: StoredFile) -> bool:
    """True when a file is, to the byte, what the student sent, under whatever name."""
    return file.size == job.file_size and _sha256(file.key, file.version_id) == job.file_hash


def _sha256(key: str, version_id: str) -> str:
    """The store's own, where it keeps one of the current version."""
    head = files.head(key)
    known = head.sha256 if head and head.version_id == version_id else None
    return known or files.sha256(key, version_id)
