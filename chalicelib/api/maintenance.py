"""Looking after the lab's years: archive and prune, and audits of whether rows and files agree."""

from __future__ import annotations

from chalicelib.api.admin_schemas import AuditStart, ReportQuery, RetentionRun
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.maintenance import AuditReport, AuditStarted, RetentionView
from chalicelib.domain.lifecycle import Action, Actor
from chalicelib.services import auditing, clock, retention

routes = Routes()


@routes.post("/admin/archive", allow={Actor.ADMIN})
def archive_jobs(call: Call, form: RetentionRun) -> RetentionView:
    """Archive what is long over. Call again, with another Idempotency-Key, while some remain."""
    return _run(call, Action.ARCHIVE, form)


@routes.post("/admin/prune", allow={Actor.ADMIN})
def prune_jobs(call: Call, form: RetentionRun) -> RetentionView:
    """Remove for good what was archived long ago. Call again as for the archive."""
    return _run(call, Action.PRUNE, form)


def _run(call: Call, action: Action, form: RetentionRun) -> RetentionView:
    by, days, now = call.staff, form.retention_days, clock.now()
    if form.dry_run:
        return RetentionView.of(retention.preview(action, days, now), dry_run=True)
    return RetentionView.of(retention.run(action, days, by, now, retention.REQUEST_S), dry_run=False)


@routes.post("/admin/audit/start", allow={Actor.ADMIN}, status=202)
def begin_audit(call: Call, _: AuditStart) -> AuditStarted:
    """Begin to compare all jobs with all files; the report says how far it is."""
    return AuditStarted.of(auditing.start(call.staff, clock.now()))


@routes.get("/admin/audit/report", allow={Actor.ADMIN}, refuses=(404,))
def show_report(call: Call, query: ReportQuery) -> AuditReport:
    """What an audit found; the last one, unless `task_id` names another."""
    return AuditReport.of(auditing.report(query.task_id, query.kind, query.limit, query.cursor))
