"""What the lab share must hold, as the agents of the lab PCs ask for it: all of it, or what may have changed.

All of it is the listing of the status folders, a page at a time. What has changed is read off the audit
trail. The listing takes a while, and what moves meanwhile may be met twice or not at all: so it always
ends with what has changed since it began, and only then is the picture complete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from chalicelib.aws import events, files, jobs
from chalicelib.aws.counters import Tally
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Event, Job
from chalicelib.domain import filenames
from chalicelib.domain.errors import Gone, Unavailable
from chalicelib.domain.events import time_of
from chalicelib.domain.lifecycle import Status
from chalicelib.services import clock, filing, ordering, owners
from chalicelib.services.job_files import LINK_LASTS

# An event bears the time at which its change began, and is there once the copies are made: filing gives a
# change ten minutes. The rest is for clocks that differ, and for records that are written afterwards.
_LOOK_BACK = timedelta(minutes=15)
# While nothing is counted as changed, a record may be rewritten all the same.
_LOOK_AGAIN = timedelta(minutes=1)
# The index behind the trail has lagged no longer when a change is older than this.
_SETTLED_AFTER = timedelta(seconds=2)
# Who was away for longer asks for all of it anew: that is cheaper than the trail.
_TOO_LONG = timedelta(days=1)
_AT_ONCE = 8
_TRIES = 4


@dataclass(frozen=True)
class SharedFile:
    """A file that the share must hold; `sha256` where it is known: of the student's original."""

    name: str
    size: int
    etag: str
    sha256: str | None
    modified_at: datetime
    url: str


@dataclass(frozen=True)
class SharedJob:
    """All that the share must hold of a job; `folder` is None when that is nothing (deleted, or archived).

    `left`: the folders that it has left lately.
    """

    job_id: str
    display_name: str | None
    folder: str | None
    left: tuple[str, ...]
    files: tuple[SharedFile, ...]


@dataclass(frozen=True)
class Manifest:
    """A page. `full`: part of a listing of everything; `more`: ask again at once, with `cursor`."""

    jobs: list[SharedJob]
    full: bool
    cursor: str
    more: bool


@dataclass(frozen=True)
class _Place:
    """Where a listing of everything goes on: it began at `began`; `folder` counts the statuses."""

    began: datetime
    folder: int = 0
    after: str = ""

    @property
    def text(self) -> str:
        return ordering.written(["all", self.began.isoformat(), self.folder, self.after])


@dataclass(frozen=True)
class _Since:
    """Up to where changes are known; `changes`: how many were counted; `after`: the last event of a page."""

    seen: datetime
    changes: int
    after: str = ""

    @property
    def text(self) -> str:
        return ordering.written(["since", self.seen.isoformat(), self.changes, self.after])


def manifest(cursor: str | None, tally: Tally, *, archived: bool, limit: int) -> Manifest:
    """A page of what the share must hold. Without a cursor everything; after that, what may have changed.

    A page ends at a job, behind `limit` files of a full listing or `limit` jobs that may have changed.
    Raises InvalidInput for a cursor that is none of ours and Gone for one of too long ago.
    """
    now = clock.now()
    place = _read(cursor) if cursor else _Place(now)
    if isinstance(place, _Place):
        return _everything(place, archived=archived, limit=limit)
    if now - place.seen > _TOO_LONG:
        raise Gone("This was too long ago: ask for everything anew, without a cursor.", reason="expired")
    if not place.after and place.changes == tally.changes and now - place.seen < _LOOK_AGAIN:
        return Manifest([], full=False, cursor=place.text, more=False)
    return _changed(place, now, tally, archived=archived, limit=limit)


def _read(cursor: str) -> _Place | _Since:
    position = ordering.read(cursor)
    try:
        kind, moment, number, text = position
        at = datetime.fromisoformat(moment)
        known: type[_Place | _Since] = {"all": _Place, "since": _Since}[kind]
        if at.tzinfo is None or type(number) is not int or not isinstance(text, str):
            raise ordering.not_ours()
        if kind == "all" and not 0 <= number < len(Status):
            raise ordering.not_ours()
        if kind == "since" and text:
            time_of(text)
        return known(at, number, text)
    except (KeyError, TypeError, ValueError):
        raise ordering.not_ours() from None


# --- everything -------------------------------------------------------------------------


def _everything(place: _Place, *, archived: bool, limit: int) -> Manifest:
    status = list(Status)[place.folder]
    held = status is not Status.ARCHIVED or archived
    page, whole = _page(status.folder, place.after, limit) if held else ([], True)
    found = _owned(page, status)
    if not whole:
        return Manifest(found, True, _Place(place.began, place.folder, page[-1].key).text, more=True)
    if place.folder + 1 == len(Status):
        return Manifest(found, True, _Since(place.began, changes=-1).text, more=True)
    following = _Place(place.began, place.folder + 1)
    if found:
        return Manifest(found, True, following.text, more=True)
    return _everything(following, archived=archived, limit=limit)  # an empty folder needs no page of its own


def _page(folder: str, after: str, limit: int) -> tuple[list[StoredFile], bool]:
    """The next files of a folder, all of a job's together, and whether the folder ends with them."""
    taken: list[StoredFile] = []
    for _, group in groupby(_current(folder, after), key=lambda f: filenames.short_id_in(f.name)):
        if len(taken) >= limit:
            return taken, False
        taken.extend(group)
    return taken, True


def _current(folder: str, after: str) -> Iterator[StoredFile]:
    return (file for file in files.versions(f"{folder}/", after) if file.is_latest)


def _owned(stored: list[StoredFile], status: Status) -> list[SharedJob]:
    """The jobs of these files, those that stand there. What is of no job is for the audit."""
    by_job: dict[str, list[StoredFile]] = {}
    owned = owners.of_files(stored, ask_index=False)
    for file in stored:
        if file.key in owned:
            by_job.setdefault(owned[file.key], []).append(file)
    rows = jobs.find_many(by_job)
    return [_shared(job, by_job[job.id], ()) for job in rows.values() if job.status is status]


# --- what may have changed --------------------------------------------------------------


def _changed(place: _Since, now: datetime, tally: Tally, *, archived: bool, limit: int) -> Manifest:
    left: dict[str, set[str]] = {}
    last, more = place.after, False
    for event in _events(place):
        if event.job_id not in left and len(left) == limit:
            more = True
            break
        left.setdefault(event.job_id, set()).update(_left_by(event))
        last = event.id
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda each: _as_it_is(*each, archived=archived), left.items()))
    if more:
        return Manifest(found, False, _Since(place.seen, place.changes, last).text, more=True)
    counted = tally.changes if now > tally.changed_at + _SETTLED_AFTER else -1
    return Manifest(found, False, _Since(now, counted).text, more=False)


def _events(place: _Since) -> Iterator[Event]:
    told = events.since(place.seen - _LOOK_BACK, after=place.after)
    return (event for event in told if event.job_id != events.SYSTEM_EVENTS)


def _left_by(event: Event) -> Iterable[str]:
    status = event.details.get("from_status")
    return [Status(status).folder] if status else []


def _as_it_is(job_id: str, left: set[str], *, archived: bool) -> SharedJob:
    """The job and its files at one moment. Raises Unavailable for one that never stands still."""
    for _ in range(_TRIES):
        job = jobs.find(job_id)
        if job is None:
            return SharedJob(job_id, None, None, tuple(sorted(left)), ())
        if job.status is Status.ARCHIVED and not archived:
            return SharedJob(job_id, job.display_name, None, tuple(sorted(left)), ())
        present = [file for file in filing.files_of(job) if file.is_latest]
        again = jobs.find(job_id)
        if again is not None and again.version == job.version:
            return _shared(job, present, left)
    raise Unavailable("A job changes all the time. Please try again.", component="database")


def _shared(job: Job, present: list[StoredFile], left: Iterable[str]) -> SharedJob:
    known: dict[str, Any] = {job.original_name: job.file_hash}
    return SharedJob(
        job_id=job.id,
        display_name=job.display_name,
        folder=job.status.folder,
        left=tuple(sorted(set(left) - {job.status.folder})),
        files=tuple(_file(file, known.get(file.name)) for file in present),
    )


def _file(file: StoredFile, sha256: str | None) -> SharedFile:
    url = files.presign_download(file.key, file.name, int(LINK_LASTS.total_seconds()))
    return SharedFile(file.name, file.size, file.etag, sha256, file.modified_at, url)
