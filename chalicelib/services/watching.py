"""The lab's own watch: what is going on now, what should be looked at, and how it was before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from chalicelib import metrics
from chalicelib.aws import cleanups, counters, documents, jobs, outbox, queues, uploads, watch
from chalicelib.aws.outages import component_down
from chalicelib.aws.watch import Sample
from chalicelib.config import settings
from chalicelib.domain import alerts
from chalicelib.domain.alerts import Dated, Severity
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.schedules import LONGEST_PAUSE
from chalicelib.domain.watch import Run, Snapshot
from chalicelib.services import agents, health

log = logging.getLogger(__name__)

MAX_POINTS = 300

_OPEN = (Status.UPLOADED, Status.PENDING, Status.READYTOPRINT, Status.PRINTING, Status.COMPLETED)
# An alert that was known longer ago than this has begun anew.
_FORGOTTEN_AFTER = timedelta(minutes=30)


def snapshot(now: datetime) -> Snapshot:
    """Everything that the rules look at. Raises only when the database does not answer."""
    runs = _runs()
    return Snapshot(
        at=now,
        components=health.probe(),
        jobs=counters.totals(),
        oldest_jobs={status: oldest for status in _OPEN if (oldest := jobs.oldest_in(status))},
        outbox={queue: outbox.waiting(queue) for queue in queues.NAMES},
        given_up=outbox.waiting(outbox.FAILED),
        dead=_or_nothing(lambda: {name: queues.depth(name).dead for name in queues.NAMES}),
        uploads_open=uploads.count_open(now),
        cleanups=cleanups.waiting(),
        runs=runs,
        agents=agents.last_heard(now),
        backup=watch.last_backup() or Run(None, expected_since=_backup_expected(runs)),
        backs_up=settings().backups is not None,
    )


def _backup_expected(runs: Mapping[str, Run]) -> datetime | None:
    """Since when: a lab that was restored is older than its nights here, and the first makes a backup."""
    begun = documents.furnished_at()
    here = runs["back_up"].expected_since if "back_up" in runs else None
    return max(begun, here) if begun and here else begun


def _runs() -> dict[str, Run]:
    """Every schedule: the watch is expected from the lab's beginning on, the others from its first run on."""
    runs = watch.runs()
    if "sample_health" not in runs and (since := documents.furnished_at()):
        runs["sample_health"] = Run(None, expected_since=since)
    return runs


def _or_nothing(count: Callable[[], dict[str, int]]) -> dict[str, int]:
    try:
        return count()
    except Exception as error:
        if component_down(error) != "queues":
            raise
        return {}  # the component's own alert says why


def current_alerts(now: datetime) -> list[Dated]:
    """What should be looked at now."""
    return alerts.find(snapshot(now), _known(now))


def _known(now: datetime) -> dict[str, datetime]:
    last = watch.latest()
    return last.alerts if last and now - last.at <= _FORGOTTEN_AFTER else {}


def sample(now: datetime) -> None:
    """Keep what is to be seen at `now`, and expect every schedule to run from here on."""
    seen = snapshot(now)
    for name in LONGEST_PAUSE.keys() - seen.runs.keys():
        watch.expect(name, now)
    found = alerts.find(seen, _known(now))
    for dated in found:
        log.warning("alert", extra={"alert": dated.alert.id, "severity": dated.alert.severity.value})
    watch.remember(now, seen.measures(), {dated.alert.id: dated.since for dated in found})
    _measure(seen, found)


def _measure(seen: Snapshot, found: list[Dated]) -> None:
    for queue, waiting in seen.outbox.items():
        metrics.outbox(queue, waiting.count, seen.age_s(waiting.oldest))
    if seen.agents:
        metrics.agents(seen.age_s(max(seen.agents.values())))
    urgency = [dated.alert.severity for dated in found]
    metrics.alerts({severity.value: urgency.count(severity) for severity in Severity})


def history(hours: int, now: datetime) -> list[Sample]:
    """The samples of the last hours, oldest first; every second or third where they are more than 300."""
    found = list(watch.samples(now - timedelta(hours=hours), now))
    step = -(-len(found) // MAX_POINTS) or 1
    return found[::-1][::step][::-1]
