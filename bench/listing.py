"""`python -m bench.listing`: does the dashboard's list get slower or dearer as the lab's archive grows?

The same calls at 200, 2,000 and 20,000 jobs, in turns: latency through the API as API Gateway calls it, and
read units by the documented formula beside what the store reports.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from statistics import median, quantiles

from bench.fill import QUEUE
from bench.lab import DYNAMODB_LOCAL
from bench.report import machine, progress, table
from bench.sized_lab import UNCHANGED, SizedLab, labs

SIZES = (200, 2_000, 20_000)
GROWTH_LIMIT = 1.3
_STEP = f"{SIZES[-2]:,} → {SIZES[-1]:,}"
_BUDGET_S = 12.0
_SAMPLES = range(3, 201)


@dataclass(frozen=True)
class Request:
    """A call of the dashboard. `bounded`: it shows a page, so the archive's size must not matter."""

    name: str
    path: str
    bounded: bool


REQUESTS = (
    Request("first page, UPLOADED", "/jobs?status=UPLOADED&limit=50", True),
    Request("first page, ARCHIVED", "/jobs?status=ARCHIVED&limit=50", True),
    Request("second page by cursor, ARCHIVED", "/jobs?status=ARCHIVED&limit=10&cursor={cursor}", True),
    Request("tenth page by number, ARCHIVED", "/jobs?status=ARCHIVED&limit=50&page=10", True),
    Request("first page, every status", "/jobs?limit=50", True),
    Request("counts", "/jobs/counts", True),
    Request("search in UPLOADED", "/jobs?status=UPLOADED&limit=50&search=hopper", True),
    Request("search in ARCHIVED", "/jobs?status=ARCHIVED&limit=50&search=hopper", False),
    Request("one printer in ARCHIVED", "/jobs?status=ARCHIVED&limit=50&printer=prusa-xl", False),
    Request("counts of a search", "/jobs/counts?search=hopper", True),
    Request("counts of a search, archive too", "/jobs/counts?search=hopper&with_archived=true", False),
    Request("analytics, overview", "/analytics/overview?days=30", True),
    Request("analytics, trends of 90 days", "/analytics/trends?days=90", True),
    Request("stats in detail", "/stats/detailed?days=90", True),
    Request("first page again, unchanged", "/jobs?status=UPLOADED&limit=50" + UNCHANGED, True),
    Request("counts again, unchanged", "/jobs/counts" + UNCHANGED, True),
    Request("analytics again, unchanged", "/analytics/overview?days=30" + UNCHANGED, True),
    Request("catalog again, unchanged", "/catalog" + UNCHANGED, True),
)


@dataclass(frozen=True)
class Sample:
    """One request at one size: latency in ms, read units, calls and items read, bytes of the answer."""

    p50: float
    p95: float
    units: float
    store_units: float
    calls: int
    items_read: int
    answer_bytes: int


def main() -> int:
    """Measure and print; 1 when something that shows a page grows with the archive."""
    results: dict[str, list[Sample]] = {}
    with labs(SIZES) as workers:
        store = workers[0].store
        for request in REQUESTS:
            progress(f"listing: {request.name}")
            results[request.name] = _measure(workers, request.path)
    judged = ("units", "p50") if store == DYNAMODB_LOCAL else ("units",)
    over = [
        request.name
        for request in REQUESTS
        if request.bounded and any(_growth(results[request.name], what) > GROWTH_LIMIT for what in judged)
    ]
    print(_report(store, results, over))
    return 1 if over else 0


def _measure(workers: list[SizedLab], path: str) -> list[Sample]:
    """One sample for each lab. They take turns, so that what else slows the machine slows all of them."""
    counts = [worker.count(path) for worker in workers]
    times: list[list[float]] = [[] for _ in workers]
    until = time.perf_counter() + _BUDGET_S
    while len(times[0]) < _SAMPLES.start or (len(times[0]) < _SAMPLES.stop and time.perf_counter() < until):
        for worker, taken in zip(workers, times, strict=True):
            taken.append(worker.time_ms(path))
    return [
        Sample(median(taken), quantiles(taken, n=20, method="inclusive")[-1], *count)
        for taken, count in zip(times, counts, strict=True)
    ]


def _growth(samples: list[Sample], what: str) -> float:
    """How many times as much from the second size to the last."""
    small, large = samples[-2:]
    return float(getattr(large, what) / getattr(small, what))


def _report(store: str, results: dict[str, list[Sample]], over: list[str]) -> str:
    return (
        f"## Job list\n\n{store}, {machine()}. {sum(QUEUE.values())} jobs in the queue, the others archived; "
        f"calls through the API, one at a time; calls, items and answer at {SIZES[-1]:,} jobs.\n\n"
        f"{_tables(results)}\n\n{_verdict(store, over)}\n"
    )


def _tables(results: dict[str, list[Sample]]) -> str:
    sizes = [f"{size:,} jobs" for size in SIZES]
    latency, units = [], []
    for name, samples in results.items():
        times = [f"{s.p50:.1f} / {s.p95:.1f}" for s in samples]
        latency.append([name, *times, _times(samples, "p50")])
        costs = [f"{s.units:g} ({s.store_units:g})" for s in samples]
        units.append([name, *costs, _times(samples, "units"), *_last(samples[-1])])
    unit_head = ["read units (the store says)", *sizes, _STEP, "calls", "items read", "answer"]
    return f"{table(['p50 / p95 in ms', *sizes, _STEP], latency)}\n\n{table(unit_head, units)}"


def _verdict(store: str, over: list[str]) -> str:
    if over:
        said = f"**Grows more than {GROWTH_LIMIT} × from {_STEP} jobs, and must not:** {'; '.join(over)}."
    else:
        said = f"What shows a page or the counts grows by at most {GROWTH_LIMIT} × from {_STEP} jobs."
    if store != DYNAMODB_LOCAL:
        said += f" Latency is not judged: {store} slows down as tables grow. Install Java to measure it."
    return said


def _times(samples: list[Sample], what: str) -> str:
    return f"{_growth(samples, what):.2f} ×"


def _last(sample: Sample) -> list[str]:
    return [str(sample.calls), f"{sample.items_read:,}", f"{sample.answer_bytes / 1024:.1f} KB"]


if __name__ == "__main__":
    sys.exit(main())
