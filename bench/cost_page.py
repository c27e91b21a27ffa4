"""The measured part of docs/cost.md."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bench.costs import Figures, Usage, Work, total, usage_of
from bench.footprint import Footprint
from bench.report import machine, table
from bench.steps import ANALYSE_MODEL, FOLLOWED, REFRESH, SEND_MAIL, Step
from infra.local import template

JOBS = 1000
DAYS = 30
DAY_S = 86_400
A_BUSY_DAY = 30
_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"

# The lines of a bill, and the prices that go into each.
_SERVICES = {
    "DynamoDB": ("dynamodb-read", "dynamodb-write", "dynamodb-storage", "dynamodb-recovery"),
    "S3": ("s3-put", "s3-get", "s3-storage"),
    "SQS": ("sqs",),
    "Lambda": ("lambda-requests", "lambda-gb-seconds"),
    "API Gateway": ("api-gateway",),
    "CloudFront": ("cloudfront-requests", "cloudfront-functions", "cloudfront-out"),
    "SES": ("ses",),
    "CloudWatch Logs": ("logs",),
    "CloudWatch alarms": ("cloudwatch-alarm",),
    "CloudWatch metrics": ("cloudwatch-metric",),
    "CloudWatch dashboard": ("cloudwatch-dashboard",),
    "files to the internet": ("transfer-out",),
}


@dataclass(frozen=True)
class Schedule:
    """A scheduled function: how often a day it runs, and what one run does when nothing waits."""

    name: str
    runs_a_day: float
    work: Work


@dataclass(frozen=True)
class Measured:
    """Everything that the cost follows from; `kept` is what one finished job leaves in the stores."""

    store: str
    job: list[tuple[Step, Work]]
    schedules: list[Schedule]
    agent: list[Schedule]
    queues: int
    kept: Footprint

    @property
    def refresh(self) -> Work:
        """One refresh of one dashboard."""
        return next(work for step, work in self.job if step is REFRESH)


def write(page: Path, tables: str) -> None:
    """Put the tables between the page's markers. Raises ValueError when it has none."""
    text, replaced = re.subn(
        f"{_BEGIN}.*{_END}", lambda _: f"{_BEGIN}\n\n{tables}\n{_END}", page.read_text(), flags=re.DOTALL
    )
    if not replaced:
        raise ValueError(f"{page} has no markers {_BEGIN} and {_END}")
    page.write_text(text)


def tables(measured: Measured, figures: Figures) -> str:
    """Costs first, then the counts that they come from."""
    job = total((step.times, _usage(step, work, figures)) for step, work in measured.job)
    job = total([(1, job), (1, _downloads(figures)), (1, _page_views(figures))])
    days = total((DAYS * times, usage) for _, times, usage in _idle(measured, figures))
    idle = total([(1, days), (1, _watch(figures))])
    kept = _kept(measured, figures)
    return "\n\n".join(
        [
            _bill(figures, {f"{JOBS:,} jobs": total([(JOBS, job)]), "an idle month": idle, "keeping": kept}),
            f"What a finished job keeps: {measured.kept.tables / 1024:.1f} KB in tables and indexes, "
            f"{measured.kept.objects / 1e6:.1f} MB in the bucket (the model and what stands beside it), "
            f"{measured.kept.old_versions} bytes in object versions that nobody needs.",
            "### One job, step by step",
            _steps(measured, figures),
            "The bill adds the model's download by the lab's computers and the pages that the student opens.",
            "### The calls of each step",
            _calls(measured),
            "### Where a job's units go",
            _by_table(measured),
            "### A day without a job",
            _days(measured, figures),
            _of_an_agent(measured, figures),
            f"Measured with {measured.store} as the table store; {machine()}.",
        ]
    )


def _bill(figures: Figures, columns: dict[str, Usage]) -> str:
    def of(usage: Usage, prices: tuple[str, ...]) -> float:
        return figures.dollars({name: usage[name] for name in prices if name in usage})

    head = [
        "US dollars",
        f"{JOBS:,} jobs",
        f"an idle month ({DAYS} days)",
        f"keeping {JOBS:,} jobs for a month",
    ]
    rows = [[name, *(f"{of(u, prices):.2f}" for u in columns.values())] for name, prices in _SERVICES.items()]
    return table(head, [*rows, ["**all**", *(f"**{figures.dollars(u):.2f}**" for u in columns.values())]])


def _usage(step: Step, work: Work, figures: Figures) -> Usage:
    usage = usage_of(work, figures.assumed)
    if step.function in (ANALYSE_MODEL, SEND_MAIL):  # needed so rarely that Lambda starts them anew each time
        seconds = work.invocations * figures.assumed["ms-cold-start"] / 1000
        usage = total([(1, usage), (1, {"lambda-gb-seconds": work.memory_mb / 1024 * seconds})])
    return usage


def _downloads(figures: Figures) -> Usage:
    """The lab's computers fetch the model, the staff's browsers its picture."""
    assumed = figures.assumed
    times, megabytes = assumed["model-downloads"], assumed["model-mb"]
    return {"s3-get": times, "transfer-out": times * megabytes / 1000}


def _page_views(figures: Figures) -> Usage:
    """The pages themselves, by way of CloudFront; what its places do not hold, they ask the bucket for."""
    requests = figures.assumed["page-requests"]
    return {
        "cloudfront-requests": requests,
        "cloudfront-functions": requests,
        "cloudfront-out": figures.assumed["page-mb"] / 1000,
        "s3-get": requests,
    }


def _watch(figures: Figures) -> Usage:
    """What CloudWatch costs each month, whatever happens."""
    alarms = [
        resource
        for resource in template.document()["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]
    return {
        "cloudwatch-alarm": len(alarms),
        "cloudwatch-metric": figures.assumed["metrics-kept"],
        "cloudwatch-dashboard": 1,
    }


def _kept(measured: Measured, figures: Figures) -> Usage:
    """A month of storage; a typical model takes the place of the one that was measured."""
    tables_gb = JOBS * measured.kept.tables / 1e9
    objects_gb = JOBS * figures.assumed["model-mb"] / 1000
    return {"dynamodb-storage": tables_gb, "dynamodb-recovery": tables_gb, "s3-storage": objects_gb}


def _idle(measured: Measured, figures: Figures) -> list[tuple[str, float, Usage]]:
    """(what, times a day, usage of one time) of a lab without jobs."""
    assumed = figures.assumed
    refreshes = assumed["dashboards"] * assumed["dashboard-hours"] * 3600 / assumed["refresh-seconds"]
    polls = measured.queues * assumed["queue-pollers"] * DAY_S / assumed["poll-seconds"]
    return [
        *((f"`{s.name}`", s.runs_a_day, usage_of(s.work, assumed)) for s in measured.schedules),
        *((s.name, assumed["agents"] * s.runs_a_day, usage_of(s.work, assumed)) for s in measured.agent),
        (
            f"refresh of {assumed['dashboards']:.0f} dashboards",
            refreshes,
            usage_of(measured.refresh, assumed),
        ),
        ("Lambda asks the queues", polls, {"sqs": 1.0}),
    ]


def _steps(measured: Measured, figures: Figures) -> str:
    head = [
        "step", "function calls", "S3 calls", "DynamoDB calls", "SQS calls", "read units", "write units",
        "read + write, the store says", "CPU ms", "answer KB", f"$ for {JOBS:,}",
    ]  # fmt: skip
    rows = [_step_row(step, work, figures) for step, work in measured.job]
    sums = [f"{sum(step.times * getter for step, getter in column):g}" for column in _columns(measured)]
    dollars = sum(
        JOBS * step.times * figures.dollars(_usage(step, work, figures)) for step, work in measured.job
    )
    return table(head, [*rows, ["**all**", *sums, "", "", "", f"**{dollars:.3f}**"]])


def _columns(measured: Measured) -> list[list[tuple[Step, float]]]:
    """Per column of figures that can be added up: (step, figure of one time)."""
    return [
        [(step, figure) for step, work in measured.job for figure in [_counts(work)[n]]] for n in range(6)
    ]


def _counts(work: Work) -> tuple[float, ...]:
    calls = work.tally.calls + work.outside
    services = (
        sum(n for name, n in calls.items() if name.startswith(s)) for s in ("s3.", "dynamodb.", "sqs.")
    )
    return (work.invocations, *services, work.tally.read_units, work.tally.write_units)


def _step_row(step: Step, work: Work, figures: Figures) -> list[str]:
    name = f"{step.name} (× {step.times})" if step.times > 1 else step.name
    return [
        name,
        *(f"{figure:g}" for figure in _counts(work)),
        f"{work.tally.store_units:g}",
        f"{1000 * work.cpu_s:.0f}",
        f"{work.answer_bytes / 1024:.1f}",
        f"{JOBS * step.times * figures.dollars(_usage(step, work, figures)):.3f}",
    ]


def _days(measured: Measured, figures: Figures) -> str:
    head = ["what", "times a day", "API requests", "SQS requests", "read units", "write units", "$ a month"]
    rows = []
    for name, times, usage in _idle(measured, figures):
        counts = [times * usage.get(n, 0) for n in ("api-gateway", "sqs", "dynamodb-read", "dynamodb-write")]
        dollars = DAYS * times * figures.dollars(usage)
        rows.append([name, f"{times:,.0f}", *(f"{count:,.0f}" for count in counts), f"{dollars:.2f}"])
    return table(head, rows)


def _of_an_agent(measured: Measured, figures: Figures) -> str:
    """In a sentence: an idle hour, and a day with jobs."""
    day = total((s.runs_a_day, usage_of(s.work, figures.assumed)) for s in measured.agent)
    followed = next(work for step, work in measured.job if step is FOLLOWED)
    busy = total([(A_BUSY_DAY * FOLLOWED.times, _usage(FOLLOWED, followed, figures))])
    return (
        f"An idle hour of an agent is {day['api-gateway'] / 24:,.0f} requests and "
        f"{day['dynamodb-read'] / 24:,.0f} read units, ${DAYS * figures.dollars(day):.2f} a month. "
        f"A day with {A_BUSY_DAY} jobs adds {busy['api-gateway']:,.0f} requests and "
        f"{busy['dynamodb-read']:,.0f} read units at most, ${DAYS * figures.dollars(busy):.2f} in a month "
        "of such days: less, as one answer may tell of several changes, and as most of these requests are "
        "among those of the idle day. The download of the models is in the bill of the jobs."
    )


def _calls(measured: Measured) -> str:
    rows = []
    for step, work in measured.job:
        calls = work.tally.calls + work.outside
        rows.append(
            [step.name, ", ".join(f"{name.partition('.')[2]} {n}" for name, n in calls.most_common())]
        )
    return table(["step", "calls"], rows, right=2)


def _by_table(measured: Measured) -> str:
    read = total((step.times, work.tally.read_by_table) for step, work in measured.job)
    written = total((step.times, work.tally.written_by_table) for step, work in measured.job)
    names = sorted(read.keys() | written.keys(), key=lambda name: -(read.get(name, 0) + written.get(name, 0)))
    rows = [[f"`{name}`", f"{read.get(name, 0):g}", f"{written.get(name, 0):g}"] for name in names]
    return table(["table", "read units", "write units"], rows)
