"""How PrintLab is doing: now, lately, and what should be looked at."""

from __future__ import annotations

from chalice.app import Response

from chalicelib.api.admin_schemas import HistoryQuery
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.monitoring import (
    AlertList,
    AllMetrics,
    ApplicationMetrics,
    ComponentsView,
    SampleHistory,
    SystemMetrics,
)
from chalicelib.api.views.sync import AgentList
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import agents, clock, health, process, watching

routes = Routes()


@routes.get("/monitoring/health", allow={Actor.STAFF}, answers=ComponentsView, reports_outages=True)
def check_components(call: Call) -> Response:
    """Every component, the mail server among them, with its latency; 503 when one is down."""
    view = ComponentsView.of(health.probe(), clock.now())
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(view.model_dump_json(), headers, 200 if view.status == "ok" else 503)


@routes.get("/monitoring/metrics/system", allow={Actor.STAFF})
def show_system_metrics(call: Call) -> SystemMetrics:
    """Memory, processor and disk of the process that answers."""
    return SystemMetrics.of(process.facts())


@routes.get("/monitoring/metrics/application", allow={Actor.STAFF})
def show_application_metrics(call: Call) -> ApplicationMetrics:
    """Jobs, promised work, what was given up, and the last run of every schedule."""
    return ApplicationMetrics.of(watching.snapshot(clock.now()))


@routes.get("/monitoring/metrics/all", allow={Actor.STAFF})
def show_all_metrics(call: Call) -> AllMetrics:
    """Components, system and application in one answer."""
    return AllMetrics.of(watching.snapshot(clock.now()), process.facts())


@routes.get("/monitoring/history", allow={Actor.STAFF})
def show_history(call: Call, query: HistoryQuery) -> SampleHistory:
    """Samples of the last hours, oldest first, at most 300: of a longer time every second or third."""
    return SampleHistory.of(watching.history(query.hours, clock.now()), query.hours)


@routes.get("/monitoring/alerts", allow={Actor.STAFF})
def list_alerts(call: Call) -> AlertList:
    """What should be looked at now, the most urgent first, each with its page of the runbook."""
    return AlertList.of(watching.current_alerts(clock.now()))


@routes.get("/monitoring/agents", allow={Actor.STAFF})
def list_agents(call: Call) -> AgentList:
    """The agents of the lab PCs: when each was heard of, what waits, what went wrong, and which one leads."""
    now = clock.now()
    return AgentList.of(agents.known(now), now)
