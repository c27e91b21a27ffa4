"""The map of what is deployed: the API, and every function behind a queue or a schedule."""

from __future__ import annotations

import json
from datetime import datetime

from chalice.app import CloudWatchEvent, Cron, Rate, SQSEvent

from chalicelib import api, logs
from chalicelib.api.application import Application
from chalicelib.config import settings
from chalicelib.domain.schedules import BACKUP_HOUR
from chalicelib.services.functions import queued, scheduled

logs.configure()

app = Application(app_name="printlab")
app.api.binary_types = [
    "multipart/form-data",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
]
api.register(app)


@app.on_sqs_message(queue=settings().queue("mail"), batch_size=1)
@queued
def send_mail(event: SQSEvent) -> None:
    """Send the mails that changes promised."""
    from chalicelib.services import clock, mailing

    for record in event:
        mailing.deliver(json.loads(record.body)["outbox_id"], clock.now())


@app.on_sqs_message(queue=settings().queue("models"), batch_size=1)
@queued
def analyse_model(event: SQSEvent) -> None:
    """Make mesh facts and thumbnail of a new model."""
    from chalicelib.services import analysis, clock

    for record in event:
        analysis.analyse(json.loads(record.body)["outbox_id"], clock.now())


@app.schedule(Rate(1, unit=Rate.MINUTES))
@scheduled
def sweep(event: CloudWatchEvent) -> None:
    """Finish what a crash left, and wake what waits."""
    from chalicelib.services import sweeping

    sweeping.sweep(_time_of(event))


@app.schedule(Rate(15, unit=Rate.MINUTES))
@scheduled
def expire_confirmations(event: CloudWatchEvent) -> None:
    """Flag the jobs whose confirmation link has run out."""
    from chalicelib.services import confirmations

    confirmations.flag_expired(_time_of(event))


@app.schedule(Rate(1, unit=Rate.HOURS))
@scheduled
def drop_abandoned_uploads(event: CloudWatchEvent) -> None:
    """Forget uploads that never became jobs."""
    from chalicelib.services import candidates, submissions

    submissions.drop_abandoned(_time_of(event))
    candidates.drop_abandoned(_time_of(event))


@app.schedule(Rate(5, unit=Rate.MINUTES))
@scheduled
def sample_health(event: CloudWatchEvent) -> None:
    """Write down how everything is doing."""
    from chalicelib.services import watching

    watching.sample(_time_of(event))


@app.schedule(Cron(45, 0, "*", "*", "?", "*"))
@scheduled
def keep_trail(event: CloudWatchEvent) -> None:
    """Seal the audit trail of yesterday, and move old events to the archive."""
    from chalicelib.services import trail

    trail.seal(_time_of(event))
    trail.rotate(_time_of(event))


@app.schedule(Cron(15, 1, "*", "*", "?", "*"))
@scheduled
def check_figures(event: CloudWatchEvent) -> None:
    """Compare the last days' figures with a recount over their events."""
    from chalicelib.services import figures

    figures.check(_time_of(event))


# Every quarter of an hour of the small hours (UTC): what one run does not finish, the next one does.
@app.schedule(Cron("0/15", "7-9", "*", "*", "?", "*"))
@scheduled
def archive_old_jobs(event: CloudWatchEvent) -> None:
    """Archive what is long over."""
    from chalicelib.services import retention

    retention.archive_nightly(_time_of(event))


@app.on_sqs_message(queue=settings().queue("audits"), batch_size=1)
@queued
def audit_slice(event: SQSEvent) -> None:
    """Compare some more of the rows with the files."""
    from chalicelib.services import auditing, clock

    for record in event:
        auditing.go_on(json.loads(record.body)["outbox_id"], clock.now())


@app.schedule(Cron("30", "10", "*", "*", "?", "*"))
@scheduled
def start_audit(event: CloudWatchEvent) -> None:
    """Begin the nightly audit, after the archive."""
    from chalicelib.services import auditing

    auditing.start_nightly(_time_of(event))


# After the audit. What one run does not finish, the next one does.
@app.schedule(Cron("0/15", f"{BACKUP_HOUR}-{BACKUP_HOUR + 1}", "*", "*", "?", "*"))
@scheduled
def back_up(event: CloudWatchEvent) -> None:
    """Make this night's backup, look through it, and let go of old ones."""
    from chalicelib.services import backups

    backups.nightly(_time_of(event))


def _time_of(event: CloudWatchEvent) -> datetime:
    """When the schedule fired, by EventBridge's own clock."""
    return datetime.fromisoformat(event.to_dict()["time"].replace("Z", "+00:00"))
