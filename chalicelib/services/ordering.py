"""The orders of a job list, and where a list goes on in each of them.

The index gives one order, that of creation. Any other is made by reading a whole status, which is right
for a queue and wrong for an archive: `listing` says how much is too much.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from chalicelib.aws.tables import Job
from chalicelib.domain.errors import InvalidInput

Sort = Literal[
    "-created_at",
    "created_at",
    "-status_entered_at",
    "status_entered_at",
    "-updated_at",
    "updated_at",
    "-student_name",
    "student_name",
    "-printer",
    "printer",
    "-discipline",
    "discipline",
    "-cost_cents",
    "cost_cents",
]
SORTS: tuple[str, ...] = get_args(Sort)

# What of a job decides its place: whether there is a value at all, the value, and the id of equals.
Key = tuple[bool, str | float, str]


@dataclass(frozen=True)
class Order:
    """By one attribute; jobs without it come first, or last when it is `descending`."""

    attribute: str = "created_at"
    descending: bool = True

    @classmethod
    def of(cls, sort: Sort) -> Order:
        """From the spelling of the API, e.g. "-created_at" for the newest first."""
        return cls(sort.removeprefix("-"), sort.startswith("-"))

    @property
    def is_of_the_index(self) -> bool:
        """True when the index gives this order itself."""
        return self.attribute == "created_at"

    def key(self, job: Job) -> Key:
        """What the jobs are compared by."""
        value = getattr(job, self.attribute)
        if value is None:
            return False, "", job.id
        if isinstance(value, datetime):
            return True, value.timestamp(), job.id
        return True, value.casefold() if isinstance(value, str) else float(value), job.id

    def sorted(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs in this order."""
        return sorted(jobs, key=self.key, reverse=self.descending)

    def cursor(self, job: Job) -> str:
        """Where a list in this order goes on after `job`."""
        return written([self.attribute, *self.key(job)])

    def after(self, cursor: str, jobs: list[Job]) -> list[Job]:
        """Those of the sorted `jobs` that come behind the cursor's. Raises InvalidInput."""
        try:
            attribute, known, value, job_id = read(cursor)
            last = bool(known), value, str(job_id)
            if attribute == self.attribute:
                return [job for job in jobs if self._is_behind(self.key(job), last)]
        except (TypeError, ValueError):
            pass
        raise not_ours()

    def _is_behind(self, key: Key, last: Any) -> bool:
        return bool(key < last if self.descending else key > last)


def written(position: Any) -> str:
    """A position as text that fits a URL."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def read(cursor: str) -> Any:
    """What `written` was given. Raises InvalidInput for a text that is none of ours."""
    try:
        return json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, ValueError, RecursionError):
        raise not_ours() from None


def not_ours() -> InvalidInput:
    """What is said about a cursor that does not belong to the question."""
    return InvalidInput.field("cursor", "Use next_cursor of an answer to the same question.")
