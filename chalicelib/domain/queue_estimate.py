"""When a waiting job will be printed: an honest range from what the lab has finished lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

LOOK_BACK_DAYS = 14
# With fewer finished prints the range would be wider than it is useful.
FEWEST = 5
# Four of five jobs are finished inside the range.
_Z = 1.2816


@dataclass(frozen=True)
class Estimate:
    """Between which moments the print will probably be finished, and on how many prints that is based."""

    earliest: datetime
    latest: datetime
    finished_lately: int
    days: int


def estimate(now: datetime, position: int, finished_lately: int, machine_time: timedelta) -> Estimate | None:
    """When the job at `position` (1: the next to finish) is done; None when too little is known.

    Finished prints are taken as events at a steady rate, so the time until the n-th has a Gamma distribution;
    its quantiles by the approximation of Wilson and Hilferty (PNAS 17, 1931, p. 684). `machine_time` is
    what the slicer says of the job and of those before it on its printer: it cannot be done sooner.
    """
    if finished_lately < FEWEST:
        return None
    per_day = finished_lately / LOOK_BACK_DAYS
    low, high = (_days(position, per_day, z) for z in (-_Z, _Z))
    earliest = max(timedelta(days=low), machine_time)
    latest = max(timedelta(days=high), machine_time * 1.25)
    return Estimate(now + earliest, now + latest, finished_lately, LOOK_BACK_DAYS)


def _days(count: int, per_day: float, z: float) -> float:
    factor = max(0.0, 1 - 1 / (9 * count) + z / (3 * sqrt(count)))
    return count / per_day * factor**3
