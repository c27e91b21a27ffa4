"""When a mail about a job is still worth sending."""

from __future__ import annotations

from chalicelib.domain.lifecycle import MailType, Status

_FITS = {
    MailType.RECEIPT: frozenset(Status),
    MailType.APPROVAL: frozenset({Status.PENDING}),
    MailType.RESEND: frozenset({Status.PENDING}),
    MailType.REJECTION: frozenset({Status.REJECTED, Status.ARCHIVED}),
    MailType.COMPLETION: frozenset({Status.COMPLETED, Status.PAIDPICKEDUP, Status.ARCHIVED}),
}


def fits(kind: MailType, status: Status) -> bool:
    """True while what the mail says is true of a job in `status`."""
    return status in _FITS[kind]
