"""What the lab did, from the figures of its days: costs what the days are, not the jobs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chalicelib.aws import days, directory, jobs
from chalicelib.aws.days import Figures
from chalicelib.domain.lifecycle import Status
from chalicelib.services import clock

# Where a job waits for the lab or for its student.
_WAITING = (Status.UPLOADED, Status.PENDING, Status.READYTOPRINT, Status.PRINTING, Status.COMPLETED)


@dataclass(frozen=True)
class Scope:
    """The last `days` days up to today, all or one printer's or one discipline's."""

    days: int
    printer: str | None = None
    discipline: str | None = None

    @property
    def suffix(self) -> str:
        """What narrows the name of a figure."""
        if self.printer:
            return f"|printer:{self.printer}"
        return f"|discipline:{self.discipline}" if self.discipline else ""

    def dates(self, periods_ago: int = 0) -> list[date]:
        """The days of the period, oldest first; `periods_ago` = 1 is the one before."""
        last = clock.now().date() - timedelta(days=self.days * periods_ago)
        return [last - timedelta(days=n) for n in range(self.days - 1, -1, -1)]


@dataclass(frozen=True)
class Waiting:
    """A status in which jobs wait: how many, and since when the oldest does."""

    status: Status
    jobs: int
    oldest: datetime | None


def by_day(scope: Scope) -> dict[date, Figures]:
    """The figures of each day, oldest first."""
    return days.figures(scope.dates())


def period(scope: Scope, periods_ago: int = 0) -> Figures:
    """The figures of the whole period."""
    return total(days.figures(scope.dates(periods_ago)).values())


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of several days."""
    sums = Figures()
    for day in figures:
        sums.update(day)
    return sums


def broken_down(figures: Figures, dimension: str) -> dict[str, Figures]:
    """The figures by each value of a dimension, e.g. by printer id; deeper breakdowns are left out."""
    found: dict[str, Figures] = defaultdict(Figures)
    for name, number in figures.items():
        metric, _, rest = name.partition("|")
        kind, _, value = rest.partition(":")
        if kind == dimension and "|" not in value:
            found[value][metric] += number
    return dict(found)


@dataclass(frozen=True)
class StaffActivity:
    """What one staff member did; `events` by type."""

    name: str
    is_active: bool
    actions: int
    events: dict[str, int]


def staff_activity(figures: Figures) -> list[StaffActivity]:
    """Everybody who did something, busiest first; who has left is marked."""
    active = {member.name: member.is_active for member in directory.all_staff()}
    events: dict[str, dict[str, int]] = defaultdict(dict)
    for name, number in figures.items():
        metric, _, rest = name.partition("|staff:")
        staff, _, kind = rest.partition("|event:")
        if metric == "acted" and kind and number:
            events[staff][kind] = number
    found = [
        StaffActivity(staff, active.get(staff, False), sum(kinds.values()), dict(sorted(kinds.items())))
        for staff, kinds in events.items()
    ]
    return sorted(found, key=lambda one: (-one.actions, one.name))


def waiting(totals: Mapping[Status, int]) -> list[Waiting]:
    """How the queue stands now, `totals` jobs per status: one small read for each."""
    return [Waiting(status, totals[status], jobs.oldest_in(status)) for status in _WAITING]
