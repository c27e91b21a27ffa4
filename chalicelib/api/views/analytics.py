"""What the analytics pages show. Money in cents, weight in grams, times in hours."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel

from chalicelib.api.views.common import Time, dollars
from chalicelib.aws.days import Figures
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.pricing import usd
from chalicelib.domain.rejection import USUAL_REASONS
from chalicelib.services import analytics
from chalicelib.services.analytics import StaffActivity, Waiting
from chalicelib.services.students import Student


class Totals(BaseModel):
    """What happened in a period; completed, picked up and money are net of what was reverted."""

    submitted: int
    approved: int
    rejected: int
    confirmed: int
    completed: int
    failed: int
    picked_up: int
    payments: int
    revenue_cents: int
    revenue_usd: str
    average_payment_cents: int | None
    average_lead_hours: float | None
    completed_grams: float
    print_hours: float

    @classmethod
    def of(cls, figures: Figures, suffix: str = "") -> Totals:
        """From figures, all of them or those that `suffix` narrows."""
        number = {name: figures[name + suffix] for name in _METRICS}
        revenue = number["revenue_cents"]
        return cls(
            **{name: number[name] for name in _PLAIN},
            revenue_cents=revenue,
            revenue_usd=("-" if revenue < 0 else "") + (dollars(abs(revenue)) or ""),
            average_payment_cents=revenue // number["payments"] if number["payments"] > 0 else None,
            average_lead_hours=_average_hours(number["lead_minutes"], number["completed"]),
            completed_grams=number["weight_mg"] / 1000,
            print_hours=round(number["print_minutes"] / 60, 2),
        )


_PLAIN = (
    "submitted", "approved", "rejected", "confirmed", "completed", "failed", "picked_up", "payments",
)  # fmt: skip
_METRICS = (*_PLAIN, "revenue_cents", "lead_minutes", "weight_mg", "print_minutes")


def _average_hours(minutes: int, count: int) -> float | None:
    return round(minutes / 60 / count, 2) if count > 0 and minutes >= 0 else None


class Queue(BaseModel):
    """How a status stands: how many jobs, and since when the oldest one is in the system."""

    status: Status
    status_label: str
    jobs: int
    oldest: Time | None

    @classmethod
    def of(cls, waiting: Waiting) -> Queue:
        """From the queue as it is now."""
        return cls(
            status=waiting.status,
            status_label=waiting.status.label,
            jobs=waiting.jobs,
            oldest=waiting.oldest,
        )


class Storage(BaseModel):
    """What the students' files take, in bytes; `limit` is the lab's own."""

    used: int
    limit: int


class Reason(BaseModel):
    """How often a usual reason was given."""

    reason: str
    count: int


class Overview(BaseModel):
    """The period and the one before it, the queue as it stands, and why models were rejected."""

    days: int
    totals: Totals
    before: Totals
    queue: list[Queue]
    storage: Storage
    rejections: list[Reason]


class Day(BaseModel):
    """One UTC day."""

    date: date
    totals: Totals


class Trends(BaseModel):
    """Day by day, oldest first."""

    days: int
    series: list[Day]


class Slice(BaseModel):
    """One printer, material or discipline in a period."""

    id: str
    name: str
    totals: Totals


class PrinterDay(BaseModel):
    """What one printer did on a day."""

    date: date
    printer: str
    started: int
    completed: int
    failed: int
    print_hours: float


class Resources(BaseModel):
    """Who and what the period's work fell on."""

    days: int
    printers: list[Slice]
    materials: list[Slice]
    disciplines: list[Slice]
    printer_days: list[PrinterDay]
    queue: list[Queue]


class Activity(BaseModel):
    """What a staff member did; `events` counts by type."""

    name: str
    is_active: bool
    actions: int
    events: dict[str, int]

    @classmethod
    def of(cls, activity: StaffActivity) -> Activity:
        """From the figures."""
        return cls(**vars(activity))


class StaffPage(BaseModel):
    """Who did what in the period, busiest first."""

    days: int
    staff: list[Activity]


class Stats(BaseModel):
    """The lab at a glance."""

    counts: dict[Status, int]
    total: int
    today: Totals
    storage: Storage


class DetailedStats(Stats):
    """The same with the breakdowns of a period."""

    days: int
    totals: Totals
    printers: list[Slice]
    disciplines: list[Slice]
    rejections: list[Reason]
    staff: list[Activity]


def reasons(figures: Figures) -> list[Reason]:
    """The usual reasons that were given, most frequent first."""
    given = {
        name.removeprefix("rejected|reason:"): number
        for name, number in figures.items()
        if name.startswith("rejected|reason:") and number
    }
    found = [Reason(reason=USUAL_REASONS.get(code, code), count=number) for code, number in given.items()]
    return sorted(found, key=lambda one: (-one.count, one.reason))


def slices(figures: Figures, dimension: str, names: dict[str, str]) -> list[Slice]:
    """The period by printer, material or discipline, busiest first; `names` by id."""
    found = [
        Slice(id=value, name=names.get(value, value), totals=Totals.of(part))
        for value, part in analytics.broken_down(figures, dimension).items()
    ]
    return sorted(found, key=lambda one: (-one.totals.submitted, -one.totals.completed, one.name))


def printer_days(series: dict[date, Figures]) -> list[PrinterDay]:
    """Each printer's days on which it did something."""
    return [
        PrinterDay(
            date=day,
            printer=printer,
            started=part["started"],
            completed=part["completed"],
            failed=part["failed"],
            print_hours=round(part["print_minutes"] / 60, 2),
        )
        for day, figures in series.items()
        for printer, part in sorted(analytics.broken_down(figures, "printer").items())
        if part["started"] or part["completed"] or part["failed"]
    ]


class StudentView(BaseModel):
    """What one student submitted in a period: `jobs` in all and by status, `cost` of those with a price."""

    student_name: str
    student_email: str
    disciplines: list[str]
    jobs: int
    by_status: dict[Status, int]
    cost_cents: int
    cost_usd: str
    last_submitted_at: Time

    @classmethod
    def of(cls, student: Student) -> StudentView:
        """From the service."""
        return cls(
            student_name=student.name,
            student_email=student.email,
            disciplines=sorted(student.disciplines),
            jobs=student.total,
            by_status=dict(student.jobs),
            cost_cents=student.cost_cents,
            cost_usd=usd(student.cost_cents),
            last_submitted_at=student.last_submitted_at,
        )


class StudentsPage(BaseModel):
    """A page of the `total` students of a period; not `complete` where it holds too many jobs to read."""

    days: int
    students: list[StudentView]
    page: int
    limit: int
    total: int
    complete: bool
