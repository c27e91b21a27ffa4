"""Staff notes on a job: entries are added, never changed."""

from __future__ import annotations

from chalicelib.aws.tables import Job
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.services.changes import commit, edit, repeated

MAX_ENTRY = 1000
MAX_TOTAL = 5000


@repeated
def add(job_id: str, by: Caller, text: str) -> Job:
    """Append an entry. Raises InvalidInput when it, or all entries together, are too long."""
    entry = text.strip()
    if not 1 <= len(entry) <= MAX_ENTRY:
        raise InvalidInput.field("text", f"A note has 1 to {MAX_ENTRY} characters.")
    change = edit(job_id, by, EventType.NOTES_UPDATED)
    notes = list(change.job.notes or [])
    if sum(len(note["text"]) for note in notes) + len(entry) > MAX_TOTAL:
        raise InvalidInput.field("text", f"All notes of a job together hold {MAX_TOTAL} characters.")
    notes.append({"at": change.now.isoformat(), "staff_name": by.name, "text": entry})
    change.set(notes=notes, notes_count=len(notes))
    change.tell(characters=len(entry), notes=len(notes))
    return commit(change)
