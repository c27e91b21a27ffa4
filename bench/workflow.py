"""`python -m bench.workflow`: what one job asks of AWS, step by step, and what an idle lab does in a day.

Calls are counted on the embedded cloud, request units by the documented formulas; with the prices of
docs/cost.md that makes the cost of 1,000 jobs and of an idle month. `--write-docs` puts the tables there.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median

from bench import cost_page
from bench.cost_page import DAY_S, Measured, Schedule
from bench.costs import PAGE, Work, figures
from bench.fill import Years
from bench.footprint import footprint
from bench.lab import API_HANDLER, Lab, open_lab
from bench.lab_pc import Asking, at
from bench.meter import Tally, metering
from bench.report import progress
from bench.steps import STEPS, Journey
from infra.local.functions import Functions
from infra.local.scheduler import Scheduler, next_run

# The first job warms everything up, the next ones are timed, the last one is counted.
_TIMED = 3


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and with --write-docs update docs/cost.md."""
    parser = argparse.ArgumentParser(prog="python -m bench.workflow")
    parser.add_argument("--write-docs", action="store_true", help="update docs/cost.md")
    options = parser.parse_args(arguments)
    tables = cost_page.tables(measure(), figures())
    if options.write_docs:
        cost_page.write(PAGE, tables)
        progress(f"workflow: wrote {PAGE}")
    print(f"## The main job on AWS\n\n{tables}")
    return 0


def measure() -> Measured:
    """Drive jobs through a lab whose first page is full, and observe them."""
    with open_lab() as lab:
        Years().grow_to(200)
        progress("workflow: warming up")
        _drive(lab, 0)
        timed: list[list[Work]] = []
        for number in range(1, 1 + _TIMED):
            progress(f"workflow: timing job {number} of {_TIMED}")
            timed.append(_drive(lab, number))
        progress("workflow: counting")
        before = footprint()
        # Later than the others, so that the agent of the lab PC is told of this job alone.
        counted = at(30, partial(_drive, lab, 1 + _TIMED, counted=True))
        kept = footprint() - before
        seconds = [median(work.cpu_s for work in works) for works in zip(*timed, strict=True)]
        works = [replace(work, cpu_s=cpu_s) for work, cpu_s in zip(counted, seconds, strict=True)]
        queues = len(Functions.triggers(lab.functions))
        steps = list(zip(STEPS, works, strict=True))
        return Measured(lab.store, steps, _schedules(lab), _agent(lab), queues, kept)


def _drive(lab: Lab, number: int, *, counted: bool = False) -> list[Work]:
    journey = Journey(lab, number)
    works = []
    for step in STEPS:
        work = _observe(lab, partial(step.run, journey), step.function, counted=counted)
        works.append(replace(work, mails=step.mails, outside=journey.outside.copy()))
        journey.outside.clear()
    return works


def _observe(lab: Lab, run: Callable[[], object], function: str, *, counted: bool) -> Work:
    lab.functions.invocations.clear()
    with metering() if counted else nullcontext(Tally()) as tally:
        run()
    invocations = lab.functions.invocations
    if any(invocation.function != function for invocation in invocations):
        raise RuntimeError(f"a step of {function} called {invocations}")
    return Work(
        function=function,
        memory_mb=lab.functions.context(function).memory_limit_in_mb,
        invocations=len(invocations),
        cpu_s=sum(invocation.cpu_s for invocation in invocations),
        answer_bytes=sum(invocation.answer_bytes for invocation in invocations),
        mails=0,
        tally=tally,
        outside=Counter(),
    )


def _schedules(lab: Lab) -> list[Schedule]:
    """Every scheduled function when nothing waits for it."""
    scheduler, now = Scheduler(lab.functions), datetime.now(UTC)
    found = []
    for schedule in lab.functions.schedules():
        run = partial(scheduler.run_once, schedule.function, now)
        run()  # warm
        timed = _observe(lab, run, schedule.function, counted=False)
        work = _observe(lab, run, schedule.function, counted=True)
        runs = _runs_a_day(schedule.expression, now)
        found.append(Schedule(schedule.function, runs, replace(work, cpu_s=timed.cpu_s)))
    return found


def _agent(lab: Lab) -> list[Schedule]:
    """What the agent of a lab PC asks on a day without a job, which is not within sight of the jobs here."""
    assumed, asking = figures().assumed, Asking(lab)
    polls = DAY_S / assumed["agent-poll-seconds"]
    trails, beats = DAY_S / 60, DAY_S / assumed["agent-heartbeat-seconds"]
    at(60, asking.poll)
    asked = (
        ("an agent asks, nothing has changed", polls - trails, partial(at, 60, asking.poll)),
        ("an agent asks, the trail is read", trails, partial(at, 62, asking.poll)),
        ("an agent's heartbeat", beats, asking.heartbeat),
        ("an agent asks for everything", assumed["agent-listings"], partial(at, 62, asking.listing)),
    )
    return [
        Schedule(name, times, _observe(lab, run, API_HANDLER, counted=True)) for name, times, run in asked
    ]


def _runs_a_day(expression: str, now: datetime) -> float:
    """Counted over a week: not all runs of a cron expression are equally far apart."""
    runs, at = 0, next_run(expression, now)
    while at <= now + timedelta(days=7):
        runs, at = runs + 1, next_run(expression, at)
    return runs / 7


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
