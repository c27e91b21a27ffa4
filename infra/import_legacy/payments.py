"""What was paid for an old job, and whether it counts: as in ours, only while the job is handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from chalicelib.domain.events import HAPPENED_AT, EventType, event_id
from chalicelib.domain.lifecycle import Status
from infra.import_legacy import history
from infra.import_legacy.history import Told
from infra.import_legacy.records import Old
from infra.import_legacy.values import exact, shown

_HANDED_OVER = frozenset({Status.PAIDPICKEDUP, Status.ARCHIVED})


def of_job(old: Old, created: datetime) -> dict[str, Any] | None:
    """What was paid; None where nothing was, or nothing that can be."""
    row = next(iter(old.payments), None)
    if row is None:
        return None
    for other in old.payments[1:]:
        other.note("job_id", "a second payment of one job", "left out")
    price = exact(row.values.get("price_cents"))
    if price is None or not 0 <= price < 10**7:
        row.note(
            "price_cents", f"{shown(row.values.get('price_cents'))} is no number of cents", "payment left out"
        )
        return None
    paid_at = row.moment("paid_ts") or old.job.moment("updated_at") or created
    return {
        "id": event_id(paid_at),
        "grams": row.number("grams", "0.001", 100_000) or Decimal(0),
        "price_cents": int(price.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        "txn_no": row.text("txn_no", 50, "unknown"),
        "picked_up_by": row.text("picked_up_by", 100, "unknown"),
        "paid_ts": paid_at,
        "paid_by_staff": row.text("paid_by_staff", 100, "unknown"),
    }


def told(old: Old, payment: Mapping[str, Any], of: Mapping[str, str | None], student: Sequence[str]) -> Told:
    """The event that tells of a payment."""
    details = {"grams": str(payment["grams"]), "price_cents": payment["price_cents"], "of": dict(of)}
    by = history.who(old.payments[0], "paid_by_staff", student)
    return Told(EventType.PAYMENT_RECORDED, payment["paid_ts"], by, details=details)


def settled(
    old: Old, short_id: str, events: list[Told], payment: dict[str, Any] | None
) -> tuple[list[Told], dict[str, Any] | None]:
    """History and payment; void, as a revert leaves it in ours, where the job is not handed over.

    The old system kept the payment of a pick-up that was reverted. Paid again, it would count twice.
    """
    stands = _stands(events)
    if payment is None or stands in _HANDED_OVER:
        return events, payment
    if stands is Status.REJECTED:
        wrong, done = f"paid, but the job was rejected ({short_id})", "kept as void"
    else:
        wrong = f"paid, but the job is not handed over ({short_id}, {stands.label})"
        done = "kept as void: record the payment again at pick-up"
    old.payments[0].note("", wrong, done)
    events, end = _with_its_end(events, payment)
    return events, payment | {"voided": True, "voided_at": end.at, "voided_by": end.by}


def _stands(events: Sequence[Told]) -> Status:
    """Where the history leads; what was rejected stays that in the archive."""
    last = next(event.details for event in reversed(events) if "to_status" in event.details)
    status = Status(last["to_status"])
    archived = status is Status.ARCHIVED and last.get("from_status") == Status.REJECTED
    return Status.REJECTED if archived else status


def _with_its_end(events: Sequence[Told], payment: Mapping[str, Any]) -> tuple[list[Told], Told]:
    """The history with the event that voids the payment: the first way back since, else one more."""
    *kept, imported = events
    paid = next(n for n, event in enumerate(kept) if event.kind is EventType.PAYMENT_RECORDED)
    back = next((n for n in range(paid + 1, len(kept)) if _leads_back(kept[n].details)), len(kept))
    if back == len(kept):
        at = max(imported.at, kept[-1].at)
        details = {"reconstructed": True, "of": kept[paid].details["of"], HAPPENED_AT: at.isoformat()}
        kept.append(Told(EventType.ADMIN_ACTION, at, details=details))
    facts = {
        "voided_payment": payment["id"],
        "voided_cents": payment["price_cents"],
        "voided_grams": str(payment["grams"]),
    }
    kept[back] = replace(kept[back], details={**kept[back].details, **facts})
    return [*kept, imported], kept[back]


def _leads_back(details: Mapping[str, Any]) -> bool:
    """True for a move out of where jobs are handed over."""
    return details.get("from_status") in _HANDED_OVER and details["to_status"] not in _HANDED_OVER
