"""Handing payments to the university's books, on record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from chalicelib.aws import events, files, jobs, payments
from chalicelib.aws.tables import Job, Payment
from chalicelib.domain import filenames, payment_report
from chalicelib.domain.events import EventType
from chalicelib.domain.payment_report import Line
from chalicelib.domain.people import Caller
from chalicelib.services import clock
from chalicelib.services.workbook import as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

Kind = Literal["csv", "xlsx"]

_LINK_ENDS = timedelta(hours=1)


@dataclass(frozen=True)
class Export:
    """A finished file; `rows` is the number of payments in it."""

    filename: str
    content_type: str
    content: bytes
    rows: int


def payments_between(first: date, last: date, kind: Kind, by: Caller) -> Export:
    """The payments of those UTC days, both included; who took them out goes on record.

    Raises InvalidInput for a range that is empty or too long. The index is read, which is a
    moment behind: a payment of the last second may be missing.
    """
    payment_report.check_range(first, last)
    lines = _lines(list(payments.between(first, last)))
    content = as_xlsx(lines) if kind == "xlsx" else payment_report.as_csv(lines).encode()
    details = {
        "what": "payments exported",
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "format": kind,
        "rows": len(lines),
    }
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, clock.now(), details)
    events.record([told])
    name = f"payments_{first.isoformat()}_{last.isoformat()}.{kind}"
    return Export(name, XLSX if kind == "xlsx" else CSV, content, len(lines))


def link(export: Export) -> tuple[str, datetime]:
    """Leave the file in the store for a day; its URL, and when that ends."""
    key = f"{filenames.EXPORTS}/{uuid.uuid4().hex}/{export.filename}"
    expires_at = clock.now() + _LINK_ENDS
    files.put(key, export.content, export.content_type)
    return files.presign_download(key, export.filename, int(_LINK_ENDS.total_seconds())), expires_at


def _lines(paid: list[Payment]) -> list[Line]:
    known = jobs.find_many({payment.job_id for payment in paid}, "short_id", "student_name", "class_number")
    return [_line(payment, known.get(payment.job_id)) for payment in paid]


def _line(payment: Payment, job: Job | None) -> Line:
    return Line(
        paid_at=payment.paid_ts,
        short_id=job.short_id if job else "",
        student_name=job.student_name if job else "",
        class_number=job.class_number if job else "",
        grams=payment.grams,
        price_cents=int(payment.price_cents),
        txn_no=payment.txn_no,
        picked_up_by=payment.picked_up_by,
        staff=payment.paid_by_staff,
        voided=payment.voided,
    )
