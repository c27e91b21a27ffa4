"""EventBridge's schedules: runs the functions of app.py by their rate(…) and cron(…) expressions, in UTC."""

from __future__ import annotations

import logging
import re
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from infra.local.functions import ACCOUNT, Functions, Schedule

log = logging.getLogger(__name__)

_UNITS = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
# minutes, hours, day of month, month, day of week (Sunday is 1), year
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2199))


class Scheduler:
    """Runs each scheduled function at its times, one thread per function."""

    def __init__(self, functions: Functions) -> None:
        """Raises ValueError when an expression is not understood."""
        self._functions = functions
        self._stop = threading.Event()
        self._missed: dict[str, datetime] = {}
        self._threads: list[threading.Thread] = []
        for schedule in functions.schedules():
            next_run(schedule.expression, datetime.now(UTC))

    def start(self, last_runs: Mapping[str, datetime] | None = None) -> None:
        """Run the functions when they are due, until stop().

        What was due once since its last run, while this machine was off, runs at once: a PC that sleeps
        every night would never run what is done at night.
        """
        for function, last in (last_runs or {}).items():
            self._missed[function] = last
        for schedule in self._functions.schedules():
            name = f"schedule-{schedule.function}"
            thread = threading.Thread(target=self._loop, args=(schedule,), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_s: float = 20) -> None:
        """Start nothing more and wait for the functions that still run."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_s)

    def run_once(self, function: str, now: datetime) -> Any:
        """Call the scheduled `function` as if it were due at `now`; what it returns, and its errors."""
        return self._functions.call(function, _event(function, now))

    def _loop(self, schedule: Schedule) -> None:
        now = datetime.now(UTC)
        last = self._missed.get(schedule.function, now)
        due = min(next_run(schedule.expression, last), next_run(schedule.expression, now))
        while not self._stop.wait(max(0.0, (due - datetime.now(UTC)).total_seconds())):
            try:
                self.run_once(schedule.function, max(due, now))
            except Exception:
                log.exception("%s failed; it runs again when it is due next", schedule.function)
            # Counted from now: after the machine slept, a missed run is not made up many times over.
            due = next_run(schedule.expression, max(due, datetime.now(UTC)))


def _event(function: str, now: datetime) -> dict[str, Any]:
    """What EventBridge sends."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{function}"],
        "detail": {},
    }


def next_run(expression: str, after: datetime) -> datetime:
    """The first time later than `after` that `expression` names, in UTC.

    Of cron's special characters only `*`, `?`, `,`, `-` and `/` are known; raises ValueError for others.
    Grammar: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
    """
    rate = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", expression)
    if rate and int(rate[1]):
        return after + timedelta(seconds=int(rate[1]) * _UNITS[rate[2]])
    cron = re.fullmatch(r"cron\(([^()]*)\)", expression)
    fields = cron[1].split() if cron else []
    if len(fields) != 6:
        raise ValueError(f"schedule not understood: {expression}")
    minutes, hours, days, months, weekdays, years = (
        _values(field, low, high) for field, (low, high) in zip(fields, _RANGES, strict=True)
    )
    start = (after.astimezone(UTC) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    midnight = start.replace(hour=0, minute=0)
    for offset in range(366 * 8):  # 29 February comes back within eight years
        day = midnight + timedelta(days=offset)
        weekday = day.isoweekday() % 7 + 1
        if day.year in years and day.month in months and day.day in days and weekday in weekdays:
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    if (moment := day.replace(hour=hour, minute=minute)) >= start:
                        return moment
    raise ValueError(f"schedule never runs: {expression}")


def _values(field: str, low: int, high: int) -> set[int]:
    """The numbers that one field of a cron expression names."""
    names = _MONTHS if (low, high) == (1, 12) else _DAYS
    for number, name in enumerate(names, start=1):
        field = re.sub(name, str(number), field, flags=re.IGNORECASE)
    values: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(\*|\?|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if not match:
            raise ValueError(f"not understood in a cron expression: {part}")
        every, first, last, step = match[1] in "*?", match[2], match[3], match[4]
        begin = low if every else int(first)
        end = int(last) if last else (high if every or step else begin)
        if not (low <= begin <= end <= high) or step == "0":
            raise ValueError(f"out of range in a cron expression: {part}")
        values.update(range(begin, end + 1, int(step or 1)))
    return values
