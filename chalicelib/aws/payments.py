"""Payments: added once, voided at most once, never removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Payment


def stage_add(transaction: TransactWrite, payment: Payment) -> None:
    """Record a payment with the change that it pays for."""
    transaction.save(payment, condition=Payment.id.does_not_exist())


def stage_void(transaction: TransactWrite, job_id: str, payment_id: str, by: str, now: datetime) -> None:
    """Mark a payment as void; it stays on record."""
    transaction.update(
        Payment(job_id=job_id, id=payment_id),
        actions=[Payment.voided.set(True), Payment.voided_at.set(now), Payment.voided_by.set(by)],
        condition=Payment.id.exists() & (Payment.voided == False),  # noqa: E712 - a DynamoDB expression
    )


def find(job_id: str, payment_id: str) -> Payment | None:
    """One payment of a job."""
    try:
        return Payment.get(job_id, payment_id, consistent_read=True)
    except DoesNotExist:
        return None


def between(first: date, last: date) -> Iterator[Payment]:
    """The payments of those UTC days, both included, oldest first. Read from the index: a moment behind."""
    for month in _months(first, last):
        days = Payment.id.between(first.isoformat().replace("-", ""), last.isoformat().replace("-", "") + "~")
        yield from Payment.by_month.query(month, days)


def _months(first: date, last: date) -> Iterator[str]:
    """Every month that holds one of the days, e.g. "2026-11"."""
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"


def latest(job_id: str) -> Payment | None:
    """The last payment of a job, voided or not."""
    return next(iter(Payment.query(job_id, scan_index_forward=False, limit=1, consistent_read=True)), None)
