"""One old row as the values of one of our jobs."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chalicelib.domain import filenames, submissions
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.people import SYSTEM
from infra.import_legacy.values import Row, one_line, shown

NO_ADDRESS = "unknown@example.invalid"
NO_FILE_HASH = "0" * 64
# Ids that are no UUID become one of this namespace, always the same.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://printlab.invalid/legacy-job")
_LONGEST_NOTE = 1000
_MAX_HOURS, _MAX_GRAMS, _MAX_DOLLARS = 1000, 100_000, 9999


def job_id(old: str) -> str:
    """Our id of an old job: its own, where that is a UUID in any spelling.

    >>> job_id("7C9E6679-7425-40DE-944B-E07FC1F90AE7")
    '7c9e6679742540de944be07fc1f90ae7'
    """
    plain = old.strip().lower().replace("-", "")
    return plain if re.fullmatch(r"[0-9a-f]{32}", plain) else uuid.uuid5(_NAMESPACE, old.strip()).hex


def legal_short_id(old: str) -> str | None:
    """The old short id as ours, None where ours could not be written that way."""
    upper = old.strip().upper()
    legal = len(upper) == filenames.SHORT_ID_LENGTH and filenames.short_id_in(f"X_X_X_{upper}") == upper
    return upper if legal else None


def student(row: Row) -> dict[str, Any]:
    """Who submitted it, and for what."""
    name = row.text("student_name", 100, "Unknown Student")
    address = row.text("student_email", 100).lower()
    if not submissions.is_email(address):
        row.note(
            "student_email", f"{shown(address)} is no e-mail address", f"{NO_ADDRESS} stands in its place"
        )
        address = NO_ADDRESS
    discipline = row.text("discipline", 50, "Other")
    known = {d.casefold(): d for d in submissions.DISCIPLINES}
    if discipline.casefold() not in known:
        row.note(
            "discipline", f"{shown(discipline)} is none of {', '.join(known.values())}", "taken as Other"
        )
    return {
        "student_name": name,
        "student_email": address,
        "discipline": known.get(discipline.casefold(), "Other"),
        "class_number": row.text("class_number", 50, "N/A"),
        "acknowledged_minimum_charge": row.flag("acknowledged_minimum_charge"),
    }


def figures(row: Row) -> dict[str, Any]:
    """Weight, time and price as staff gave them; money in whole cents."""
    dollars = row.number("cost_usd", "0.01", _MAX_DOLLARS)
    return {
        "weight_g": row.number("weight_g", "0.001", _MAX_GRAMS),
        "time_hours": row.number("time_hours", "0.01", _MAX_HOURS),
        "cost_cents": None if dollars is None else int(dollars * 100),
    }


def confirmation(row: Row, status: Status, confirmed_at: datetime | None) -> dict[str, Any]:
    """Whether the student has agreed. Old links lead nowhere any more: a pending job's has run out."""
    if status is Status.PENDING:
        return {"is_confirmation_expired": True, "confirm_expires_at": row.now}
    at = row.moment("student_confirmed_at") or confirmed_at
    agreed = row.flag("student_confirmed") or at is not None
    return {"confirmed_at": (at or row.moment("updated_at") or row.now) if agreed else None}


def rejection(row: Row) -> list[str]:
    """Why it was turned down, as the student was told."""
    old = row.document("reject_reasons")
    items: Iterable[Any] = old if isinstance(old, list) else []
    if isinstance(old, dict):
        items = [part for value in old.values() for part in (value if isinstance(value, list) else [value])]
    elif isinstance(old, str):
        items = [old]
    return [one_line(str(item))[:500] for item in items if item and one_line(str(item))]


def notes(row: Row, at: datetime, old_short_id: str) -> list[dict[str, str]]:
    """The old notes in entries of the length that ours have; a lost short id is told in one more."""
    value = row.values.get("notes")
    text = re.sub(r"[^\S\n]+", " ", str(value or "").replace("\r\n", "\n")).strip()
    text = "".join(c for c in text if c == "\n" or not filenames.has_control_characters(c))
    pieces = [text[start : start + _LONGEST_NOTE] for start in range(0, len(text), _LONGEST_NOTE)]
    if old_short_id:
        pieces.append(f"In the old system this job was {old_short_id}.")
    return [{"at": at.isoformat(), "staff_name": SYSTEM.name, "text": piece} for piece in pieces]


def original_filename(row: Row, extension: str) -> str:
    """The student's name for the file, without a path, and with the ending that the stored file has."""
    text = row.text("original_filename", 256)
    name = re.split(r"[/\\:]", text)[-1].strip() or f"model{extension}"
    if name != text:
        row.note("original_filename", f"{shown(text)} is a path or empty", f"taken as {shown(name)}")
    stem = name[: -len(filenames.extension(name)) or None][: filenames.MAX_NAME_LENGTH - len(extension)]
    if filenames.extension(name) != extension:
        row.note(
            "original_filename", f"{shown(name)} does not end as the stored file", f"taken as {extension}"
        )
        return stem + extension
    return stem + name[len(name) - len(extension) :]
