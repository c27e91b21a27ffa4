"""The queue: list, counts, one job, its files and history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time

from chalice.app import Response

from chalicelib.api.caching import while_no_job_changes
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import CountsQuery, Deletion, JobsQuery, Note, OpenedInSlicer
from chalicelib.api.views.common import Deleted
from chalicelib.api.views.files import CandidateList, FileLink
from chalicelib.api.views.history import EventList, EventView
from chalicelib.api.views.jobs import (
    CountsView,
    JobCard,
    JobsPage,
    JobView,
    Viewer,
    show,
)
from chalicelib.aws import documents, events, jobs
from chalicelib.aws.counters import Tally
from chalicelib.aws.jobs import Wanted
from chalicelib.domain.errors import InvalidInput, NotFound
from chalicelib.domain.lifecycle import Actor, Status
from chalicelib.services import history, job_files, listing, notes, transitions
from chalicelib.services.ordering import Order

routes = Routes()


@routes.get("/jobs", allow={Actor.STAFF}, answers=JobsPage, caches=True)
def list_jobs(call: Call, query: JobsQuery) -> Response:
    """A page of jobs, newest first unless asked otherwise; 304 while nothing has changed.

    At most 2,000 jobs, of one status or of all, are sorted by anything but the time of submission.
    """
    wanted = _wanted(query)
    return while_no_job_changes(call, query, lambda tally: _page(call, query, wanted, tally.totals))


def _page(call: Call, query: JobsQuery, wanted: Wanted, totals: Mapping[Status, int]) -> JobsPage:
    page = listing.page(
        query.status,
        wanted,
        Order.of(query.sort),
        number=query.page,
        limit=query.limit,
        cursor=query.cursor,
        totals=totals,
    )
    viewer = Viewer.at(call.workstation)
    return JobsPage(
        jobs=[JobCard.of(job, viewer) for job in page.jobs],
        page=query.page,
        limit=query.limit,
        total=page.total,
        filtered=page.filtered,
        next_cursor=page.next_cursor,
    )


def _wanted(query: JobsQuery) -> Wanted:
    if query.from_day and query.to_day and query.from_day > query.to_day:
        raise InvalidInput.field("to", "The last day is before the first.")
    return Wanted(
        search=query.search,
        printer=query.printer,
        discipline=query.discipline,
        confirmation_expired=query.confirmation_expired,
        created_from=_start(query.from_day),
        created_to=_end(query.to_day),
    )


def _start(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _end(day: date | None) -> datetime | None:
    return datetime.combine(day, time.max, UTC) if day else None


@routes.get("/jobs/counts", allow={Actor.STAFF}, answers=CountsView, caches=True)
def count_jobs(call: Call, query: CountsQuery) -> Response:
    """Jobs per status, all or those that match, of the archive only where asked; 304 while unchanged."""
    wanted = Wanted(search=query.search, printer=query.printer, discipline=query.discipline)

    def build(tally: Tally) -> CountsView:
        counts = listing.counts(wanted, tally.totals, with_archived=query.with_archived)
        return CountsView(counts=dict(counts), total=sum(counts.values()))

    return while_no_job_changes(call, query, build)


@routes.get("/jobs/{job_id}", allow={Actor.STAFF})
def show_job(call: Call, job_id: str) -> JobView:
    """Everything about one job."""
    return show(call.workstation, jobs.get(job_id))


@routes.delete("/jobs/{job_id}", allow={Actor.STAFF}, frees_lock=True)
def delete_job(call: Call, job_id: str, deletion: Deletion) -> Deleted:
    """Remove a job that was a mistake, with its files. Needs the lock."""
    transitions.delete(job_id, call.staff, deletion.confirm)
    return Deleted(deleted=job_id)


@routes.get("/jobs/{job_id}/events", allow={Actor.STAFF})
def list_events(call: Call, job_id: str) -> EventList:
    """The job's whole history, from the archive as well; it outlives the job."""
    known = history.of_job(job_id) if job_id != events.SYSTEM_EVENTS else None
    if not known or not known.events:
        raise NotFound("There has never been such a job.", job_id=job_id)
    return EventList(events=EventView.all_of(known.events), complete=known.complete)


@routes.get("/jobs/{job_id}/candidate-files", allow={Actor.STAFF})
def list_candidate_files(call: Call, job_id: str) -> CandidateList:
    """The original and what slicers saved, with a recommendation and what the files tell."""
    job = jobs.get(job_id)
    return CandidateList.of(job, job_files.sliced_candidates(job), documents.catalog())


@routes.get("/jobs/{job_id}/files/{name}", allow={Actor.STAFF})
def link_file(call: Call, job_id: str, name: str) -> FileLink:
    """A download link that ends."""
    url, expires_at = job_files.download_link(job_id, name)
    return FileLink(url=url, expires_at=expires_at)


@routes.post("/jobs/{job_id}/opened-in-slicer", allow={Actor.STAFF})
def log_opened(call: Call, job_id: str, opened: OpenedInSlicer) -> JobView:
    """Record that a file was opened at this workstation."""
    return show(call.workstation, job_files.opened_in_slicer(job_id, call.staff, opened.filename))


@routes.patch("/jobs/{job_id}/notes", allow={Actor.STAFF}, frees_lock=True)
def add_note(call: Call, job_id: str, note: Note) -> JobView:
    """Append an entry to the notes."""
    return show(call.workstation, notes.add(job_id, call.staff, note.text))
