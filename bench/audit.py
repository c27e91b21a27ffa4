"""`python -m bench.audit`: what does an audit cost, and how does that grow with the lab?

Labs of 2,000 and 20,000 jobs with three objects each, all of them sound. A fresh process makes the whole
audit, slice by slice; another one does the same with the meter on.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.fill import Years
from bench.lab import open_lab
from bench.meter import Tally, metering
from bench.report import machine, progress, table
from chalicelib.aws import audits, files, outbox
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.people import SYSTEM
from chalicelib.services import auditing, clock, metadata

SIZES = (2_000, 20_000)
SLICE_LIMIT_S = 60
MEMORY_LIMIT = 1.5
_AT_ONCE = 16


@dataclass(frozen=True)
class Audited:
    """One audit: seconds altogether and of the longest slice, peak memory in MB, and what it asked of AWS."""

    jobs: int
    objects: int
    slices: int
    seconds: float
    longest_s: float
    cpu_s: float
    peak_mb: float
    read_units: float
    store_units: float
    calls: dict[str, int]


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a slice or the memory is over its limit."""
    if arguments:
        return _part(*arguments)
    results = []
    for size in SIZES:
        lines = _run("size", str(size))
        results.append((Audited(**lines[0]), Audited(**lines[1])))
    growth = results[-1][0].peak_mb / results[0][0].peak_mb
    longest = max(timed.longest_s for timed, _ in results)
    print(_report(results, growth))
    return 1 if growth > MEMORY_LIMIT or longest > SLICE_LIMIT_S else 0


def _part(what: str, detail: str) -> int:
    """What the processes do that this one starts: a lab of a size, or an audit in the lab of its parent."""
    if what == "audit":
        print(json.dumps(asdict(_audit(metered=detail == "metered"))))
        return 0
    with open_lab(large_tables=True):
        progress(f"filling a lab with {int(detail):,} jobs")
        Years().grow_to(int(detail))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(_store, Job.scan()):
                pass
        for how in ("timed", "metered"):
            progress(f"audit of {int(detail):,} jobs, {how}")
            print(json.dumps(_run("audit", how)[0]), flush=True)
    return 0


def _run(*arguments: str) -> list[dict[str, Any]]:
    """Start this benchmark as a process of its own; the JSON lines that it prints."""
    command = [sys.executable, "-m", "bench.audit", *arguments]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in said.splitlines() if line.startswith("{")]


def _store(job: Job) -> None:
    """The original, what a slicer saved, and the record."""
    files.put(job.original_key, b"solid", "model/stl")
    files.put(filenames.file_key(job.status, job.authoritative_filename), b"; G-code", "text/plain")
    metadata.write(job)


def _audit(*, metered: bool) -> Audited:
    """Make a whole audit. Raises RuntimeError when it finds something, because nothing is wrong."""
    audit = auditing.start(SYSTEM, clock.now() + timedelta(days=60 if metered else 30))
    took = []
    started, cpu = time.perf_counter(), time.process_time()
    with metering() if metered else nullcontext(Tally()) as tally:
        while audit.state == audits.RUNNING:
            begun = time.perf_counter()
            message = outbox.make(outbox.AUDITS, "slice", audit.id, int(audit.step), SYSTEM, clock.now())
            auditing.go_on(message.id, clock.now())
            took.append(time.perf_counter() - begun)
            audit = auditing.find(audit.id)
    if audit.totals or audit.state != audits.DONE:
        raise RuntimeError(f"the audit is {audit.state} and found {audit.totals}")
    return Audited(
        jobs=int(audit.jobs_seen),
        objects=int(audit.objects_seen),
        slices=len(took),
        seconds=time.perf_counter() - started,
        longest_s=max(took),
        cpu_s=time.process_time() - cpu,
        peak_mb=_peak_mb(),
        read_units=tally.read_units,
        store_units=tally.store_units,
        calls=dict(tally.calls),
    )


def _peak_mb() -> float:
    """This program's own peak. getrusage would tell the parent's, from before the program was started."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024


def _report(results: list[tuple[Audited, Audited]], growth: float) -> str:
    head = [
        "jobs",
        "objects",
        "slices",
        "time",
        "longest slice",
        "CPU",
        "peak memory",
        "read units",
        "listings",
    ]
    rows = [
        [
            f"{timed.jobs:,}",
            f"{timed.objects:,}",
            str(timed.slices),
            f"{timed.seconds:.1f} s",
            f"{timed.longest_s:.1f} s",
            f"{timed.cpu_s:.1f} s",
            f"{timed.peak_mb:.0f} MB",
            f"{metered.read_units:,.0f} ({metered.store_units:,.0f})",
            str(metered.calls["s3.ListObjectVersions"]),
        ]
        for timed, metered in results
    ]
    calls = ", ".join(f"{name} {number:,}" for name, number in sorted(results[-1][1].calls.items()))
    return (
        f"## Audit\n\nDynamoDB Local and ministack, {machine()}. Read units by the formula (the store says, "
        f"with writes).\n\n{table(head, rows, right=0)}\n\nPeak memory grows {growth:.2f} × for "
        f"{SIZES[-1] // SIZES[0]} times the jobs. Calls at {SIZES[-1]:,} jobs: {calls}.\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
