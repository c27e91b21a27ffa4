"""The payments table as an Excel workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

from chalicelib.domain import payment_report
from chalicelib.domain.payment_report import HEADINGS, Line

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

_WIDTHS = (20, 9, 28, 18, 10, 12, 20, 28, 24, 8)
_CENTS = 100


def as_xlsx(lines: Sequence[Line]) -> bytes:
    """One sheet: headings, a row per payment, the total. Text is text, whatever it begins with."""
    from xlsxwriter import Workbook  # only this request needs it

    file = io.BytesIO()
    with Workbook(file, {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet("Payments")
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "0.00"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(0, column, heading, bold)
        for row, line in enumerate(lines, start=1):
            _write(sheet, row, line, moment, money)
        sums, last = payment_report.total(lines), len(lines) + 1
        sheet.write_string(last, 0, "Total", bold)
        sheet.write_number(last, 4, float(sums.grams))
        sheet.write_number(last, 5, sums.price_cents / _CENTS, money)
    return file.getvalue()


def _write(sheet: Worksheet, row: int, line: Line, moment: Any, money: Any) -> None:
    sheet.write_datetime(row, 0, line.paid_at.astimezone(UTC), moment)
    sheet.write_string(row, 1, line.short_id)
    sheet.write_string(row, 2, line.student_name)
    sheet.write_string(row, 3, line.class_number)
    sheet.write_number(row, 4, float(line.grams))
    sheet.write_number(row, 5, line.price_cents / _CENTS, money)
    sheet.write_string(row, 6, line.txn_no)
    sheet.write_string(row, 7, line.picked_up_by)
    sheet.write_string(row, 8, line.staff)
    sheet.write_string(row, 9, "yes" if line.voided else "no")
