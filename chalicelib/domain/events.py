"""The audit trail's vocabulary. Events hold no student name or e-mail address."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    """Every kind of event that PrintLab records."""

    JOB_CREATED = "JobCreated"
    JOB_REVIEWED = "JobReviewed"
    JOB_REVIEW_CLEARED = "JobReviewCleared"
    STAFF_APPROVED = "StaffApproved"
    STAFF_REJECTED = "StaffRejected"
    STUDENT_CONFIRMED = "StudentConfirmed"
    CONFIRMATION_EXPIRED = "ConfirmationExpired"
    STATUS_CHANGED = "StatusChanged"
    STATUS_REVERTED = "StatusReverted"
    PRINT_FAILED = "PrintFailed"
    PAYMENT_RECORDED = "PaymentRecorded"
    NOTES_UPDATED = "NotesUpdated"
    ADMIN_OVERRIDE = "AdminOverride"
    ADMIN_ACTION = "AdminAction"
    EMAIL_SENT = "EmailSent"
    EMAIL_FAILED = "EmailFailed"
    FILE_OPENED_IN_SLICER = "FileOpenedInSlicer"
    CANDIDATE_FILE_FOUND = "CandidateFileFound"
    FILE_DELETED = "FileDeleted"
    JOB_DELETED = "JobDeleted"
    JOB_ARCHIVED = "JobArchived"
    LOCK_FORCED = "LockForced"
    CATALOG_UPDATED = "CatalogUpdated"
    SETTINGS_UPDATED = "SettingsUpdated"
    STAFF_UPDATED = "StaffUpdated"


def event_id(at: datetime, sequence: int = 0) -> str:
    """An id that sorts by time, then by the order within one change, and is unique.

    >>> event_id(datetime(2026, 11, 21, 15, 18, 1, 123456, UTC), 1)[:24]
    '20261121T151801123456-01'
    """
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{sequence:02d}-{secrets.token_hex(4)}"


def time_of(event_id: str) -> datetime:
    """When the event of that id happened.

    >>> time_of("20261121T151801123456-01-00000000").isoformat()
    '2026-11-21T15:18:01.123456+00:00'
    """
    return datetime.strptime(event_id[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)


HAPPENED_AT = "happened_at"


def happened(event_id: str, details: Mapping[str, Any]) -> datetime:
    """When that of which an event tells happened: as a rule, when it was written down.

    What was taken over from another system happened earlier, and says so in its details. Its id is of
    the time at which it joined the trail, because days that are sealed stay as they are.
    """
    earlier = details.get(HAPPENED_AT)
    return datetime.fromisoformat(earlier) if earlier else time_of(event_id)
