"""Comparing what the table says with what lies in the bucket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status

COUNTERS = "counters"
# Where an audit looks, in this order.
PLACES = (*(status.folder for status in Status), filenames.THUMBNAILS, COUNTERS)
STATUS_OF = {status.folder: status for status in Status}

F = TypeVar("F")


class FindingKind(StrEnum):
    """What an audit can find."""

    ORPHANED_FILE = "orphaned_file"
    ORPHANED_THUMBNAIL = "orphaned_thumbnail"
    BROKEN_LINK = "broken_link"
    STALE_DUPLICATE = "stale_duplicate"
    FOLDER_MISMATCH = "folder_mismatch"
    METADATA_MISMATCH = "metadata_mismatch"
    COUNTERS_MISMATCH = "counters_mismatch"


MEANING = {
    FindingKind.ORPHANED_FILE: "This file belongs to no job.",
    FindingKind.ORPHANED_THUMBNAIL: "This picture belongs to no job.",
    FindingKind.BROKEN_LINK: "Files of this job are nowhere to be found, or damaged.",
    FindingKind.STALE_DUPLICATE: "The job has moved on, and has this very file where it is now.",
    FindingKind.FOLDER_MISMATCH: "Files of this job lie only in another folder than that of its status.",
    FindingKind.METADATA_MISMATCH: "The record beside the job's files is missing or says something else.",
    FindingKind.COUNTERS_MISMATCH: "This counter does not say what there is.",
}


def pair(
    jobs: Iterable[tuple[str, str]], files: Iterable[tuple[str, F]]
) -> Iterator[tuple[tuple[str, str] | None, list[F]]]:
    """Merge jobs (display name, id) with files (name, file), both in the order of names.

    Each job comes with its files, each other file alone with None. One file is read ahead.

    >>> list(pair([("A_B_C_1", "one"), ("A_B_C_2", "two")], [("A", 1), ("A_B_C_1.stl", 2), ("Z", 3)]))
    [(None, [1]), (('A_B_C_1', 'one'), [2]), (('A_B_C_2', 'two'), []), (None, [3])]
    """
    stream = iter(files)
    ahead = next(stream, None)
    for job in jobs:
        name = job[0]
        while ahead and ahead[0] < name:
            yield None, [ahead[1]]
            ahead = next(stream, None)
        own = []
        while ahead and filenames.belongs_to(ahead[0], name):
            own.append(ahead[1])
            ahead = next(stream, None)
        yield job, own
    while ahead:
        yield None, [ahead[1]]
        ahead = next(stream, None)
