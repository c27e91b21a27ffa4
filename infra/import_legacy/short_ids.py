"""A short id for every old job, always the same one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, count

from chalicelib.domain import filenames
from infra.import_legacy import jobs
from infra.import_legacy.values import Row


def wishes(rows: Mapping[str, Row]) -> dict[str, str]:
    """The short id that each job should have: its own where that is one of ours, else one made of its id."""
    return {
        job_id: jobs.legal_short_id(str(row.values.get("short_id") or "")) or next(_made_of(job_id))
        for job_id, row in rows.items()
    }


def assigned(rows: Mapping[str, Row], owner: Callable[[str], str | None]) -> dict[str, str]:
    """A short id for each job; `owner` tells which job has one already. Who brings its own comes first."""
    wanted, given = wishes(rows), dict[str, str]()
    taken: set[str] = set()
    own_first = sorted(wanted, key=lambda job_id: (wanted[job_id] == next(_made_of(job_id)), job_id))
    for job_id in own_first:
        choices = chain([wanted[job_id]], _made_of(job_id))
        given[job_id] = next(s for s in choices if s not in taken and owner(s) in {None, job_id})
        taken.add(given[job_id])
    return given


def _made_of(job_id: str) -> Iterator[str]:
    letters = filenames.SHORT_ID_ALPHABET
    for number in count():
        digest = hashlib.sha256(f"{job_id}/{number}".encode()).digest()
        yield "".join(letters[byte % len(letters)] for byte in digest[: filenames.SHORT_ID_LENGTH])
