"""What each event adds to the figures of its day.

The rollups are moved in the transaction that stores the event, by these deltas and no others, so a
recount over the events gives the same figures (`python -m infra.trail recount` does it).

A figure is named "metric" or "metric|dimension:value", e.g. "completed|printer:mk4s". All are whole
numbers: money in cents, weight in milligrams, times in minutes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import SYSTEM

_BY_ACTION = {
    Action.SUBMIT: "submitted",
    Action.APPROVE: "approved",
    Action.REJECT: "rejected",
    Action.CONFIRM: "confirmed",
    Action.FORCE_CONFIRM: "confirmed",
    Action.MARK_PRINTING: "started",
    Action.MARK_FAILED: "failed",
    Action.DELETE: "deleted",
    Action.ARCHIVE: "archived",
    Action.PRUNE: "pruned",
}
_LONGEST_VALUE = 60


def deltas(kind: str, details: Mapping[str, Any], by: str, workstation: str | None) -> dict[str, int]:
    """Figure name → what the event adds to it; `workstation` is None for students and the system."""
    found: Counter[str] = Counter()
    if kind == EventType.PAYMENT_RECORDED:
        found.update(_money(details, 1))
    else:
        found.update(_lifecycle(details))
        if "voided_cents" in details:
            found.update(_money(details, -1))
    # What an agent does for itself is nobody's work.
    if workstation is not None and by != SYSTEM.name:
        found[f"acted|staff:{_value(by)}"] += 1
        found[f"acted|staff:{_value(by)}|event:{kind}"] += 1
    return {name: number for name, number in found.items() if number}


def _lifecycle(details: Mapping[str, Any]) -> Counter[str]:
    about: Mapping[str, str | None] = details.get("of") or {}
    found: Counter[str] = Counter()
    action = details.get("action")
    if action in _BY_ACTION:
        _count(found, _BY_ACTION[Action(action)], 1, about)
    for reason in details.get("usual_reasons", []):
        found[f"rejected|reason:{_value(reason)}"] += 1
    _moved(found, details, about)
    return found


def _moved(found: Counter[str], details: Mapping[str, Any], about: Mapping[str, str | None]) -> None:
    """Finished and handed-over jobs, net: what is reverted is taken back on the day of the revert."""
    finished = int(details.get("finished", 0))
    _count(found, "completed", finished, about)
    for metric in ("lead_minutes", "print_minutes", "weight_mg"):
        _count(found, metric, finished * int(details.get(metric, 0)), about)
    moves = (details.get("from_status"), details.get("to_status"))
    if None not in moves and Status.ARCHIVED not in moves:
        source, target = moves
        handed_over = (target == Status.PAIDPICKEDUP) - (source == Status.PAIDPICKEDUP)
        _count(found, "picked_up", handed_over, about)


def _money(details: Mapping[str, Any], sign: int) -> Counter[str]:
    found: Counter[str] = Counter()
    about: Mapping[str, str | None] = details.get("of") or {}
    voids = sign < 0
    cents = int(details["voided_cents" if voids else "price_cents"])
    grams = Decimal(details["voided_grams" if voids else "grams"])
    _count(found, "payments", sign, about)
    _count(found, "revenue_cents", sign * cents, about)
    _count(found, "paid_mg", sign * milligrams(grams), about)
    if voids:
        found["voided"] += 1
    return found


def milligrams(grams: Decimal) -> int:
    """Whole milligrams of a weight in grams, which has three places at most."""
    return int(grams * 1000)


def _count(found: Counter[str], metric: str, number: int, about: Mapping[str, str | None]) -> None:
    if not number:
        return
    found[metric] += number
    for dimension in ("printer", "discipline", "material"):
        if about.get(dimension):
            found[f"{metric}|{dimension}:{_value(str(about[dimension]))}"] += number


def _value(text: str) -> str:
    """A dimension's value as part of a figure's name."""
    return text[:_LONGEST_VALUE].replace("|", "/")
