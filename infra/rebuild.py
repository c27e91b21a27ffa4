"""`python -m infra.rebuild`: jobs, guards and counters, made anew from the records beside the files.

For the day when tables are lost and no backup is at hand. Needs the functions' environment (AWS_…,
PRINTLAB_STAGE, PRINTLAB_FILES_BUCKET; `python -m infra.connect .data infra.rebuild` takes the local one's)
and the tables, empty or not; nothing else may change anything meanwhile. It only says what it would do
unless `--apply` is given. A job that is there is left as it is, and a second run finds nothing to do.
Events and payments are in no record and do not come back. An audit afterwards shows the rest.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from chalicelib.aws import cleanups, counters, events, files, guards, jobs
from chalicelib.aws.tables import Job
from chalicelib.aws.transactions import ConditionFailed, Stage, commit
from chalicelib.domain import filenames
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import clock, metadata
from chalicelib.services.owners import owed

_AT_ONCE = 16
_BATCH = 100

T = TypeVar("T")
R = TypeVar("R")


class NotAJob(Exception):
    """A record that no job can be made of; says why."""


@dataclass
class Report:
    """What was done, or would be. `problems` are (key or id, what is wrong), skipped or not."""

    records: int = 0
    there: int = 0
    jobs: int = 0
    guards: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, order=True)
class _Record:
    """A record of a job; the greatest one counts: finished, in the folder that it names, and newest."""

    finished: bool
    in_its_folder: bool
    version: int
    key: str


def rebuild(*, apply: bool) -> Report:
    """Make what is missing, or only find out what is."""
    report = Report()
    best = _best_records(report)
    made = _jobs(best, report, apply=apply)
    missing = Counter(job.status for job in made)
    _guards(report, apply=apply)
    _counters(missing if not apply else Counter(), report, apply=apply)
    return report


# --- records ------------------------------------------------------------------------


def _best_records(report: Report) -> dict[str, _Record]:
    """Of each job that is not there the record that counts, by the job's id."""
    unfinished = _unfinished_keys(clock.now())
    best: dict[str, _Record] = {}
    for keys in _batches(_record_keys()):
        report.records += len(keys)
        read = dict(_parallel(lambda key: (key, _tried(key)), keys))
        there = jobs.find_many({job.id for job in read.values() if isinstance(job, Job)}, "version")
        for key, job in read.items():
            if isinstance(job, NotAJob):
                report.problems.append((key, str(job)))
            elif job.id not in there:
                found = _Record(
                    key not in unfinished, _folder(key) == job.status.folder, int(job.version), key
                )
                best[job.id] = max(found, best.get(job.id, found))
            elif _folder(key) == job.status.folder:
                report.there += 1
    return best


def _record_keys() -> Iterator[str]:
    for status in Status:
        for file in files.versions(f"{status.folder}/"):
            if file.is_latest and file.key.endswith(filenames.METADATA_SUFFIX):
                yield file.key


def _unfinished_keys(now: datetime) -> set[str]:
    """What changes have written that never committed, as far as their rows are left."""
    rows = (row for row in cleanups.older_than(now) if row.state != cleanups.COMMITTED)
    return {key for row in rows for key in row.writes}


def _folder(key: str) -> str:
    return key.partition("/")[0]


def _tried(key: str) -> Job | NotAJob:
    try:
        return _read(key)
    except NotAJob as problem:
        return problem


def _read(key: str) -> Job:
    """The job that a record tells of. Raises NotAJob."""
    try:
        values = json.loads(files.read(key))
        job = metadata.job_from(values)
        job.serialize()  # raises for what no row may lack
    except files.Missing:
        raise NotAJob("the record is gone") from None
    except Exception as error:  # whatever a damaged document does to the parsers
        raise NotAJob(f"the record cannot be read: {error}") from None
    if key.partition("/")[2] != job.display_name + filenames.METADATA_SUFFIX:
        raise NotAJob("the record tells of a job of another name")
    return job


# --- jobs ---------------------------------------------------------------------------


def _jobs(best: dict[str, _Record], report: Report, *, apply: bool) -> list[Job]:
    """Make the jobs that are not there; answers those that were or would be made, without their bulk."""
    made = []
    for records in _batches(best.values()):
        for job, problems in _parallel(partial(_job, apply=apply), records):
            report.problems += problems
            if job:
                made.append(Job(id=job.id, status=job.status))
    report.jobs = len(made)
    return made


def _job(record: _Record, *, apply: bool) -> tuple[Job | None, list[tuple[str, str]]]:
    """Make the job of a record; None with the reason where it cannot be made."""
    try:
        job = _read(record.key)
        if apply:
            _create(job)
    except NotAJob as problem:
        return None, [(record.key, str(problem))]
    there = files.head(job.original_key) is not None
    return job, [] if there else [(job.original_key, "the original is not where the job is")]


def _create(job: Job) -> None:
    """The job's row with its guards, in one transaction. Raises NotAJob."""
    now = clock.now()
    told = events.make(job.id, EventType.ADMIN_ACTION, SYSTEM, now, {"operation": "rebuild"})
    try:
        events.record(
            [told],
            lambda t: jobs.stage_create(t, job),
            *(partial(guards.stage_take, guard_id=guard, holder=job.id) for guard in owed(job)),
        )
    except ConditionFailed:
        _create_without(job)


def _create_without(job: Job) -> None:
    """Where the student has submitted the file anew, the job goes on without its reservation."""
    short, *rest = owed(job)
    if jobs.find(job.id):
        raise NotAJob("somebody has made this job at the same moment")
    owner = guards.owner(short)
    if owner not in {None, job.id}:
        raise NotAJob(f"its short id belongs to job {owner}")
    if not rest:
        raise NotAJob("somebody changed the tables at the same moment")
    job.holds_guard = False
    _create(job)
    metadata.write(job)


# --- guards and counters ------------------------------------------------------------


def _guards(report: Report, *, apply: bool) -> None:
    """Take the guards that jobs have lost. In a trial run, those of the jobs that are there."""
    for some in _batches(jobs.everyone("short_id", "file_hash", "student_email", "holds_guard")):
        wanted = {guard: job.id for job in some for guard in owed(job)}
        held = guards.owners(wanted)
        for guard, job_id in wanted.items():
            if guard not in held:
                report.guards += 1
                if apply:
                    _take(guard, job_id)
            elif held[guard] != job_id:
                report.problems.append((job_id, f"its guard {guard} belongs to job {held[guard]}"))


def _take(guard: str, job_id: str) -> None:
    stage: Stage = partial(guards.stage_take, guard_id=guard, holder=job_id)
    commit(stage)


def _counters(missing: Counter[Status], report: Report, *, apply: bool) -> None:
    """Bring the counters to what the table holds, with the jobs that a trial run would have made."""
    there = list(jobs.everyone("status", "file_size"))
    counted, said = missing + Counter(job.status for job in there), counters.tally()
    short_of = {status: counted[status] - said.totals[status] for status in Status}
    report.counters = {status.value: number for status, number in short_of.items() if number}
    if apply:
        counters.correct(short_of, sum(int(job.file_size) for job in there) - said.stored_bytes)


# --- the command --------------------------------------------------------------------


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    stream = iter(items)
    while some := list(islice(stream, _BATCH)):
        yield some


def _parallel(task: Callable[[T], R], items: Iterable[T]) -> list[R]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(task, items))


def main(arguments: list[str] | None = None) -> int:
    """Run and say what was done; 1 when there were problems."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--apply", action="store_true", help="do it; without, only say what would be done")
    apply = parser.parse_args(arguments).apply
    report = rebuild(apply=apply)
    did = "made" if apply else "to make"
    print(f"{report.records} records, {report.there} of jobs that are there")
    print(f"{did}: {report.jobs} jobs, {report.guards} guards of other jobs")
    print(f"counters {'corrected' if apply else 'to correct'} by: {report.counters or 'nothing'}")
    for subject, problem in report.problems:
        print(f"problem: {subject}: {problem}")
    if not apply:
        print("Nothing was changed. Run it again with --apply.")
    return 1 if report.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
