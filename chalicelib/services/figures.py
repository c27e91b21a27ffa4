"""Proving the figures of the days: a recount over the events must give the same."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import date, datetime, timedelta

from chalicelib.aws import days
from chalicelib.domain import statistics
from chalicelib.services import trail

log = logging.getLogger(__name__)

_CHECKED_DAYS = 7


def differences(day: date) -> dict[str, int]:
    """Figure → what is missing from the stored one (negative: what is too much); empty when all agree."""
    return differences_in([day])[day]


def differences_in(some: list[date]) -> dict[date, dict[str, int]]:
    """`differences` of each of some days that follow one another."""
    recounted: defaultdict[date, days.Figures] = defaultdict(days.Figures)
    for day, event in trail.telling_of(some[0], some[-1]):
        recounted[day].update(
            statistics.deltas(
                event["event_type"], event["details"], event["triggered_by"], event["workstation_id"]
            )
        )
    return {day: _missing(recounted[day], stored) for day, stored in days.figures(some).items()}


def _missing(recounted: days.Figures, stored: days.Figures) -> dict[str, int]:
    return {
        name: recounted[name] - stored[name]
        for name in sorted(recounted.keys() | stored.keys())
        if recounted[name] != stored[name]
    }


def repair(day: date, missing: dict[str, int]) -> None:
    """Add what is missing to the figures of a day that is over."""
    if missing:
        days.add(day.isoformat(), missing)


class Wrong(Exception):
    """The figures of some days are not what their events add up to; the function fails, so that it shows."""


def check(now: datetime) -> None:
    """Compare the last days with their events. Raises Wrong naming the days that disagree."""
    recent = [now.date() - timedelta(days=n) for n in range(_CHECKED_DAYS, 0, -1)]
    wrong = []
    for day, missing in differences_in(recent).items():
        if missing:
            log.error("figures disagree", extra={"day": day.isoformat(), "missing": missing})
            wrong.append(day.isoformat())
    if wrong:
        raise Wrong(", ".join(wrong))
