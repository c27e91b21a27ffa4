"""Proving the figures of the days: a recount over the events must give the same."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta

from chalicelib.aws import days
from chalicelib.domain import statistics
from chalicelib.services import trail

log = logging.getLogger(__name__)

_CHECKED_DAYS = 7


def differences(day: date) -> dict[str, int]:
    """Figure → what is missing from the stored one (negative: what is too much); empty when all agree."""
    recounted = days.Figures()
    for event in trail.events_of(day):
        recounted.update(
            statistics.deltas(
                event["event_type"], event["details"], event["triggered_by"], event["workstation_id"]
            )
        )
    stored = days.figures([day])[day]
    return {
        name: recounted[name] - stored[name]
        for name in sorted(recounted.keys() | stored.keys())
        if recounted[name] != stored[name]
    }


def repair(day: date) -> dict[str, int]:
    """Add what is missing to the figures of a day that is over; answers it."""
    missing = differences(day)
    if missing:
        days.add(day.isoformat(), missing)
    return missing


class Wrong(Exception):
    """The figures of some days are not what their events add up to; the function fails, so that it shows."""


def check(now: datetime) -> None:
    """Compare the last days with their events. Raises Wrong naming the days that disagree."""
    recent = [now.date() - timedelta(days=n) for n in range(1, _CHECKED_DAYS + 1)]
    wrong = []
    for day in recent:
        if missing := differences(day):
            log.error("figures disagree", extra={"day": day.isoformat(), "missing": missing})
            wrong.append(day.isoformat())
    if wrong:
        raise Wrong(", ".join(wrong))
