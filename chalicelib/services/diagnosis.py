"""What an administrator needs to know when something does not work: the configuration, and a test mail."""

from __future__ import annotations

import logging
import platform
import time
from dataclasses import dataclass
from datetime import timedelta
from importlib import metadata

from chalicelib.aws import events, limits, mail, secrets
from chalicelib.config import settings
from chalicelib.domain.errors import InvalidInput, TooManyRequests
from chalicelib.domain.events import EventType
from chalicelib.domain.people import Caller
from chalicelib.domain.submissions import is_email
from chalicelib.services import clock

log = logging.getLogger(__name__)

_LIBRARIES = ("boto3", "botocore", "chalice", "pydantic", "pynamodb")
_TESTS_PER_HOUR = 5
_LONGEST_ANSWER = 500


@dataclass(frozen=True)
class TestMail:
    """What became of a test mail: what the transport said, and how long it took."""

    sent: bool
    transport: str
    said: str
    seconds: float


def configuration() -> dict[str, str | int | bool | None]:
    """Where this installation's resources are; of secrets only whether they are there."""
    here = settings()
    return {
        "stage": here.stage,
        "tables": here.table("*"),
        "queues": here.queue("*"),
        "files_bucket": here.files_bucket,
        "public_url": here.public_url,
        "files_url": here.files_url,
        "mail_transport": here.mail_transport,
        "mail_from": here.mail_from,
        "smtp_host": here.smtp_host if here.mail_transport == "smtp" else None,
        "smtp_port": here.smtp_port if here.mail_transport == "smtp" else None,
        "smtp_starttls": here.smtp_starttls,
        "smtp_login": bool(here.smtp_user),
        "signing_keys": _signing_keys(),
        "only_by_cloudfront": here.origin_keys_parameter is not None,
        "log_level": here.log_level,
        "lambda_memory_mb": here.lambda_memory_mb,
    }


def _signing_keys() -> int:
    """How many keys are valid; 0 when they cannot be read."""
    try:
        return len(secrets.signing_keys())
    except Exception:
        log.exception("signing keys cannot be read")
        return 0


def versions() -> dict[str, str]:
    """Python and the libraries that matter."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}}


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:  # packaged without its description
        return "unknown"


def send_test_mail(to: str, by: Caller) -> TestMail:
    """Send a mail to `to`; a refusal by the mail server is an answer, not an error.

    Raises InvalidInput for what is no address and TooManyRequests (per workstation). The address is
    not put on record.
    """
    if not is_email(to):
        raise InvalidInput.field("to", "Please give an e-mail address such as jane@example.edu.")
    now, where = clock.now(), by.workstation or by.name
    wait = limits.seconds_until_allowed("test-mail", where, _TESTS_PER_HOUR, timedelta(hours=1), now)
    if wait:
        raise TooManyRequests("Enough test mails for now. Please wait.", retry_after=wait)
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, now, {"what": "test mail requested"})
    events.record([told])
    start = time.perf_counter()
    sent, said = _try_to_send(to, by, told.id)
    return TestMail(sent, settings().mail_transport, said, round(time.perf_counter() - start, 3))


def _try_to_send(to: str, by: Caller, message_id: str) -> tuple[bool, str]:
    from chalicelib import emails  # Jinja2 takes a while to load

    here = settings()
    message = emails.compose_test(
        emails.TestFacts(by.name, here.stage, here.public_url, clock.now()),
        to=to,
        sender=here.mail_from,
        message_id=message_id,
    )
    try:
        return True, mail.send(message)[:_LONGEST_ANSWER]
    except Exception as error:  # whatever the transport says is what was asked for
        log.exception("test mail not sent")
        return False, f"{type(error).__name__}: {error}"[:_LONGEST_ANSWER]
