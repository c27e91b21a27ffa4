"""What each student brought to the lab lately.

Figures and events hold no personal data, so this is read from the jobs themselves, those of the period
that still exist: what it costs depends on the period and not on how old the lab is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from chalicelib.aws import jobs
from chalicelib.aws.jobs import Wanted
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Status

# Three months of a large lab: ten pages of the index. More are not read.
MAX_JOBS = 10_000


@dataclass
class Student:
    """One student, by e-mail address in whatever case; the name is that of the last submission."""

    email: str
    name: str
    last_submitted_at: datetime
    jobs: Counter[Status] = field(default_factory=Counter)
    disciplines: set[str] = field(default_factory=set)
    cost_cents: int = 0

    @property
    def total(self) -> int:
        """All jobs of the period."""
        return self.jobs.total()


@dataclass(frozen=True)
class Students:
    """Who submitted most first; not `complete` when the period holds more than `MAX_JOBS`."""

    students: list[Student]
    complete: bool


def since(start: datetime, discipline: str | None, search: str) -> Students:
    """The students of the jobs that were submitted from `start` on."""
    found = list(islice(_jobs(Wanted(search, discipline=discipline, created_from=start)), MAX_JOBS + 1))
    students = _by_student(found[:MAX_JOBS])
    students.sort(key=lambda student: (-student.total, student.name.casefold(), student.email))
    return Students(students, len(found) <= MAX_JOBS)


def _jobs(wanted: Wanted) -> Iterator[Job]:
    for status in Status:
        yield from jobs.in_status(status, wanted)


def _by_student(found: Iterable[Job]) -> list[Student]:
    students: dict[str, Student] = {}
    for job in sorted(found, key=lambda job: job.created_at, reverse=True):
        email = job.student_email.casefold()
        student = students.setdefault(email, Student(email, job.student_name, job.created_at))
        student.jobs[job.status] += 1
        student.disciplines.add(job.discipline)
        student.cost_cents += int(job.cost_cents or 0)
    return list(students.values())
