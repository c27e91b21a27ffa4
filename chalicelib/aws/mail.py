"""Handing a finished message to the world: SMTP (Office 365 and the like) or SES."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any

from boto3.session import Session
from botocore.exceptions import ClientError

from chalicelib.aws import secrets
from chalicelib.config import settings

_TIMEOUT_S = 20
_PING_TIMEOUT_S = 5


def send(message: EmailMessage) -> str:
    """Send `message` by the configured transport; what that said. Raises whatever the transport raises."""
    if settings().mail_transport == "ses":
        return _send_ses(message)
    with _server(_TIMEOUT_S) as server:
        server.send_message(message)
        return server.said


def code_of(error: Exception) -> int | str | None:
    """What the transport calls this error, e.g. 550 or AccessDeniedException; None when it gave no answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    if isinstance(error, ClientError):
        return error.response["Error"].get("Code")
    code: int | None = getattr(error, "smtp_code", None)
    return code


def ping() -> None:
    """Raise when the transport cannot be reached or does not let us in."""
    if settings().mail_transport == "ses":
        Session().client("sesv2").get_account()
        return
    with _server(_PING_TIMEOUT_S) as server:
        server.noop()


def _send_ses(message: EmailMessage) -> str:
    answer = (
        Session()
        .client("sesv2")
        .send_email(
            FromEmailAddress=_addresses(message["From"])[0],
            Destination={"ToAddresses": _addresses(message["To"])},
            Content={"Raw": {"Data": message.as_bytes()}},
        )
    )
    return f"accepted as {answer['MessageId']}"


def _addresses(header: Any) -> list[str]:
    """The addresses of a header as SES takes them: names beyond ASCII encoded as in the header itself."""
    return [formataddr((address.display_name, address.addr_spec)) for address in header.addresses]


class _Server(smtplib.SMTP):
    """A connection that keeps what the server said when it took the mail."""

    said = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the text of one mail."""
        code, answer = super().data(msg)
        self.said = f"{code} {answer.decode('utf-8', 'replace')}"
        return code, answer


@contextmanager
def _server(timeout_s: float) -> Iterator[_Server]:
    """A connection on which we are logged in."""
    here = settings()
    with _Server(here.smtp_host, here.smtp_port, timeout=timeout_s) as server:
        if here.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        password = secrets.smtp_password()
        if here.smtp_user and password:
            server.login(here.smtp_user, password)
        yield server
