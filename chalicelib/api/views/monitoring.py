"""How PrintLab is doing, as staff see it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.aws.watch import Sample
from chalicelib.domain.alerts import Dated
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.schedules import LONGEST_PAUSE
from chalicelib.domain.watch import Component, Run, Snapshot, Waiting
from chalicelib.services.process import Facts


class ComponentView(BaseModel):
    """A part that PrintLab needs; latency in ms."""

    status: Literal["ok", "down"]
    latency_ms: float


class ComponentsView(BaseModel):
    """`status` is ok, or degraded while a component is down."""

    status: Literal["ok", "degraded"]
    timestamp: Time
    components: dict[str, ComponentView]

    @classmethod
    def of(cls, components: tuple[Component, ...], now: datetime) -> ComponentsView:
        """From what was asked."""
        return cls(
            status="ok" if all(part.up for part in components) else "degraded",
            timestamp=now,
            components={
                part.name: ComponentView(status="ok" if part.up else "down", latency_ms=part.latency_ms)
                for part in components
            },
        )


class SystemMetrics(BaseModel):
    """The process that answers. Sizes in bytes, times in seconds, load per processor; null where unknown."""

    python: str
    system: str
    on_lambda: bool
    started_at: Time
    uptime_s: float
    cpu_s: float
    cpus: int
    load: float | None
    threads: int
    memory_bytes: int | None
    peak_memory_bytes: int | None
    memory_limit_bytes: int | None
    disk_total_bytes: int
    disk_free_bytes: int

    @classmethod
    def of(cls, facts: Facts) -> SystemMetrics:
        """From what the process says."""
        return cls(**vars(facts))


class WaitingView(BaseModel):
    """How many wait, and since when the oldest does."""

    count: int
    oldest: Time | None

    @classmethod
    def of(cls, waiting: Waiting) -> WaitingView:
        """From what was counted."""
        return cls(count=waiting.count, oldest=waiting.oldest)


class ScheduleView(BaseModel):
    """The last run that ended well, how long it took, and how long ago it may be."""

    last_run: Time | None
    seconds: float | None
    longest_pause_s: float | None


class ApplicationMetrics(BaseModel):
    """Jobs per status, and when the oldest one came in; promised work per queue; what was given up."""

    timestamp: Time
    jobs: dict[Status, int]
    oldest_jobs: dict[Status, Time]
    outbox: dict[str, WaitingView]
    failed_mails: WaitingView
    dead_letters: dict[str, int]
    uploads_open: int
    cleanups_open: WaitingView
    schedules: dict[str, ScheduleView]

    @classmethod
    def of(cls, seen: Snapshot) -> ApplicationMetrics:
        """From what the watch sees."""
        return cls(
            timestamp=seen.at,
            jobs=dict(seen.jobs),
            oldest_jobs=dict(seen.oldest_jobs),
            outbox={queue: WaitingView.of(waiting) for queue, waiting in seen.outbox.items()},
            failed_mails=WaitingView.of(seen.given_up),
            dead_letters=dict(seen.dead),
            uploads_open=seen.uploads_open,
            cleanups_open=WaitingView.of(seen.cleanups),
            schedules={name: _schedule(name, seen) for name in {**LONGEST_PAUSE, **seen.runs}},
        )


def _schedule(name: str, seen: Snapshot) -> ScheduleView:
    run, pause = seen.runs.get(name, Run(None)), LONGEST_PAUSE.get(name)
    return ScheduleView(
        last_run=run.last, seconds=run.seconds, longest_pause_s=pause.total_seconds() if pause else None
    )


class AllMetrics(BaseModel):
    """Everything in one answer."""

    health: ComponentsView
    system: SystemMetrics
    application: ApplicationMetrics

    @classmethod
    def of(cls, seen: Snapshot, facts: Facts) -> AllMetrics:
        """From what the watch sees and the process says."""
        return cls(
            health=ComponentsView.of(seen.components, seen.at),
            system=SystemMetrics.of(facts),
            application=ApplicationMetrics.of(seen),
        )


class HistoryPoint(BaseModel):
    """One sample. Latency in ms, null for what was down; ages in seconds; the ids of the alerts of then."""

    at: Time
    latency_ms: dict[str, float | None]
    jobs: dict[str, int]
    outbox: dict[str, int]
    outbox_age_s: dict[str, float]
    failed_mails: int
    dead_letters: dict[str, int]
    uploads_open: int
    cleanups_open: int
    alerts: list[str]

    @classmethod
    def of(cls, sample: Sample) -> HistoryPoint:
        """From what was kept."""
        measures = dict(sample.measures)
        renamed = {"failed_mails": measures.pop("given_up"), "dead_letters": measures.pop("dead")}
        return cls(at=sample.at, alerts=sorted(sample.alerts), **renamed, **measures)


class SampleHistory(BaseModel):
    """The samples of the last hours, oldest first."""

    hours: int
    samples: list[HistoryPoint]

    @classmethod
    def of(cls, samples: list[Sample], hours: int) -> SampleHistory:
        """From what was kept."""
        return cls(hours=hours, samples=[HistoryPoint.of(sample) for sample in samples])


class AlertView(BaseModel):
    """Something to look at; `id` stays the same while it lasts, `runbook` says what to do."""

    id: str
    type: str
    severity: Literal["critical", "warning", "info"]
    message: str
    since: Time
    runbook: str

    @classmethod
    def of(cls, dated: Dated) -> AlertView:
        """From an alert."""
        alert = dated.alert
        return cls(
            id=alert.id,
            type=alert.kind.value,
            severity=alert.severity.value,
            message=alert.message,
            since=dated.since,
            runbook=f"docs/runbook.md#{alert.kind.value}",
        )


class AlertList(BaseModel):
    """The most urgent first."""

    alerts: list[AlertView]

    @classmethod
    def of(cls, found: list[Dated]) -> AlertList:
        """From the alerts of now."""
        return cls(alerts=[AlertView.of(dated) for dated in found])
