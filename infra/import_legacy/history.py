"""The old system's events of one job, as events of our trail: one unbroken way to where the job stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain import lifecycle, statistics
from chalicelib.domain.events import HAPPENED_AT, EventType
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import STUDENT, SYSTEM
from infra.import_legacy.values import Row, exact, one_line, shown

# With the figures of as many days and the rest of a job, it fits one transaction of a hundred writes.
MOST = 40
_LISTED = 500

_E, _S = EventType, Status
_LEADS_TO = {
    _E.JOB_CREATED: _S.UPLOADED,
    _E.STAFF_APPROVED: _S.PENDING,
    _E.STAFF_REJECTED: _S.REJECTED,
    _E.STUDENT_CONFIRMED: _S.READYTOPRINT,
    _E.PRINT_FAILED: _S.READYTOPRINT,
    _E.JOB_ARCHIVED: _S.ARCHIVED,
}
_MOVES = frozenset({*_LEADS_TO, _E.STATUS_CHANGED, _E.STATUS_REVERTED, _E.ADMIN_OVERRIDE})
_TARGETS = ("to_status", "new_status", "to", "new", "status")
# Facts that name nobody. Anything else stays in the old system: events cannot be corrected.
_KEPT = (
    "weight_g",
    "time_hours",
    "cost_usd",
    "cost_cents",
    "printer",
    "material",
    "color",
    "email_type",
    "reason",
)
_LONGEST = 200


@dataclass(frozen=True)
class Told:
    """One event to be: what, when, who and where."""

    kind: EventType
    at: datetime
    by: str = SYSTEM.name
    workstation: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """The job of which the events tell; `words` name the student and must not get into an event."""

    id: str
    status: Status
    created_at: datetime
    updated_at: datetime
    by: str
    of: dict[str, str | None]
    time_hours: Decimal
    weight_g: Decimal
    reasons: tuple[str, ...]
    words: tuple[str, ...]
    payment: Told | None


@dataclass(frozen=True)
class History:
    """The events in order, when the job came to where it is, when its print was done, who confirmed when."""

    events: list[Told]
    entered_at: datetime
    finished_at: datetime | None
    confirmed_at: datetime | None


def status_of(text: object) -> Status | None:
    """The status that people or programs mean, in any of its spellings.

    >>> status_of("Paid & Picked Up"), status_of("ready_to_print")
    (<Status.PAIDPICKEDUP: 'PAIDPICKEDUP'>, <Status.READYTOPRINT: 'READYTOPRINT'>)
    """
    letters = "".join(c for c in str(text).upper() if c.isalpha())
    return Status(letters) if letters in Status.__members__ else None


def tell(about: About, rows: Sequence[Row], student: Sequence[str]) -> History:
    """The job's history out of its old events; what they leave out is added and marked as reconstructed."""
    told = _once([_told(row, at, about, student) for row, at in _in_time(rows, about.created_at)], about)
    told = sorted(told, key=lambda event: event.at)
    kept, left = _fitting(told)
    walk = _Walk(about)
    events = [walk.step(event) for event in kept]
    if walk.status is not about.status:
        entered = max(about.updated_at, kept[-1].at)
        bridge = {"to_status": about.status.value, "reconstructed": True}
        events.append(walk.step(Told(_E.STATUS_CHANGED, entered, about.by, None, bridge)))
    summary: dict[str, Any] = {"operation": "import", "legacy_events": len(rows)}
    if left:
        summary["only_here"] = [f"{e.at:%Y-%m-%dT%H:%M:%SZ} {e.kind.value} {e.by}" for e in left[:_LISTED]]
    dated = [replace(event, details={**event.details, HAPPENED_AT: event.at.isoformat()}) for event in events]
    imported = Told(_E.ADMIN_ACTION, about.updated_at, details=summary)
    return History([*dated, imported], walk.entered_at, walk.finished_at, walk.confirmed_at)


def _in_time(rows: Sequence[Row], otherwise: datetime) -> list[tuple[Row, datetime]]:
    """The rows by their ids, each with its time; one without has that of the row before."""
    found = []
    for row in sorted(rows, key=lambda row: (exact(row.id) or Decimal(0), row.id)):
        otherwise = row.moment("timestamp") or otherwise
        found.append((row, otherwise))
    return found


def _told(row: Row, at: datetime, about: About, student: Sequence[str]) -> Told:
    said = row.text("event_type", 50)
    kind = EventType(said) if said in set(EventType) else EventType.ADMIN_ACTION
    old = row.document("details")
    old = old if isinstance(old, Mapping) else {}
    details = {name: kept for name in _KEPT if (kept := _plain(old.get(name), about.words)) is not None}
    if kind.value != said:
        row.note("event_type", f"there is no event {shown(said)}", "kept as AdminAction, under its old name")
        details["legacy_type"] = said
    target = next((status for name in _TARGETS if (status := status_of(old.get(name)))), None)
    if kind in _MOVES and (target or kind in _LEADS_TO):
        details["to_status"] = (target or _LEADS_TO[kind]).value
    by = who(row, "triggered_by", student)
    station = row.text("workstation_id", 100) if by not in {STUDENT.name, SYSTEM.name} else ""
    return Told(kind, at, by, station or None, {"legacy_event": row.id, **details})


def who(row: Row, column: str, student: Sequence[str]) -> str:
    """Who did something: a name of staff, "student" or "system"; never the student's own name or address."""
    name = row.text(column, 100)
    if name.casefold() in {STUDENT.name, *(word.casefold() for word in student)}:
        return STUDENT.name
    if "@" in name:
        row.note(column, "an e-mail address, where a name of staff belongs", "taken as “unknown”")
        return "unknown"
    return SYSTEM.name if name.casefold() in {"", SYSTEM.name} else name


def _plain(value: object, words: Sequence[str]) -> str | int | None:
    """A fact for the trail: whole numbers, others as text, short texts that do not name the student."""
    if value is None or isinstance(value, bool | int):
        return value
    number = exact(value)
    text = one_line(str(number if number is not None else value))
    folded = text.casefold()
    if not text or len(text) > _LONGEST or "@" in text or _is_named(words, folded):
        return None
    return text if isinstance(value, str | float | Decimal) else None


def _is_named(words: Sequence[str], text: str) -> bool:
    """True when a text holds one of the words; one of two letters ("Li") only where it stands alone."""
    alone = set(re.split(r"\W+", text))
    return any(word in (alone if len(word) == 2 and word.isascii() else text) for word in words)


def _once(told: list[Told], about: About) -> list[Told]:
    """With one beginning, before everything else, and with the payment that there is, once."""
    begun = next((event for event in told if event.kind is _E.JOB_CREATED), None)
    others = [
        replace(event, kind=_E.ADMIN_ACTION, details=_without_move(event))
        if event.kind in {_E.JOB_CREATED, _E.PAYMENT_RECORDED}
        else event
        for event in told
        if event is not begun
    ]
    if about.payment:
        others.append(about.payment)
    first = min([about.created_at, *(event.at for event in others)])
    if begun is None:
        return [
            Told(_E.JOB_CREATED, first, STUDENT.name, None, {"reconstructed": True, **_arrival()}),
            *others,
        ]
    return [replace(begun, at=min(first, begun.at), details={**begun.details, **_arrival()}), *others]


def _arrival() -> dict[str, str]:
    return {"to_status": Status.UPLOADED.value}


def _without_move(event: Told) -> dict[str, Any]:
    kept = {name: value for name, value in event.details.items() if name != "to_status"}
    return {**kept, "legacy_type": event.kind.value}


def _fitting(told: list[Told]) -> tuple[list[Told], list[Told]]:
    """Those that a transaction can hold: the payment, then what moved the job, else the earliest."""
    if len(told) <= MOST:
        return told, []
    kinds = [event.kind for event in told]
    ranks = sorted(
        range(len(told)), key=lambda n: (kinds[n] is not _E.PAYMENT_RECORDED, kinds[n] not in _MOVES, n)
    )
    chosen = set(ranks[:MOST])
    return (
        [event for n, event in enumerate(told) if n in chosen],
        [event for n, event in enumerate(told) if n not in chosen],
    )


class _Walk:
    """The job's way from event to event, with what each adds to the figures of its day."""

    def __init__(self, about: About) -> None:
        self._about = about
        self.status: Status | None = None
        self.entered_at = about.created_at
        self.finished_at: datetime | None = None
        self.confirmed_at: datetime | None = None

    def step(self, event: Told) -> Told:
        """The event as it is told, once the job has gone where it leads."""
        details = {name: value for name, value in event.details.items() if name != "to_status"}
        target = status_of(event.details.get("to_status"))
        if event.kind is _E.STUDENT_CONFIRMED:
            self.confirmed_at = event.at
        if target is None or target is self.status:
            return replace(event, details=details)
        source, self.status, self.entered_at = self.status, target, event.at
        action = _action(event.kind, source, target, paid=self._about.payment is not None)
        details |= {"action": action.value} if action else {}
        details |= {"from_status": source.value} if source else {}
        details |= {"to_status": target.value, "of": self._about.of, **self._done(target, event.at)}
        if event.kind is _E.STAFF_REJECTED:
            details["usual_reasons"] = list(self._about.reasons)
        return replace(event, details=details)

    def _done(self, target: Status, at: datetime) -> dict[str, int]:
        """As `services/changes.py` tells of prints that are done, or are not after all."""
        before = self.finished_at
        if target in lifecycle.FINISHED:
            self.finished_at = before or at
        elif target is not Status.ARCHIVED:
            self.finished_at = None
        if before == self.finished_at:
            return {}
        finished = before or self.finished_at or at
        return {
            "finished": -1 if before else 1,
            "lead_minutes": max(0, int((finished - self._about.created_at).total_seconds() // 60)),
            "print_minutes": int(self._about.time_hours * 60),
            "weight_mg": statistics.milligrams(self._about.weight_g),
        }


def _action(kind: EventType, source: Status | None, target: Status, *, paid: bool) -> Action | None:
    """The action of our table that does the same, where there is one."""
    if kind is _E.JOB_CREATED:
        return Action.SUBMIT
    for rule in lifecycle.RULES.values():
        same = kind in rule.events and source in rule.sources and rule.target is target
        if same and (paid or rule.action is not Action.PAYMENT):
            return rule.action
    return Action.CHANGE_STATUS if kind is _E.ADMIN_OVERRIDE else None
