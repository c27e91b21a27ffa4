"""When somebody should look: rules over what the watch sees. Each kind has its heading in docs/runbook.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.lifecycle import Status
from chalicelib.domain.schedules import LONGEST_PAUSE
from chalicelib.domain.watch import Run, Snapshot

SLOW_MS = 2000.0
# A mail is usually out within seconds. A server that is down is tried again for three hours.
LATE = {"mail": timedelta(minutes=30), "models": timedelta(hours=1), "audits": timedelta(hours=3)}
_WAITS_FOR = {"mail": "A mail to be sent", "models": "A model to be looked at", "audits": "An audit to go on"}
UNFINISHED = timedelta(hours=1)
UNREVIEWED = timedelta(hours=72)
# Agents say how they are every minute.
SILENT = timedelta(minutes=15)
# A night's backup that failed is made again the next night.
BACKUP_DUE = timedelta(hours=36)
_URGENT = frozenset({"sweep", "sample_health"})


class Severity(StrEnum):
    """How soon somebody should look: now, today, or when there is time."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Kind(StrEnum):
    """Every kind of alert; the value is its heading in the runbook."""

    COMPONENT_DOWN = "component-down"
    COMPONENT_SLOW = "component-slow"
    MAIL_FAILED = "mail-failed"
    MAIL_LATE = "mail-late"
    MODELS_LATE = "models-late"
    AUDITS_LATE = "audits-late"
    DEAD_LETTERS = "dead-letters"
    SCHEDULE_LATE = "schedule-late"
    CLEANUPS_STUCK = "cleanups-stuck"
    JOBS_UNREVIEWED = "jobs-unreviewed"
    AGENT_SILENT = "agent-silent"
    BACKUP_LATE = "backup-late"


@dataclass(frozen=True)
class Alert:
    """Something to look at. `about` tells alerts of one kind apart; `since` is None where nothing says."""

    kind: Kind
    severity: Severity
    message: str
    about: str = ""
    since: datetime | None = None

    @property
    def id(self) -> str:
        """The same for as long as the alert lasts, e.g. "dead-letters:mail"."""
        return f"{self.kind.value}:{self.about}" if self.about else self.kind.value


@dataclass(frozen=True)
class Dated:
    """An alert with the moment from which it is known."""

    alert: Alert
    since: datetime


def find(snapshot: Snapshot, earlier: Mapping[str, datetime]) -> list[Dated]:
    """What is to be looked at, the most urgent first.

    `earlier`: the alerts that were known a moment ago, by id: one that has no time of its own began then.
    """
    found = [alert for rule in _RULES for alert in rule(snapshot)]
    order = list(Severity)
    found.sort(key=lambda alert: (order.index(alert.severity), alert.id))
    return [Dated(alert, alert.since or earlier.get(alert.id, snapshot.at)) for alert in found]


def _components(snapshot: Snapshot) -> Iterator[Alert]:
    for part in snapshot.components:
        if not part.up:
            text = f"The {part.name} component does not answer."
            yield Alert(Kind.COMPONENT_DOWN, Severity.CRITICAL, text, part.name)
        elif part.latency_ms > SLOW_MS:
            text = f"The {part.name} component took {part.latency_ms / 1000:.1f} s to answer."
            yield Alert(Kind.COMPONENT_SLOW, Severity.WARNING, text, part.name)


def _given_up(snapshot: Snapshot) -> Iterator[Alert]:
    count, oldest = snapshot.given_up.count, snapshot.given_up.oldest
    if count:
        wait = "waits" if count == 1 else "wait"
        text = f"{_number(count, 'mail')} could not be delivered and {wait} for a person."
        yield Alert(Kind.MAIL_FAILED, Severity.WARNING, text, since=oldest)


def _late(snapshot: Snapshot) -> Iterator[Alert]:
    for queue, allowed in LATE.items():
        waiting = snapshot.outbox.get(queue)
        if waiting and waiting.oldest and snapshot.at - waiting.oldest > allowed:
            minutes = int(snapshot.age_s(waiting.oldest) // 60)
            kind = Kind(f"{queue}-late")
            severity = Severity.CRITICAL if kind is Kind.MAIL_LATE else Severity.WARNING
            text = f"{_WAITS_FOR[queue]} has waited for {minutes} minutes; {waiting.count} wait in all."
            yield Alert(kind, severity, text, since=waiting.oldest + allowed)


def _dead(snapshot: Snapshot) -> Iterator[Alert]:
    for queue, count in snapshot.dead.items():
        if count:
            text = f"{_number(count, 'message')} of the {queue} queue could not be handled."
            yield Alert(Kind.DEAD_LETTERS, Severity.WARNING, text, queue)


def _schedules(snapshot: Snapshot) -> Iterator[Alert]:
    for name, pause in LONGEST_PAUSE.items():
        run = snapshot.runs.get(name, Run(None))
        start = run.last or run.expected_since
        # What nobody has expected yet is not late, except the function that does the expecting.
        if (start is None and name == "sample_health") or (start and snapshot.at - start > pause):
            text = (
                f"{name} has not ended well since {run.last:%Y-%m-%d %H:%M} UTC."
                if run.last
                else (f"{name} has never run yet.")
            )
            severity = Severity.CRITICAL if name in _URGENT else Severity.WARNING
            yield Alert(Kind.SCHEDULE_LATE, severity, text, name, since=start + pause if start else None)


def _cleanups(snapshot: Snapshot) -> Iterator[Alert]:
    oldest = snapshot.cleanups.oldest
    if oldest and snapshot.at - oldest > UNFINISHED:
        text = f"The file work of {_number(snapshot.cleanups.count, 'change')} is not finished."
        yield Alert(Kind.CLEANUPS_STUCK, Severity.WARNING, text, since=oldest + UNFINISHED)


def _unreviewed(snapshot: Snapshot) -> Iterator[Alert]:
    oldest = snapshot.oldest_jobs.get(Status.UPLOADED)
    if oldest and snapshot.at - oldest > UNREVIEWED:
        days = int(snapshot.age_s(oldest) // 86400)
        text = f"A student has waited for {days} days to hear from the lab."
        yield Alert(Kind.JOBS_UNREVIEWED, Severity.INFO, text, since=oldest + UNREVIEWED)


def _agents(snapshot: Snapshot) -> Iterator[Alert]:
    for workstation, heard in snapshot.agents.items():
        if snapshot.at - heard > SILENT:
            text = f"The agent of {workstation} was last heard of at {heard:%Y-%m-%d %H:%M} UTC."
            yield Alert(Kind.AGENT_SILENT, Severity.WARNING, text, workstation, since=heard + SILENT)


def _backup(snapshot: Snapshot) -> Iterator[Alert]:
    made = snapshot.backup.last
    since = made or snapshot.backup.expected_since
    if since and snapshot.at - since > BACKUP_DUE:
        text = (
            f"The last backup that was made and read back is of {made:%Y-%m-%d %H:%M} UTC."
            if made
            else "No backup of this lab has been made yet."
        )
        # Without a place nothing has stopped: it is left to the lab, which is told of it.
        severity = Severity.CRITICAL if snapshot.backs_up else Severity.WARNING
        yield Alert(Kind.BACKUP_LATE, severity, text, since=since + BACKUP_DUE)


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


_RULES: tuple[Callable[[Snapshot], Iterator[Alert]], ...] = (
    _components,
    _given_up,
    _late,
    _dead,
    _schedules,
    _cleanups,
    _unreviewed,
    _agents,
    _backup,
)
