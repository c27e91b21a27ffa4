"""Sending the mails that changes promised: at least once, and never for what did not happen."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta

from chalicelib import emails, metrics
from chalicelib.aws import documents, events, jobs, mail, outbox
from chalicelib.aws.tables import Job, OutboxMessage
from chalicelib.aws.transactions import ConditionFailed, commit
from chalicelib.config import settings
from chalicelib.domain import mails
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Actor, MailType
from chalicelib.domain.people import Caller
from chalicelib.services import tokens, tracking

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def deliver(message_id: str, now: datetime) -> None:
    """Send one promised mail, drop it if it no longer applies, or let it wait for another attempt.

    Called twice at once, one of them does the work; called again, it does nothing.
    """
    message = outbox.take(message_id, now)
    if message is None:
        return
    job = jobs.find(message.job_id)
    if job is None or not _applies(message, job):
        _finish(message, "dropped", now)
        return
    try:
        mail.send(_compose(message, job))
    except Exception as error:
        _not_sent(message, error, now)
        return
    _finish(message, "sent", now)


def _applies(message: OutboxMessage, job: Job) -> bool:
    if not mails.fits(MailType(message.kind), job.status):
        return False
    return message.token_id is None or message.token_id == job.confirm_token_id


def _compose(message: OutboxMessage, job: Job) -> emails.EmailMessage:
    public = settings().public_url
    catalog = documents.catalog()
    printer = catalog.printer(job.printer)
    material = catalog.material(job.material or "")
    confirm_url = None
    if message.token_id:
        confirm_url = f"{public}/confirm?token={tokens.confirmation(job.id, message.token_id)}"
    facts = emails.Facts(
        student_name=job.student_name,
        short_id=job.short_id,
        filename=job.original_filename,
        method=job.method,
        color=job.color,
        printer=printer.name if printer else job.printer,
        material=material.name if material else (job.material or ""),
        weight_g=job.weight_g,
        time_hours=job.time_hours,
        cost_cents=int(job.cost_cents) if job.cost_cents is not None else None,
        reasons=[*(job.reject_reasons or []), *([job.custom_reason] if job.custom_reason else [])],
        confirm_url=confirm_url,
        confirm_until=job.confirm_expires_at,
        tracking_url=tracking.link(job.id),
        form_url=public,
    )
    return emails.compose(
        message.kind, facts, to=job.student_email, sender=settings().mail_from, message_id=message.id
    )


def _by(message: OutboxMessage) -> Caller:
    return Caller(Actor.SYSTEM, message.requested_by, message.workstation_id)


def _finish(message: OutboxMessage, state: str, now: datetime) -> None:
    details = {"email_type": message.kind, "outbox_id": message.id}
    sent = events.make(message.job_id, EventType.EMAIL_SENT, _by(message), now, details)
    try:
        if state == "sent":
            events.record([sent], lambda t: outbox.stage_done(t, message, state, now))
        else:
            commit(lambda t: outbox.stage_done(t, message, state, now))
    except ConditionFailed:
        log.info("another function has finished this message", extra={"outbox_id": message.id})
        return
    metrics.mail(state, message.kind)


def _not_sent(message: OutboxMessage, error: Exception, now: datetime) -> None:
    reason = _reason(error)
    log.warning("mail not sent", extra={"outbox_id": message.id, "reason": reason})
    attempts = int(message.attempts)
    if _is_final(error) or attempts >= MAX_ATTEMPTS:
        details = {"email_type": message.kind, "outbox_id": message.id, "attempts": attempts}
        failed = events.make(message.job_id, EventType.EMAIL_FAILED, _by(message), now, details)
        events.record([failed], lambda t: outbox.stage_failed(t, message, reason, now))
        metrics.mail("failed", message.kind)
        return
    wait = min(_FIRST_WAIT * 2 ** (attempts - 1), _LONGEST_WAIT)
    outbox.postpone(message, now + wait, reason)
    metrics.mail("postponed", message.kind)


def _reason(error: Exception) -> str:
    """What went wrong, without the address that mail servers like to repeat."""
    code = mail.code_of(error)
    return f"{type(error).__name__} {code}" if code else type(error).__name__


def _is_final(error: Exception) -> bool:
    """True when the mail server says that trying again is of no use (RFC 5321, 5yz)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
