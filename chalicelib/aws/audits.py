"""Audits, how far they are, and what they found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from chalicelib.aws.tables import Audit, Finding
from chalicelib.domain.audit import FindingKind

RUNNING = "running"
DONE = "done"
FAILED = "failed"

_SERIES = "integrity"
_KEPT = timedelta(days=30)


def make(audit_id: str, requested_by: str, workstation_id: str | None, window: int, now: datetime) -> Audit:
    """A new audit, not yet stored. Ids sort by time."""
    return Audit(
        series=_SERIES,
        id=audit_id,
        requested_by=requested_by,
        workstation_id=workstation_id,
        started_at=now,
        updated_at=now,
        window=window,
        totals={},
        expires_at=now + _KEPT,
    )


def stage_create(transaction: TransactWrite, audit: Audit) -> None:
    """Begin an audit that was not begun before."""
    transaction.save(audit, condition=Audit.id.does_not_exist())


def find(audit_id: str) -> Audit | None:
    """The audit of that id."""
    try:
        return Audit.get(_SERIES, audit_id, consistent_read=True)
    except (DoesNotExist, ValueError):
        return None


def latest(number: int = 1) -> list[Audit]:
    """The last audits, newest first."""
    return list(Audit.query(_SERIES, scan_index_forward=False, limit=number, consistent_read=True))


def stage_progress(transaction: TransactWrite, audit: Audit, updates: Mapping[str, Any]) -> None:
    """Note what a slice has done, provided that no other function has done the same slice."""
    attributes = Audit.get_attributes()
    transaction.update(
        audit,
        actions=[attributes[name].set(value) for name, value in {**updates, "step": audit.step + 1}.items()],
        condition=(Audit.step == audit.step) & (Audit.state == RUNNING),
    )


def found(
    audit: Audit, kind: FindingKind, *, key: str | None = None, job_id: str = "", **details: Any
) -> Finding:
    """A finding about an object (`key`) or a job, not yet stored. Found twice, it is one finding."""
    return Finding(
        audit_id=audit.id,
        id=_id_of(kind, key or job_id),
        kind=kind.value,
        key=key,
        job_id=job_id or None,
        details=details,
        found_at=audit.started_at,
        expires_at=audit.expires_at,
    )


def _id_of(kind: FindingKind, subject: str) -> str:
    # Hashed, because an object's key can be as long as all that a table's key may be.
    return f"{kind.value}#{hashlib.sha256(subject.encode()).hexdigest()[:32]}"


def keep(findings: Iterable[Finding]) -> None:
    """Store findings; those that are there already are written again."""
    once = {finding.id: finding for finding in findings}  # a batch takes no item twice
    with Finding.batch_write() as batch:
        for finding in once.values():
            batch.save(finding)


def count(audit_id: str) -> dict[str, int]:
    """How many findings of each kind there are."""
    counted = {
        kind.value: Finding.count(audit_id, Finding.id.startswith(f"{kind.value}#"), consistent_read=True)
        for kind in FindingKind
    }
    return {kind: number for kind, number in counted.items() if number}


def page(audit_id: str, kind: FindingKind | None, limit: int, after: str | None) -> list[Finding]:
    """Up to `limit` findings by kind, those after the finding `after`."""
    start = {"audit_id": {"S": audit_id}, "id": {"S": after}} if after else None
    wanted = Finding.id.startswith(f"{kind.value}#") if kind else None
    query = Finding.query(audit_id, wanted, limit=limit, last_evaluated_key=start, consistent_read=True)
    return list(query)


def finding(audit_id: str, kind: FindingKind, subject: str) -> Finding | None:
    """What an audit found about an object or a job, by its key or id."""
    try:
        return Finding.get(audit_id, _id_of(kind, subject), consistent_read=True)
    except DoesNotExist:
        return None


def stage_mended(transaction: TransactWrite, row: Finding, by: str, now: datetime) -> None:
    """The finding was acted on; that happens once."""
    transaction.update(
        row,
        actions=[Finding.mended_at.set(now), Finding.mended_by.set(by)],
        condition=Finding.id.exists() & Finding.mended_at.does_not_exist(),
    )
