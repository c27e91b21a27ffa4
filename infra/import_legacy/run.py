"""Going through the whole old system: read, decide, and, unless it is a dry run, write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from chalicelib.aws import directory, events, guards
from chalicelib.aws import jobs as stored_jobs
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.people import staff_guard
from chalicelib.domain.submissions import short_id_guard
from infra.import_legacy import catalog, jobs, people, plans, records, short_ids, storage, writing
from infra.import_legacy.plans import Plan
from infra.import_legacy.records import Old
from infra.import_legacy.report import Report
from infra.import_legacy.source import Source
from infra.import_legacy.storage import Listing
from infra.import_legacy.values import Problem, Row

_AT_ONCE = 8
Progress = Callable[[str, int, int], None]


@dataclass
class Import:
    """One run over an old system. `apply`: write; without, everything is only looked at."""

    source: Source
    listing: Listing
    zone: tzinfo
    now: datetime
    apply: bool
    progress: Progress

    def __post_init__(self) -> None:
        self.report = Report()

    def run(self) -> Report:
        """Take over the catalog, the staff, then every job."""
        self._say_what_is_missing()
        made = self.planned()
        self.report.jobs_by_status = plans.by_status(made)
        self._write(made)
        return self.report

    def planned(self) -> list[Plan]:
        """Catalog and staff, then what is to become of each job; of the jobs nothing is written yet."""
        offer = self._catalog()
        self._staff()
        planned = self._plans(offer)
        read = self._each("reading files", self._is_readable, planned)
        made = [plan for plan, is_readable in zip(planned, read, strict=True) if is_readable]
        self.report.new |= {
            "jobs": len(made),
            "events": sum(len(plan.events) for plan in made),
            "payments": sum(plan.payment is not None for plan in made),
            "files": sum(len(plan.files) for plan in made),
        }
        return made

    def _is_readable(self, plan: Plan) -> bool:
        """False, and told, where a file cannot be read: a network drive, a bad sector, somebody's rights."""
        try:
            plans.hashed(plan)
        except OSError as error:
            self._left_out(plan, f"a file cannot be read: {error}")
            return False
        return True

    def _left_out(self, plan: Plan, why: str) -> None:
        self.report.new["jobs not written"] += 1
        self._problem("job", plan.row.id, "", why, "job not made, run the import again")

    def _problem(self, table: str, row: str, column: str, wrong: str, done: str) -> None:
        self.report.problems.append(Problem(table, row, column, wrong, done))

    def _rows(self, table: str, identity: str) -> list[Row]:
        rows = self.source.rows(table)
        self.report.found[_PLURAL[table]] = len(rows)
        return [
            Row(table, str(v.get(identity)), v, self.report.problems, self.zone, self.now)
            for v in sorted(rows, key=lambda v: str(v.get(identity)))
        ]

    def _say_what_is_missing(self) -> None:
        for table, column in self.source.missing:
            done = "every row is taken without it" if column else "nothing to take over"
            self._problem(table, "", column, "missing in this version of the old system", done)
        for place, why in self.listing.skipped:
            self._problem("storage", place, "", why, "left where it is")

    def _catalog(self) -> Catalog:
        rows = self._rows("catalog_store", "id")
        row = next((row for row in rows if row.id == "active"), rows[0] if rows else None)
        ours, version = writing.catalog()
        data = catalog.merged(row, ours)
        for kind in ("methods", "printers", "materials"):
            self.report.new[kind] = len(data[kind]) - len(ours.get(kind, []))
        if self.apply and any(self.report.new.values()):
            writing.replace_catalog(data, version)
        return Catalog.from_data(version, data)

    def _staff(self) -> None:
        known = {staff_guard(member.name) for member in directory.all_staff()}
        rows = self._rows("staff", "name")
        new = people.members(rows, known)
        self.report.new["staff"] = len(new)
        self.report.there_already["staff"] = len({staff_guard(row.id) for row in rows} & known)
        if self.apply:
            for member in new:
                writing.add_member(member)

    # --- jobs -----------------------------------------------------------------------

    def _plans(self, offer: Catalog) -> list[Plan]:
        rows = self._unique(self._rows("job", "id"))
        history = records.grouped(self._rows("event", "id"), "job_id")
        paid = records.grouped(self._rows("payment", "job_id"), "job_id")
        self._report_strays(rows, history, paid)
        owned = self._owned(rows)
        ids = short_ids.assigned(rows, _owners(set(short_ids.wishes(rows).values())))
        made: list[Plan] = []
        for job_id, row in self._new(rows).items():
            old = Old(job_id, row, history.get(job_id, []), paid.get(job_id, []), owned.get(job_id, []))
            try:
                planned = plans.plan(old, ids[job_id], offer)
            except Exception as error:  # what nobody thought of in one row must not keep the others
                row.note("", f"cannot be understood: {type(error).__name__}: {error}", "job left out")
                continue
            if planned:
                made.append(planned)
        return sorted(made, key=lambda plan: (plan.values["created_at"], plan.id))

    def _unique(self, rows: Sequence[Row]) -> dict[str, Row]:
        found: dict[str, Row] = {}
        for row in rows:
            job_id = jobs.job_id(row.id)
            if row.values.get("id") in {None, ""}:
                row.note("id", "empty", "job left out")
            elif job_id in found:
                row.note("id", f"the same as that of job {found[job_id].id}", "job left out")
            else:
                found[job_id] = row
        return found

    def _new(self, rows: dict[str, Row]) -> dict[str, Row]:
        """The jobs that were not taken over before; a job that was deleted here since stays deleted."""
        there = stored_jobs.find_many(rows, "version")
        before = events.begun(rows.keys() - there.keys())
        for job_id in before:
            rows[job_id].note("id", "taken over before and deleted since", "left deleted")
        self.report.there_already["jobs"] = len(there)
        return {job_id: row for job_id, row in rows.items() if job_id not in there and job_id not in before}

    def _report_strays(self, rows: dict[str, Row], *others: dict[str, list[Row]]) -> None:
        for found in others:
            for job_id in found.keys() - rows.keys():
                for row in found[job_id]:
                    # The old system's events about itself have no job.
                    if row.values.get("job_id"):
                        row.note("job_id", f"there is no job {row.values['job_id']}", "left out")
                    else:
                        self.report.found[f"{_PLURAL[row.table]} of no job, left out"] += 1

    def _owned(self, rows: dict[str, Row]) -> dict[str, list[storage.OldFile]]:
        owners = storage.Owners(
            (job_id, name)
            for job_id, row in rows.items()
            for name in (records.stem(row), storage.last_part(str(row.values.get("file_path") or "")))
        )
        found: dict[str, list[storage.OldFile]] = {}
        for file in self.listing.files:
            self.report.found["files"] += 1
            if storage.is_record(file.name):
                self.report.found["records of the old system, written anew"] += 1
                continue
            whose = owners.of(file.name)
            if len(whose) == 1:
                found.setdefault(whose[0], []).append(file)
            else:
                wrong = "belongs to no job" if not whose else f"may be of any of the jobs {', '.join(whose)}"
                self._problem("storage", file.place, "", wrong, "left where it is")
        return found

    def _write(self, made: Sequence[Plan]) -> None:
        """Reservations in the order of submission, as the students came; then all jobs."""
        held = guards.owners({plan.guard for plan in made if plan.guard})
        first: dict[str, str] = {}
        for plan in made:
            if plan.guard and plan.guard not in held:
                first.setdefault(plan.guard, plan.id)
        if not self.apply or not made:
            return
        writing.note_import()

        def write(plan: Plan) -> str | None:
            try:
                writing.write(plan, holds_guard=bool(plan.guard) and first.get(plan.guard or "") == plan.id)
            except Exception as error:  # one that fails must not keep the others
                return f"{type(error).__name__}: {error}"
            return None

        for plan, failure in zip(made, self._each("writing jobs", write, made), strict=True):
            if failure:
                self.report.new["jobs"] -= 1
                self._left_out(plan, failure)

    def _each(self, what: str, task: Callable[[Plan], Any], made: Sequence[Plan]) -> Iterator[Any]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for number, answer in enumerate(pool.map(task, made), 1):
                self.progress(what, number, len(made))
                yield answer


_PLURAL = {
    "job": "jobs",
    "event": "events",
    "payment": "payments",
    "staff": "staff",
    "catalog_store": "catalogs",
}


def _owners(short: Collection[str]) -> Callable[[str], str | None]:
    """Tells which job has a short id; those of `short` are looked up at once."""
    held = guards.owners(short_id_guard(each) for each in short)

    def owner(short_id: str) -> str | None:
        guard = short_id_guard(short_id)
        return held.get(guard) if short_id in short else guards.owner(guard)

    return owner
