"""What administrators see of the lab's upkeep."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.aws import tables
from chalicelib.domain.audit import MEANING, PLACES, FindingKind
from chalicelib.services.auditing import Report
from chalicelib.services.retention import Run

AuditState = Literal["running", "done", "failed"]


class RetentionView(BaseModel):
    """What was due, since when the first and the last of it stand in their status, and what became of it.

    `stored_bytes`, of a preview: what the due jobs take of the lab's storage, as GET /stats counts it.
    """

    dry_run: bool
    retention_days: int
    due: int
    oldest: Time | None
    newest: Time | None
    done: int
    skipped: int
    failed: int
    remaining: int
    stored_bytes: int | None

    @classmethod
    def of(cls, run: Run, *, dry_run: bool) -> RetentionView:
        """From a run or a preview."""
        return cls(dry_run=dry_run, **vars(run))


class AuditStarted(BaseModel):
    """The audit that is running now."""

    task_id: str
    state: AuditState
    message: str

    @classmethod
    def of(cls, audit: tables.Audit) -> AuditStarted:
        """From the table's row."""
        return cls(task_id=audit.id, state=cast(AuditState, audit.state), message="The audit is running.")


class FindingView(BaseModel):
    """One thing that an audit found, about an object (`key`), a job, or both."""

    kind: FindingKind
    message: str
    key: str | None
    job_id: str | None
    details: dict[str, Any]
    mended_at: Time | None
    mended_by: str | None

    @classmethod
    def of(cls, finding: tables.Finding) -> FindingView:
        """From the table's row."""
        kind = FindingKind(finding.kind)
        return cls(
            kind=kind,
            message=MEANING[kind],
            key=finding.key,
            job_id=finding.job_id,
            details=finding.details,
            mended_at=finding.mended_at,
            mended_by=finding.mended_by,
        )


class AuditReport(BaseModel):
    """How far an audit is, how much of each kind it found, and a page of that, by kind.

    "none" before the lab's first audit: then there is nothing to tell, and the rest is empty.
    `places_done` of `places` (folders, pictures, counters) have been looked at.
    """

    task_id: str | None
    state: AuditState | Literal["none"]
    requested_by: str | None
    started_at: Time | None
    updated_at: Time | None
    finished_at: Time | None
    places_done: int
    places: int
    jobs_seen: int
    objects_seen: int
    totals: dict[str, int]
    total: int
    findings: list[FindingView]
    next_cursor: str | None

    @classmethod
    def of(cls, report: Report) -> AuditReport:
        """From the service's report."""
        audit = report.audit or tables.Audit(id=None, state="none", totals={})
        return cls(
            task_id=audit.id,
            state=cast(AuditState, audit.state),
            requested_by=audit.requested_by,
            started_at=audit.started_at,
            updated_at=audit.updated_at,
            finished_at=audit.finished_at,
            places_done=int(audit.place),
            places=len(PLACES),
            jobs_seen=int(audit.jobs_seen),
            objects_seen=int(audit.objects_seen),
            totals=audit.totals,
            total=sum(audit.totals.values()),
            findings=[FindingView.of(finding) for finding in report.findings],
            next_cursor=report.next_cursor,
        )


class RepairView(BaseModel):
    """What was done about which finding."""

    message: str
    kind: FindingKind
    key: str | None
    job_id: str | None

    @classmethod
    def of(cls, finding: tables.Finding, message: str) -> RepairView:
        """From the finding that was acted on."""
        return cls(message=message, kind=FindingKind(finding.kind), key=finding.key, job_id=finding.job_id)
