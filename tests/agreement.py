"""The life of a print job as it was agreed with the lab, spelled out apart from the code that it checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Agreed:
    """One action: names of statuses, actors and events, separated by spaces."""

    sources: str
    target: str | None
    who: str
    events: str
    mail: str | None = None
    lock: bool = False
    removes: bool = False


EVERYWHERE = "UPLOADED PENDING READYTOPRINT PRINTING COMPLETED PAIDPICKEDUP REJECTED ARCHIVED"

AGREED = {
    "submit": Agreed("", "UPLOADED", "student", "JobCreated", "receipt"),
    "review": Agreed("UPLOADED", None, "staff admin", "JobReviewed"),
    "unreview": Agreed("UPLOADED", None, "staff admin", "JobReviewCleared"),
    "approve": Agreed("UPLOADED", "PENDING", "staff admin", "StaffApproved", "approval"),
    "reject": Agreed("UPLOADED", "REJECTED", "staff admin", "StaffRejected", "rejection"),
    "confirm": Agreed("PENDING", "READYTOPRINT", "student", "StudentConfirmed"),
    "force-confirm": Agreed("PENDING", "READYTOPRINT", "admin", "AdminOverride"),
    "mark-printing": Agreed("READYTOPRINT", "PRINTING", "staff admin", "StatusChanged"),
    "mark-failed": Agreed("PRINTING", "READYTOPRINT", "staff admin", "PrintFailed"),
    "mark-complete": Agreed("PRINTING", "COMPLETED", "staff admin", "StatusChanged", "completion"),
    "payment": Agreed("COMPLETED", "PAIDPICKEDUP", "staff admin", "PaymentRecorded StatusChanged", lock=True),
    "mark-picked-up": Agreed("COMPLETED", "PAIDPICKEDUP", "staff admin", "StatusChanged"),
    "revert-completion": Agreed("COMPLETED", "PRINTING", "staff admin", "StatusReverted"),
    "revert-pickup": Agreed("PAIDPICKEDUP", "COMPLETED", "staff admin", "StatusReverted"),
    "change-status": Agreed(EVERYWHERE, None, "admin", "AdminOverride"),
    "delete": Agreed("UPLOADED PENDING", None, "staff admin", "JobDeleted", lock=True, removes=True),
    "archive": Agreed("PAIDPICKEDUP REJECTED", "ARCHIVED", "admin system", "JobArchived"),
    "prune": Agreed("ARCHIVED", None, "admin", "JobDeleted", removes=True),
}
