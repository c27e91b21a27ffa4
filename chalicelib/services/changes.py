"""One change of one job: decided, filed, committed as one transaction, then finished.

Every use case reads: `change = begin(...)`, say what is new, `return commit(change)`.
The transaction holds the job (fenced by its version and by the lock), the events,
the promised mails, the counters, the guards and the row that lets the sweep
finish the file work. Nothing is visible before it, nothing is lost after it.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from chalicelib.aws import counters, events, guards, jobs, limits, outbox, queues
from chalicelib.aws.files import Missing
from chalicelib.aws.tables import Job, OutboxMessage
from chalicelib.aws.transactions import ConditionFailed, Stage, Transaction
from chalicelib.aws.transactions import commit as commit_transaction
from chalicelib.domain import lifecycle, locks, statistics
from chalicelib.domain.errors import Conflict
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, MailType, Status
from chalicelib.domain.people import Caller
from chalicelib.domain.submissions import duplicate_guard
from chalicelib.services import clock, filing

log = logging.getLogger(__name__)

_TRIES = 4


class AlreadyApplied(Exception):
    """The same call has changed this job before: its answer was lost, its work was not."""

    def __init__(self, job_id: str) -> None:
        super().__init__(job_id)
        self.job_id = job_id


class ChangedMeanwhile(Conflict):
    """Somebody else's change came first, and this one is still allowed: look again and repeat."""

    code = "changed_meanwhile"


@dataclass
class Change:
    """What one use case does to one job; `target` is where the job stands afterwards.

    `anywhere`: it may be done wherever the job stands, so that a move meanwhile does not forbid it.
    """

    job: Job
    by: Caller
    now: datetime
    target: Status
    removes: bool = False
    anywhere: bool = False
    updates: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[EventType, dict[str, Any]]] = field(default_factory=list)
    mails: list[MailType] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)

    def set(self, **updates: Any) -> None:
        """New values of the job's attributes; None removes one."""
        self.updates.update(updates)

    def tell(self, **details: Any) -> None:
        """Facts for the audit trail, on the first event of the change."""
        self.events[0][1].update(details)


def begin(job_id: str, action: Action, by: Caller, requested: Status | None = None) -> Change:
    """Read the job and decide by the lifecycle table whether `by` may take `action` now.

    Raises NotFound, NotPermitted, Conflict (wrong status, or locked by another) and
    AlreadyApplied for the repeat of a call that was carried out.
    """
    now = clock.now()
    refuse_repeat(job_id, by, now)
    job = jobs.get(job_id)
    rule = lifecycle.decide(action, job.status, by.actor)
    locks.check(job.lock, by.workstation, now, required=rule.needs_lock)
    target = lifecycle.destination(rule, job.status, requested)
    change = Change(job, by, now, target, removes=rule.removes)
    change.events = [(kind, {"action": action.value}) for kind in rule.events]
    change.mails = [rule.mail] if rule.mail else []
    if target is not job.status:
        for _, details in change.events:
            details.update(from_status=job.status.value, to_status=target.value)
    return change


def refuse_repeat(job_id: str, by: Caller, now: datetime) -> None:
    """Raise AlreadyApplied when the very call that `by` makes has committed before."""
    if is_repeat(by, now):
        raise AlreadyApplied(job_id)


def is_repeat(by: Caller, now: datetime) -> bool:
    """True when the very call that `by` makes has committed before: its answer was lost, its work was not."""
    return bool(by.request_id and limits.was_applied(by.request_id, now))


def once(by: Caller, now: datetime) -> list[Stage]:
    """What makes the call of `by` one that has been carried out, for its transaction."""
    request_id = by.request_id
    return [lambda t: limits.stage_applied(t, request_id, now)] if request_id else []


def edit(job_id: str, by: Caller, event: EventType | None = None) -> Change:
    """A change that is no lifecycle action (a note, a new confirmation link): only the lock counts."""
    now = clock.now()
    refuse_repeat(job_id, by, now)
    job = jobs.get(job_id)
    locks.check(job.lock, by.workstation, now, required=False)
    return Change(job, by, now, job.status, anywhere=True, events=[(event, {})] if event else [])


P = ParamSpec("P")
R = TypeVar("R")


def repeated(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run the use case again when another change came first and did not forbid this one."""

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_TRIES - 1):
            try:
                return use_case(*args, **kwargs)
            except ChangedMeanwhile:
                continue
        return use_case(*args, **kwargs)

    return run


def ensure_unchanged(change: Change) -> None:
    """Raise Conflict if the job is not any more what `change` was decided on: before the caller is blamed."""
    job = jobs.find(change.job.id)
    if job is None or job.version != change.job.version:
        raise _why(change)


def commit(change: Change) -> Job:
    """Carry the change out: copy, commit, finish. Answers the job as it is afterwards.

    Raises Conflict when somebody else was first; then nothing has happened.
    """
    job = change.job
    _stamp(change)
    guard = _guard_stage(change)
    after = copy.deepcopy(job)
    jobs.apply(after, change.updates)
    work = filing.Filing(job.id, change.now)
    moves = change.target is not job.status
    messages = _messages(change)
    try:
        if moves:
            _file(change, after, work)
        elif change.removes:
            work.drop = filing.everything_of(job)
            work.leaves(job)
        else:
            work.rewrites_record(job)
        _commit(change, after, guard, messages, work)
    except (ConditionFailed, Missing) as failure:
        if work.undone():
            raise _why(change) from failure
    work.settle(record=None if moves or change.removes else job.status)
    nudge(messages)
    return after


def nudge(messages: list[OutboxMessage]) -> None:
    """Wake the queue functions; what fails here the sweep sends again."""
    for message in messages:
        try:
            queues.nudge(message.queue, message.id)
        except Exception:
            log.exception("nudge left to the sweep", extra={"outbox_id": message.id})


def _stamp(change: Change) -> None:
    change.set(status=change.target, updated_at=change.now, last_updated_by=change.by.name)
    if change.target is not change.job.status:
        change.set(status_entered_at=change.now)
        if change.target in lifecycle.FINISHED:
            change.set(finished_at=change.job.finished_at or change.now)
        elif change.target is not Status.ARCHIVED:
            change.set(finished_at=None)
        if change.job.status is Status.PENDING:
            change.set(is_confirmation_expired=False)


def _file(change: Change, after: Job, work: filing.Filing) -> None:
    present = filing.files_of(change.job)
    current = {file.key for file in present if file.is_latest}
    # What somebody hid below a delete marker is not moved, and may be the only copy.
    work.drop = [file for file in present if file.key in current]
    work.leaves(change.job)
    movable = [(f, f.name) for f in present if f.is_latest and not f.name.endswith(".metadata.json")]
    work.copy_to(change.target, movable, after)


def _messages(change: Change) -> list[OutboxMessage]:
    token_id = change.updates.get("confirm_token_id")
    number = int(change.job.version) + 1
    return [
        outbox.make(outbox.MAIL, mail, change.job.id, number, change.by, change.now, token_id)
        for mail in change.mails
    ]


def _commit(
    change: Change, after: Job, guard: Stage | None, messages: list[OutboxMessage], work: filing.Filing
) -> None:
    job = change.job
    staged: list[Stage] = [_job_stage(change), work.stage, *once(change.by, change.now), *change.stages]
    if guard:
        staged.append(guard)
    staged += [partial(outbox.stage, message=message) for message in messages]
    target = None if change.removes else change.target
    now = clock.now()  # copying may have taken a while
    staged.append(lambda t: counters.stage_change(t, job, job.status, target, now))
    facts = _figures(change, after)
    told = [
        events.make(
            job.id, kind, change.by, change.now, details | (facts if "action" in details else {}), sequence
        )
        for sequence, (kind, details) in enumerate(change.events)
    ]
    if told:
        events.record(told, *staged)
    else:
        commit_transaction(*staged)


def dimensions(job: Job) -> dict[str, str | None]:
    """What the figures of the day are broken down by."""
    return {"printer": job.printer, "discipline": job.discipline, "material": job.material}


def _figures(change: Change, after: Job) -> dict[str, Any]:
    """What the figures of the day need to know; see domain/statistics.py."""
    facts: dict[str, Any] = {"of": dimensions(after)}
    before = change.job.finished_at
    if (finished_at := before or after.finished_at) and before != after.finished_at:
        facts["finished"] = -1 if before else 1
        facts["lead_minutes"] = int((finished_at - after.created_at).total_seconds() // 60)
        facts["print_minutes"] = int((after.time_hours or 0) * 60)
        facts["weight_mg"] = statistics.milligrams(after.weight_g or Decimal(0))
    return facts


def _job_stage(change: Change) -> Stage:
    def stage(transaction: Transaction) -> None:
        if change.removes:
            jobs.stage_delete(transaction, change.job, change.by.workstation, change.now)
        else:
            jobs.stage_update(transaction, change.job, change.updates, change.by.workstation, change.now)

    return stage


def _guard_stage(change: Change) -> Stage | None:
    """Reserve (file, student) on the way into the active statuses, let go on the way out.

    A job that comes back finds the reservation taken when the student has submitted
    the file anew: then it goes on without, as that is no reason to stop staff.
    """
    job = change.job
    guard = duplicate_guard(job.file_hash, job.student_email)
    stays_active = not change.removes and change.target in lifecycle.ACTIVE
    if job.holds_guard and not stays_active:
        change.set(holds_guard=False)
        return lambda transaction: guards.stage_release(transaction, guard, job.id)
    if stays_active and not job.holds_guard and guards.owner(guard) is None:
        change.set(holds_guard=True)
        return lambda transaction: guards.stage_take(transaction, guard, job.id)
    return None


def _why(change: Change) -> Conflict:
    """The reason in the caller's terms: gone, locked, elsewhere, or merely changed."""
    job = jobs.find(change.job.id)
    if job is None:
        return Conflict("This job has just been deleted.", code="deleted", job_id=change.job.id)
    if job.lock and locks.blocks(job.lock, change.by.workstation, change.now):
        return locks.held_by_another(job.lock)
    if job.status is not change.job.status and not change.anywhere:
        return Conflict(f"Somebody was faster: this job is {job.status.label} now.", status=job.status.value)
    return ChangedMeanwhile(
        "Somebody changed this job at the same moment. Please look at it again.", status=job.status.value
    )
