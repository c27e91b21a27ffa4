"""Handing a finished message to the world: SMTP (Office 365 and the like) or SES."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

from boto3.session import Session

from chalicelib.aws import secrets
from chalicelib.config import settings

_TIMEOUT_S = 20


def send(message: EmailMessage) -> None:
    """Send `message` by the configured transport; raises whatever the transport raises."""
    if settings().mail_transport == "ses":
        _send_ses(message)
    else:
        _send_smtp(message)


def _send_ses(message: EmailMessage) -> None:
    Session().client("sesv2").send_email(Content={"Raw": {"Data": message.as_bytes()}})


def _send_smtp(message: EmailMessage) -> None:
    here = settings()
    with smtplib.SMTP(here.smtp_host, here.smtp_port, timeout=_TIMEOUT_S) as server:
        if here.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        password = secrets.smtp_password()
        if here.smtp_user and password:
            server.login(here.smtp_user, password)
        server.send_message(message)
