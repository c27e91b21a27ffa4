"""What the lab did: overview, trends, resources, staff."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from chalice.app import Response

from chalicelib.api.caching import while_no_job_changes
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import AnalyticsQuery, Nothing, PeriodQuery, StudentsQuery
from chalicelib.api.views import analytics as views
from chalicelib.api.views.analytics import (
    Activity,
    Day,
    DetailedStats,
    Overview,
    Queue,
    Resources,
    StaffPage,
    Stats,
    Storage,
    StudentsPage,
    StudentView,
    Totals,
    Trends,
)
from chalicelib.aws import documents
from chalicelib.aws.counters import Tally
from chalicelib.aws.days import Figures
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import analytics, students
from chalicelib.services.analytics import Scope

routes = Routes()


def _scope(query: AnalyticsQuery) -> Scope:
    if query.printer and query.discipline:
        raise InvalidInput.field("discipline", "Choose a printer or a discipline, not both.")
    return Scope(query.days, query.printer, query.discipline)


@routes.get("/analytics/overview", allow={Actor.STAFF}, answers=Overview, caches=True)
def show_overview(call: Call, query: AnalyticsQuery) -> Response:
    """The period beside the one before it, the queue, and why models were rejected."""
    scope = _scope(query)

    def build(tally: Tally) -> Overview:
        figures = analytics.period(scope)
        return Overview(
            days=scope.days,
            totals=Totals.of(figures, scope.suffix),
            before=Totals.of(analytics.period(scope, periods_ago=1), scope.suffix),
            queue=[Queue.of(one) for one in analytics.waiting(tally.totals)],
            storage=_storage(tally),
            rejections=views.reasons(figures),
        )

    return while_no_job_changes(call, query, build)


@routes.get("/analytics/trends", allow={Actor.STAFF}, answers=Trends, caches=True)
def show_trends(call: Call, query: AnalyticsQuery) -> Response:
    """Day by day: submissions, approvals, throughput, lead time, revenue."""
    scope = _scope(query)

    def build(tally: Tally) -> Trends:
        series = analytics.by_day(scope).items()
        days = [Day(date=day, totals=Totals.of(figures, scope.suffix)) for day, figures in series]
        return Trends(days=scope.days, series=days)

    return while_no_job_changes(call, query, build)


@routes.get("/analytics/resources", allow={Actor.STAFF}, answers=Resources, caches=True)
def show_resources(call: Call, query: PeriodQuery) -> Response:
    """Printers by day, grams by material, disciplines, and how long the queue is."""

    def build(tally: Tally) -> Resources:
        series = analytics.by_day(Scope(query.days))
        figures = analytics.total(series.values())
        return Resources(
            days=query.days,
            printer_days=views.printer_days(series),
            queue=[Queue.of(one) for one in analytics.waiting(tally.totals)],
            materials=views.slices(figures, "material", _materials()),
            **_breakdowns(figures),
        )

    return while_no_job_changes(call, query, build)


@routes.get("/analytics/staff", allow={Actor.STAFF}, answers=StaffPage, caches=True)
def show_staff_activity(call: Call, query: PeriodQuery) -> Response:
    """Who did what; those who have left are marked."""

    def build(tally: Tally) -> StaffPage:
        return StaffPage(days=query.days, staff=_activity(analytics.period(Scope(query.days))))

    return while_no_job_changes(call, query, build)


@routes.get("/analytics/students", allow={Actor.STAFF}, answers=StudentsPage, caches=True)
def show_students(call: Call, query: StudentsQuery) -> Response:
    """Who submitted what in the period, of the jobs that still exist; most jobs first."""

    def build(tally: Tally) -> StudentsPage:
        first = datetime.combine(Scope(query.days).dates()[0], time.min, UTC)
        found = students.since(first, query.discipline, query.search)
        start = (query.page - 1) * query.limit
        return StudentsPage(
            days=query.days,
            students=[StudentView.of(one) for one in found.students[start : start + query.limit]],
            page=query.page,
            limit=query.limit,
            total=len(found.students),
            complete=found.complete,
        )

    return while_no_job_changes(call, query, build)


@routes.get("/stats", allow={Actor.STAFF}, answers=Stats, caches=True)
def show_stats(call: Call) -> Response:
    """Jobs per status, what happened today, and the storage that is used."""
    return while_no_job_changes(call, Nothing(), lambda tally: Stats(**_now(tally)))


@routes.get("/stats/detailed", allow={Actor.STAFF}, answers=DetailedStats, caches=True)
def show_detailed_stats(call: Call, query: PeriodQuery) -> Response:
    """The same, with the breakdowns of a period."""

    def build(tally: Tally) -> DetailedStats:
        figures = analytics.period(Scope(query.days))
        return DetailedStats(
            **_now(tally),
            days=query.days,
            totals=Totals.of(figures),
            rejections=views.reasons(figures),
            staff=_activity(figures),
            **_breakdowns(figures),
        )

    return while_no_job_changes(call, query, build)


def _now(tally: Tally) -> dict[str, Any]:
    return {
        "counts": tally.totals,
        "total": sum(tally.totals.values()),
        "today": Totals.of(analytics.period(Scope(1))),
        "storage": _storage(tally),
    }


def _storage(tally: Tally) -> Storage:
    return Storage(used=tally.stored_bytes, limit=documents.lab_settings().storage_limit_gb * 2**30)


def _activity(figures: Figures) -> list[Activity]:
    return [Activity.of(one) for one in analytics.staff_activity(figures)]


def _breakdowns(figures: Figures) -> dict[str, Any]:
    printers = {printer.id: printer.name for printer in documents.catalog().printers}
    return {
        "printers": views.slices(figures, "printer", printers),
        "disciplines": views.slices(figures, "discipline", {}),
    }


def _materials() -> dict[str, str]:
    return {material.id: material.name for material in documents.catalog().materials}
