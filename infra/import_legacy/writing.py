"""Writing what was decided: each job with its files, history, payment and promises as one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from chalicelib.aws import counters, directory, documents, events, files, guards, jobs, outbox, payments
from chalicelib.aws import trail as archive
from chalicelib.aws.files import Written
from chalicelib.aws.tables import Event, Job, OutboxMessage, Payment, StaffMember
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import SYSTEM, Caller
from chalicelib.domain.submissions import short_id_guard
from chalicelib.services import changes, clock, lab_documents
from chalicelib.services.filing import Filing
from infra.import_legacy.people import Member
from infra.import_legacy.plans import Plan
from infra.import_legacy.storage import OldFile


class NotWritten(Exception):
    """A job that was not made, of which nothing is left either; says why."""


def note_import() -> None:
    """Before the first event: those of today, and of tomorrow if it gets late, may tell of earlier days."""
    for day in (clock.now(), clock.now() + timedelta(days=1)):
        archive.note_import(day.date())


def replace_catalog(data: dict[str, Any], version: int) -> None:
    """Make the merged catalog the lab's, under the version that it was merged with."""
    lab_documents.replace_catalog(data, version, SYSTEM)


def catalog() -> tuple[dict[str, Any], int]:
    """The lab's catalog as it is, and its version; nothing and 0 while there is none."""
    stored = documents.find(documents.CATALOG)
    return (stored.data, int(stored.version)) if stored else ({}, 0)


def add_member(member: Member) -> bool:
    """Put a name on the staff list; False when somebody was faster."""
    row = StaffMember(
        name=member.name, added_at=member.added_at, is_active=member.active, deactivated_at=member.left_at
    )
    details = {"staff": member.name, "change": "added", "operation": "import"}
    told = events.make(events.SYSTEM_EVENTS, EventType.STAFF_UPDATED, SYSTEM, clock.now(), details)
    try:
        events.record([told], lambda t: directory.stage_add_staff(t, row))
    except ConditionFailed:
        return False
    return True


def write(plan: Plan, *, holds_guard: bool) -> None:
    """Make the job. Raises NotWritten."""
    now = clock.now()
    job = Job(**plan.values, holds_guard=holds_guard)
    messages = [outbox.make(outbox.MODELS, "analysis", job.id, 1, SYSTEM, now)] if plan.original else []
    payment = _payment(plan)
    if payment and not payment.voided:
        job.payment_id, job.paid_cents = payment.id, payment.price_cents
    work = Filing(job.id, now)
    try:
        work.lay(job.status, [(partial(_store, plan, job, old), name) for old, name in plan.files], job)
        events.record(_events(plan, now), *_stages(plan, job, payment, messages, work))
    except (ConditionFailed, NotWritten) as failure:
        if work.undone():
            raise NotWritten(_why(failure)) from failure
    work.settle()
    changes.nudge(messages)


def _why(failure: Exception) -> str:
    taken = "somebody changed the same rows at the same moment: run the import again"
    return taken if isinstance(failure, ConditionFailed) else str(failure)


def _store(plan: Plan, job: Job, old: OldFile, key: str) -> Written:
    """Copy a file, and read back what has arrived: it must be what was counted.

    What the store calls the original's bytes is noted before the job's record and row are written.
    """
    try:
        opened = old.path.open("rb")
    except OSError as error:
        raise NotWritten(f"{old.place} cannot be read: {error.strerror}") from error
    with opened:
        written = files.put(key, opened, "application/octet-stream")
    if files.sha256(key, written.version_id) != plan.hashes[old.place]:
        files.delete(key, written.version_id)
        raise NotWritten(f"{old.place} was changed while it was copied")
    if old == plan.original:
        job.file_etag = written.etag
    return written


def _events(plan: Plan, now: datetime) -> list[Event]:
    """The history, written down now, one microsecond after the other."""
    made = []
    for number, told in enumerate(plan.events):
        actor = Actor.STAFF if told.workstation else Actor.SYSTEM
        by = Caller(actor, told.by, told.workstation)
        made.append(events.make(plan.id, told.kind, by, now + timedelta(microseconds=number), told.details))
    return made


def _payment(plan: Plan) -> Payment | None:
    if plan.payment is None:
        return None
    return Payment(job_id=plan.id, month=f"{plan.payment['paid_ts']:%Y-%m}", **plan.payment)


def _stages(
    plan: Plan, job: Job, payment: Payment | None, messages: list[OutboxMessage], work: Filing
) -> list[Stage]:
    now = clock.now()  # copying may have taken a while
    held = [short_id_guard(job.short_id), *([plan.guard] if job.holds_guard and plan.guard else [])]
    stages: list[Stage] = [
        lambda t: jobs.stage_create(t, job),
        lambda t: counters.stage_change(t, job, None, job.status, now),
        *[partial(guards.stage_take, guard_id=guard, holder=job.id) for guard in held],
        *[partial(outbox.stage, message=message) for message in messages],
        work.stage,
    ]
    if payment:
        stages.append(lambda t: payments.stage_add(t, payment))
    return stages
