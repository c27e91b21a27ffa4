"""The life of a print job as one table.

Handlers, screens, tests and docs/lifecycle.md all read `RULES`; nothing else in
the code knows which action leads where, who may take it or what mail it sends.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.errors import Conflict, NotPermitted
from chalicelib.domain.events import EventType


class Status(StrEnum):
    """Where a job stands. The value is the spelling of API, code and table."""

    UPLOADED = "UPLOADED"
    PENDING = "PENDING"
    READYTOPRINT = "READYTOPRINT"
    PRINTING = "PRINTING"
    COMPLETED = "COMPLETED"
    PAIDPICKEDUP = "PAIDPICKEDUP"
    REJECTED = "REJECTED"
    ARCHIVED = "ARCHIVED"

    @property
    def folder(self) -> str:
        """The S3 prefix and the folder on the lab share, without a slash."""
        return _SPELLINGS[self][0]

    @property
    def label(self) -> str:
        """What screens and mails call it."""
        return _SPELLINGS[self][1]


_SPELLINGS: dict[Status, tuple[str, str]] = {
    Status.UPLOADED: ("Uploaded", "Uploaded"),
    Status.PENDING: ("Pending", "Pending"),
    Status.READYTOPRINT: ("ReadyToPrint", "Ready to Print"),
    Status.PRINTING: ("Printing", "Printing"),
    Status.COMPLETED: ("Completed", "Completed"),
    Status.PAIDPICKEDUP: ("PaidPickedUp", "Paid & Picked Up"),
    Status.REJECTED: ("Rejected", "Rejected"),
    Status.ARCHIVED: ("Archived", "Archived"),
}

# While a job stands here, the same student may not submit the same file again.
ACTIVE = frozenset({Status.UPLOADED, Status.PENDING, Status.READYTOPRINT})

# While a job stands here, its print is done.
FINISHED = frozenset({Status.COMPLETED, Status.PAIDPICKEDUP})


class Actor(StrEnum):
    """Who asks. An administrator may do all that staff may."""

    STUDENT = "student"
    STAFF = "staff"
    ADMIN = "admin"
    AGENT = "agent"
    SYSTEM = "system"


class MailType(StrEnum):
    """The mails that a student can receive about a job."""

    RECEIPT = "receipt"
    APPROVAL = "approval"
    REJECTION = "rejection"
    COMPLETION = "completion"
    RESEND = "resend"


class Action(StrEnum):
    """Everything that can be done to a job."""

    SUBMIT = "submit"
    REVIEW = "review"
    UNREVIEW = "unreview"
    APPROVE = "approve"
    REJECT = "reject"
    CONFIRM = "confirm"
    FORCE_CONFIRM = "force-confirm"
    MARK_PRINTING = "mark-printing"
    MARK_FAILED = "mark-failed"
    MARK_COMPLETE = "mark-complete"
    PAYMENT = "payment"
    MARK_PICKED_UP = "mark-picked-up"
    REVERT_COMPLETION = "revert-completion"
    REVERT_PICKUP = "revert-pickup"
    CHANGE_STATUS = "change-status"
    DELETE = "delete"
    ARCHIVE = "archive"
    PRUNE = "prune"


@dataclass(frozen=True)
class Rule:
    """One row of the lifecycle table.

    `target` is None where the action does not choose one place: review stays,
    change-status is told where to go, delete and prune leave nothing behind.
    """

    action: Action
    sources: frozenset[Status]
    target: Status | None
    actors: frozenset[Actor]
    gives: tuple[str, ...] = ()
    events: tuple[EventType, ...] = ()
    mail: MailType | None = None
    needs_lock: bool = False
    removes: bool = False


def _from(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


_ANY = frozenset(Status)
_STUDENT = frozenset({Actor.STUDENT})
_STAFF = frozenset({Actor.STAFF, Actor.ADMIN})
_ADMIN = frozenset({Actor.ADMIN})
_NIGHTLY = frozenset({Actor.ADMIN, Actor.SYSTEM})

_E = EventType
_S = Status

RULES: dict[Action, Rule] = {
    rule.action: rule
    for rule in (
        Rule(
            Action.SUBMIT,
            _from(),
            _S.UPLOADED,
            _STUDENT,
            gives=("form", "file"),
            events=(_E.JOB_CREATED,),
            mail=MailType.RECEIPT,
        ),
        Rule(Action.REVIEW, _from(_S.UPLOADED), None, _STAFF, ("reviewed",), (_E.JOB_REVIEWED,)),
        Rule(Action.UNREVIEW, _from(_S.UPLOADED), None, _STAFF, ("reviewed",), (_E.JOB_REVIEW_CLEARED,)),
        Rule(
            Action.APPROVE,
            _from(_S.UPLOADED),
            _S.PENDING,
            _STAFF,
            gives=("authoritative_filename", "weight_g", "time_hours"),
            events=(_E.STAFF_APPROVED,),
            mail=MailType.APPROVAL,
        ),
        Rule(
            Action.REJECT,
            _from(_S.UPLOADED),
            _S.REJECTED,
            _STAFF,
            gives=("reasons or custom_reason",),
            events=(_E.STAFF_REJECTED,),
            mail=MailType.REJECTION,
        ),
        Rule(
            Action.CONFIRM,
            _from(_S.PENDING),
            _S.READYTOPRINT,
            _STUDENT,
            ("token",),
            (_E.STUDENT_CONFIRMED,),
        ),
        Rule(
            Action.FORCE_CONFIRM,
            _from(_S.PENDING),
            _S.READYTOPRINT,
            _ADMIN,
            ("reason",),
            (_E.ADMIN_OVERRIDE,),
        ),
        Rule(
            Action.MARK_PRINTING,
            _from(_S.READYTOPRINT),
            _S.PRINTING,
            _STAFF,
            events=(_E.STATUS_CHANGED,),
        ),
        Rule(
            Action.MARK_FAILED,
            _from(_S.PRINTING),
            _S.READYTOPRINT,
            _STAFF,
            ("reason",),
            (_E.PRINT_FAILED,),
        ),
        Rule(
            Action.MARK_COMPLETE,
            _from(_S.PRINTING),
            _S.COMPLETED,
            _STAFF,
            events=(_E.STATUS_CHANGED,),
            mail=MailType.COMPLETION,
        ),
        Rule(
            Action.PAYMENT,
            _from(_S.COMPLETED),
            _S.PAIDPICKEDUP,
            _STAFF,
            gives=("grams", "txn_no", "picked_up_by"),
            events=(_E.PAYMENT_RECORDED, _E.STATUS_CHANGED),
            needs_lock=True,
        ),
        Rule(
            Action.MARK_PICKED_UP,
            _from(_S.COMPLETED),
            _S.PAIDPICKEDUP,
            _STAFF,
            events=(_E.STATUS_CHANGED,),
        ),
        Rule(
            Action.REVERT_COMPLETION,
            _from(_S.COMPLETED),
            _S.PRINTING,
            _STAFF,
            events=(_E.STATUS_REVERTED,),
        ),
        Rule(
            Action.REVERT_PICKUP,
            _from(_S.PAIDPICKEDUP),
            _S.COMPLETED,
            _STAFF,
            events=(_E.STATUS_REVERTED,),
        ),
        Rule(
            Action.CHANGE_STATUS,
            _ANY,
            None,
            _ADMIN,
            gives=("new_status", "reason"),
            events=(_E.ADMIN_OVERRIDE,),
        ),
        Rule(
            Action.DELETE,
            _from(_S.UPLOADED, _S.PENDING),
            None,
            _STAFF,
            gives=("confirm",),
            events=(_E.JOB_DELETED,),
            needs_lock=True,
            removes=True,
        ),
        Rule(
            Action.ARCHIVE,
            _from(_S.PAIDPICKEDUP, _S.REJECTED),
            _S.ARCHIVED,
            _NIGHTLY,
            gives=("retention_days",),
            events=(_E.JOB_ARCHIVED,),
        ),
        Rule(
            Action.PRUNE,
            _from(_S.ARCHIVED),
            None,
            _ADMIN,
            gives=("retention_days",),
            events=(_E.JOB_DELETED,),
            removes=True,
        ),
    )
}

REVERTS = frozenset({Action.REVERT_COMPLETION, Action.REVERT_PICKUP})

# What the staff screens offer on a job; the rest is the student's, the scheduler's or a batch.
_ON_A_CARD = tuple(
    action for action in Action if action not in {Action.SUBMIT, Action.CONFIRM, Action.ARCHIVE, Action.PRUNE}
)


def decide(action: Action, status: Status, actor: Actor) -> Rule:
    """The rule that lets `actor` take `action` on a job in `status`.

    Raises NotPermitted when the actor may never do it, Conflict (with the current
    status) when the job does not stand where the action starts.
    """
    rule = RULES[action]
    if actor not in rule.actors:
        raise NotPermitted(f"{action} is not allowed to {actor}.", action=action.value)
    if status not in rule.sources:
        raise Conflict(
            f"This job is {status.label} now, so it cannot take “{action}”.",
            status=status.value,
            action=action.value,
        )
    return rule


def destination(rule: Rule, status: Status, requested: Status | None = None) -> Status:
    """Where the job stands after `rule`; `requested` is change-status' own choice.

    Raises Conflict when an override asks for ARCHIVED or for where the job stands already.
    """
    if rule.action is not Action.CHANGE_STATUS:
        return rule.target or status
    if requested is None or requested in {Status.ARCHIVED, status}:
        raise Conflict(
            f"A job that is {status.label} cannot be set to {requested.label if requested else 'nothing'}.",
            status=status.value,
            action=rule.action.value,
        )
    return requested


def actions_for(
    status: Status, actor: Actor, *, reviewed: bool, revert_open: bool, lock_free: bool
) -> tuple[Action, ...]:
    """What the screens offer `actor` on a job now, in the table's order."""
    if not lock_free:
        return ()
    hidden = {Action.REVIEW if reviewed else Action.UNREVIEW} | (set() if revert_open else REVERTS)
    return tuple(
        action
        for action in _ON_A_CARD
        if action not in hidden and status in RULES[action].sources and actor in RULES[action].actors
    )
