"""What all repairs have in common: only findings are acted on, each once, in somebody's name.

Each act looks again first, and is one transaction: the event, the finding as mended, what is mended, and
the row that lets the sweep finish the file work.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from chalicelib.aws import audits, cleanups, events, files, jobs
from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Event, Finding, Job
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain import filenames
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services import changes
from chalicelib.services.filing import Filing

# Reports that can be acted on; older ones say little of today.
_AUDITS = 5
# The job of what is done about no job.
SYSTEM = events.SYSTEM_EVENTS


def found(kinds: Iterable[FindingKind], subject: str) -> Finding:
    """What one of the last audits found. Raises NotFound."""
    for audit in audits.latest(_AUDITS):
        for kind in kinds:
            if finding := audits.finding(audit.id, kind, subject):
                return finding
    raise NotFound("No audit has found this.")


def is_repeat(finding: Finding, by: Caller, now: datetime) -> bool:
    """True when this very call has mended it. Raises Conflict when another one has."""
    if not finding.mended_at:
        return False
    if changes.is_repeat(by, now):
        return True
    raise not_any_more(f"{finding.mended_by} has dealt with this already.", mended_by=finding.mended_by)


def not_any_more(message: str, *, code: str = "not_any_more", **details: object) -> Conflict:
    """What is said when the finding does not hold any more, or not now."""
    return Conflict(message, code=code, **details)


def versions(key: str) -> list[StoredFile]:
    """The versions of exactly this object, the current one first. Raises Conflict when there is none."""
    found = [file for file in files.versions(key) if file.key == key]
    current = [file for file in found if file.is_latest]
    if not current:
        raise not_any_more("This file is gone.")
    return current + [file for file in found if not file.is_latest]


def same(stored: list[StoredFile]) -> list[StoredFile]:
    """The versions that hold what the current one holds; what differs may be the only copy of something."""
    record = stored[0].name.endswith(filenames.METADATA_SUFFIX)
    return [file for file in stored if record or file.etag == stored[0].etag]


def job_of(finding: Finding) -> Job:
    """The job that the finding is about. Raises Conflict when it is gone."""
    job = jobs.find(finding.job_id or "")
    if job is None:
        raise not_any_more("The job is gone.")
    return job


def ensure_idle(key: str | None, job: Job | None = None) -> None:
    """Raise Conflict while a change is at work on the file or the job; both have been read before."""
    unfinished = cleanups.unfinished()
    if key in unfinished.keys or (job is not None and job.id in unfinished.job_ids):
        raise not_any_more("A change is at work on this file. Please try again in half an hour.", code="busy")


def told(
    job_id: str,
    kind: EventType,
    operation: str,
    finding: Finding,
    by: Caller,
    now: datetime,
    **more: int | str,
) -> Event:
    """The event. It holds no key, because a key holds the student's name; the finding leads to it."""
    about = {"operation": operation, "task_id": finding.audit_id, "finding": finding.id, **more}
    return events.make(job_id, kind, by, now, about)


def commit(
    finding: Finding, by: Caller, now: datetime, event: Event, *more: Stage, work: Filing | None = None
) -> None:
    """All at once, the finding as mended. Raises Conflict, the copies taken back, when others were faster."""
    try:
        events.record(
            [event],
            lambda t: audits.stage_mended(t, finding, by.name, now),
            *changes.once(by, now),
            *more,
            *([work.stage] if work else []),
        )
    except ConditionFailed:
        if work is None or work.undone():
            raise not_any_more("Somebody changed this at the same moment. Please look again.") from None
