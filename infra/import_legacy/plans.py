"""What is to be made of an old job: values, files, history, payment. Nothing is written here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from chalicelib.domain import filenames, rejection
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.lifecycle import ACTIVE, Status
from chalicelib.domain.submissions import duplicate_guard
from infra.import_legacy import catalog as choices
from infra.import_legacy import files, history, jobs, payments
from infra.import_legacy.history import Told
from infra.import_legacy.records import Old
from infra.import_legacy.storage import OldFile
from infra.import_legacy.values import Row, shown


@dataclass
class Plan:
    """One job to be. `files`: (old file, new name); `original`: the student's own, None where it is lost."""

    id: str
    row: Row
    values: dict[str, Any]
    events: list[Told]
    payment: dict[str, Any] | None
    files: list[tuple[OldFile, str]]
    original: OldFile | None
    hashes: dict[str, str] = field(default_factory=dict)

    @property
    def guard(self) -> str | None:
        """What keeps the student from submitting the file again, while the job is active and has one."""
        if self.original is None or self.values["status"] not in ACTIVE:
            return None
        return duplicate_guard(self.values["file_hash"], self.values["student_email"])


def plan(old: Old, short_id: str, catalog: Catalog) -> Plan | None:
    """What becomes of an old job; None where nobody could say where it stands."""
    row = old.job
    status = _status(old)
    if status is None:
        return None
    created = _created(old)
    found = files.one_of_each(old, status)
    original = files.original(old, found)
    who = jobs.student(row)
    choice = choices.chosen(row, old.stem, catalog)
    name = filenames.display_name(who["student_name"], choice.method, choice.color, short_id)
    ending = filenames.extension(original.name) if original else files.ending(old)
    named = files.new_names(old, found, original, name)
    values = {
        **who,
        **vars(choice),
        **jobs.figures(row),
        "id": old.id,
        "short_id": short_id,
        "status": status,
    }
    values |= {"created_at": created, "updated_at": max(row.moment("updated_at") or created, created)}
    values |= {"display_name": name, "original_filename": jobs.original_filename(row, ending)}
    values["authoritative_filename"] = files.authoritative(old, named, name + ending)
    reasons = jobs.rejection(row)
    payment = payments.of_job(old, created)
    told = history.tell(
        _about(old, values, reasons, payment), old.events, (who["student_name"], who["student_email"])
    )
    values |= _settled(old, values, told, reasons)
    events, payment = payments.settled(old, short_id, told.events, payment)
    return Plan(old.id, row, values, events, payment, named, original)


def _status(old: Old) -> Status | None:
    """Where the job stands: as its row says, else as the folder of its files says."""
    said = old.job.values.get("status")
    status = history.status_of(said)
    if status:
        return status
    folders = {file.folder for file in old.files}
    if len(folders) == 1:
        found = next(status for status in Status if status.folder in folders)
        old.job.note("status", f"{shown(said)} is no status", f"taken as {found.value}, where its files are")
        return found
    old.job.note("status", f"{shown(said)} is no status, and its files do not tell", "job left out")
    return None


def _created(old: Old) -> datetime:
    known = old.job.moment("created_at")
    if known:
        return known
    times = [moment for row in old.events if (moment := row.moment("timestamp"))]
    first = min([*times, old.job.moment("updated_at") or old.job.now])
    old.job.note("created_at", "not known", "the first time that the job is heard of stands in its place")
    return first


# --- history ------------------------------------------------------------------------


def _about(
    old: Old, values: Mapping[str, Any], reasons: Sequence[str], payment: Mapping[str, Any] | None
) -> history.About:
    of = {name: values[name] for name in ("printer", "discipline", "material")}
    named = (values["student_name"], values["student_email"])
    return history.About(
        id=old.id,
        status=values["status"],
        created_at=values["created_at"],
        updated_at=values["updated_at"],
        by=history.who(old.job, "last_updated_by", named),
        of=of,
        time_hours=values["time_hours"] or Decimal(0),
        weight_g=values["weight_g"] or Decimal(0),
        reasons=tuple(rejection.usual(reasons)),
        words=_words(" ".join(named).casefold()),
        payment=payments.told(old, payment, of, named) if payment else None,
    )


def _words(text: str) -> tuple[str, ...]:
    """The words that may name somebody; a letter does not, but where a letter is a word."""
    return tuple(word for word in re.split(r"\W+", text) if len(word) > 1 or not word.isascii())


def _settled(
    old: Old, values: Mapping[str, Any], told: history.History, reasons: list[str]
) -> dict[str, Any]:
    """What follows from the history, and from all the rest together."""
    row, status = old.job, values["status"]
    said = str(row.values.get("short_id") or "").strip()
    lost = said if said and said.upper() != values["short_id"] else ""
    entries = jobs.notes(row, values["updated_at"], row.text("short_id", 12) if lost else "")
    viewed = row.moment("staff_viewed_at") or (None if status is Status.UPLOADED else told.entered_at)
    words = [values[name] for name in ("student_name", "student_email", "class_number", "short_id")]
    return {
        **jobs.confirmation(row, status, told.confirmed_at),
        "status_entered_at": told.entered_at,
        "finished_at": told.finished_at,
        "last_updated_by": history.who(row, "last_updated_by", words[:2]),
        "staff_viewed_at": viewed,
        "reject_reasons": reasons or None,
        "notes": entries or None,
        "notes_count": len(entries),
        "search_text": "\n".join([*words, *([lost] if lost else [])]).casefold(),
    }


def hashed(plan: Plan) -> None:
    """Read the plan's files; the student's own gives the job's hash, and is held against the old one."""
    plan.hashes = {file.place: file.sha256() for file, _ in plan.files}
    told = str(plan.row.values.get("file_hash") or "").strip().lower()
    if plan.original is None:
        known = told if re.fullmatch(r"[0-9a-f]{64}", told) else jobs.NO_FILE_HASH
        plan.values |= {"file_hash": known, "file_size": 0, "thumbnail_state": "failed"}
        return
    mine = plan.hashes[plan.original.place]
    plan.values |= {"file_hash": mine, "file_size": plan.original.size}
    if told and told != mine:
        wrong = f"{shown(told)} is not the SHA-256 of {plan.original.place}"
        plan.row.note("file_hash", wrong, f"taken as {mine}")


def by_status(plans: Sequence[Plan]) -> dict[str, int]:
    """How many jobs there are to be in each status."""
    return dict(sorted(Counter(plan.values["status"].value for plan in plans).items()))
