"""The chain that makes the audit trail tamper-evident.

Each event carries a hash over its own content and the hash of the job's event before it. Whoever
changes, removes or slips in an event breaks the link to the next one; a daily digest, which covers
the hashes of a whole day and the digest of the day before, shows it even at the end of a chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.events import EventType

START = "0" * 64


def link(previous: str, content: Mapping[str, Any]) -> str:
    """The hash of an event, as 64 hex digits: SHA-256 of `content` with `previous` as canonical JSON.

    Canonical: keys sorted, no spaces, UTF-8, as RFC 8785 has it for strings and whole numbers.
    """
    text = json.dumps(
        {**content, "previous": previous}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def digest(before: str, hashes: Iterable[str]) -> str:
    """The digest of a day, as 64 hex digits: SHA-256 of the day before's and of all its events', by lines."""
    return hashlib.sha256("\n".join([before, *hashes]).encode()).hexdigest()


_E = EventType
_SHORT = (_E.JOB_REVIEWED, _E.JOB_REVIEW_CLEARED)
_MEDIUM = (
    _E.STATUS_CHANGED,
    _E.STATUS_REVERTED,
    _E.PRINT_FAILED,
    _E.CONFIRMATION_EXPIRED,
    _E.NOTES_UPDATED,
    _E.EMAIL_SENT,
    _E.EMAIL_FAILED,
    _E.FILE_OPENED_IN_SLICER,
    _E.CANDIDATE_FILE_FOUND,
    _E.LOCK_FORCED,
)
_DAYS_KEPT = {**dict.fromkeys(_SHORT, 90), **dict.fromkeys(_MEDIUM, 180)}
LONGEST_KEPT = 365
KEPT = (90, 180, LONGEST_KEPT)


def days_kept(event_type: str) -> int:
    """How many days an event stays in the table before it moves to the archive; one of `KEPT`.

    What decides about a job, money or the lab itself stays longest.
    """
    return _DAYS_KEPT.get(EventType(event_type), LONGEST_KEPT)
