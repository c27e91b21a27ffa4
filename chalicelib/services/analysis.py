"""Looking at a model: facts and picture, made after submission by the queue-driven function."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from chalicelib import metrics, models3d
from chalicelib.aws import counters, documents, files, jobs, outbox
from chalicelib.aws.tables import Job, OutboxMessage
from chalicelib.aws.transactions import ConditionFailed, commit
from chalicelib.domain import filenames
from chalicelib.services.changes import ChangedMeanwhile, repeated
from chalicelib.services.filing import Filing

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
_WAIT = timedelta(minutes=2)


def analyse(message_id: str, now: datetime) -> None:
    """Make mesh facts and thumbnail of one job. A model that cannot be drawn leaves a placeholder."""
    message = outbox.take(message_id, now)
    if message is None:
        return
    job = jobs.find(message.job_id)
    if job is None:
        _remove_picture(message.job_id)  # an earlier attempt may have made it and died
        _finish(message, "dropped", now)
        return
    if message.attempts > MAX_ATTEMPTS:  # the function died on it each time
        _record(job.id, {"thumbnail_state": "failed"}, now)
        _finish(message, "dropped", now)
        metrics.analysis("failed", 0)
        return
    start = time.perf_counter()
    try:
        updates = _look_at(job)
    except Exception as error:
        log.exception("model not analysed", extra={"job_id": job.id})
        outbox.postpone(message, now + _WAIT, f"{type(error).__name__}: {error}"[:500])
        metrics.analysis("postponed", time.perf_counter() - start)
        return
    _record(job.id, updates, now)
    _finish(message, "sent", now)
    metrics.analysis("refused" if "mesh_error" in updates else "done", time.perf_counter() - start)


def _look_at(job: Job) -> dict[str, Any]:
    try:
        mesh = models3d.load(files.read(job.original_key), filenames.extension(job.original_name))
        facts = models3d.facts(mesh)
    except models3d.ModelRefused as refusal:
        error = {"code": refusal.code, "message": refusal.message}
        return {"mesh_error": error, "thumbnail_state": "failed"}
    files.put(filenames.thumbnail_key(job.id), models3d.thumbnail(mesh, None), "image/png")
    verdict = models3d.verdict(facts, documents.catalog().printers_for(job.method))
    return {
        "mesh": {**facts.as_dict(), "verdict": verdict.as_dict()},
        "unit_suspected": facts.unit_suspicion is not None,
        "too_large_for": [each.printer_id for each in verdict.printers if not each.fit.fits] or None,
        "thumbnail_state": "ready",
    }


@repeated
def _record(job_id: str, updates: dict[str, Any], now: datetime) -> None:
    """Store what was found, with the record beside the files. Raises Conflict when people are faster."""
    job = jobs.find(job_id)
    if job is None:  # deleted meanwhile: its picture must not stay behind
        _remove_picture(job_id)
        return
    work = Filing(job.id, now)
    work.rewrites_record(job)
    try:
        commit(
            lambda t: jobs.stage_analysis(t, job, updates),
            work.stage,
            lambda t: counters.stage_change(t, job, job.status, job.status, now),
        )
    except ConditionFailed:
        if work.undone():
            raise ChangedMeanwhile("The job was changed at the same moment.") from None
    work.settle(record=job.status)


def _remove_picture(job_id: str) -> None:
    for file in files.versions(filenames.thumbnail_key(job_id)):
        files.delete(file.key, file.version_id)


def _finish(message: OutboxMessage, state: str, now: datetime) -> None:
    try:
        commit(lambda t: outbox.stage_done(t, message, state, now))
    except ConditionFailed:
        log.info("another function has finished this message", extra={"outbox_id": message.id})
