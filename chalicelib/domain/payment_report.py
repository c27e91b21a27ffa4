"""Payments as a table for the university's books: the rows, the total, and the table as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.pricing import usd

MAX_DAYS = 366
HEADINGS = (
    "Date (UTC)",
    "Job",
    "Student",
    "Class",
    "Grams",
    "Price (USD)",
    "Transaction",
    "Picked up by",
    "Staff",
    "Voided",
)
# What makes spreadsheet programs read a cell as a formula, or cut it in two.
# At its beginning, or behind what some programs cut cells at whatever the quotes say.
_ACTIVE = re.compile(r"(^|[;|\t])(?=\s*[=+\-@＝＋－＠]|[\t\r\n])")


@dataclass(frozen=True)
class Line:
    """One payment. What is only known of the job is empty when the job is gone."""

    paid_at: datetime
    short_id: str
    student_name: str
    class_number: str
    grams: Decimal
    price_cents: int
    txn_no: str
    picked_up_by: str
    staff: str
    voided: bool

    @property
    def day_and_time(self) -> str:
        """The moment in UTC as spreadsheet programs read it."""
        return f"{self.paid_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class Total:
    """The sums of all payments that were not voided."""

    grams: Decimal
    price_cents: int


def check_range(first: date, last: date) -> None:
    """Raise InvalidInput unless the days from `first` to `last`, both included, are 1 to `MAX_DAYS`."""
    if last < first:
        raise InvalidInput.field("end_date", "The last day is before the first.")
    if (last - first).days >= MAX_DAYS:
        raise InvalidInput.field("end_date", f"At most {MAX_DAYS} days at a time.")


def total(lines: Iterable[Line]) -> Total:
    """What was taken in all."""
    valid = [line for line in lines if not line.voided]
    return Total(sum((line.grams for line in valid), Decimal(0)), sum(line.price_cents for line in valid))


def as_csv(lines: Iterable[Line]) -> str:
    """The table as CSV with a byte order mark and CRLF, as Excel wants it; no cell is a formula."""
    lines = list(lines)
    text = io.StringIO()
    text.write("\ufeff")
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(HEADINGS)
    table.writerows(_cells(line) for line in lines)
    sums = total(lines)
    table.writerow(["Total", "", "", "", f"{sums.grams:f}", usd(sums.price_cents), "", "", "", ""])
    return text.getvalue()


def _cells(line: Line) -> list[str]:
    return [
        line.day_and_time,
        harmless(line.short_id),
        harmless(line.student_name),
        harmless(line.class_number),
        f"{line.grams:f}",
        usd(line.price_cents),
        harmless(line.txn_no),
        harmless(line.picked_up_by),
        harmless(line.staff),
        "yes" if line.voided else "no",
    ]


def harmless(cell: str) -> str:
    """The text, with an apostrophe before what a spreadsheet program would calculate.

    >>> harmless("=1+1"), harmless("Jane; =1+1"), harmless("Jane")
    ("'=1+1", "Jane;' =1+1", 'Jane')
    """
    return _ACTIVE.sub(r"\1'", cell)
