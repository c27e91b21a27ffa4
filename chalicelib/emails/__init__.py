"""The mails to students, from Jinja2 templates: text and HTML, every student string escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from chalicelib.domain.pricing import usd

__all__ = ["EmailMessage", "Facts", "TestFacts", "compose", "compose_test"]

_SUBJECTS = {
    "receipt": "We received your 3D print job {short_id}",
    "approval": "Please confirm your 3D print job {short_id}: ${cost}",
    "resend": "Your new confirmation link for 3D print job {short_id}",
    "rejection": "Your 3D print job {short_id} cannot be printed as it is",
    "completion": "Your 3D print {short_id} is ready for pick-up",
}


@dataclass(frozen=True)
class Facts:
    """All that a template may say. Money in cents, weight in grams, time in hours."""

    student_name: str
    short_id: str
    filename: str
    method: str
    color: str
    printer: str
    material: str
    weight_g: Decimal | None
    time_hours: Decimal | None
    cost_cents: int | None
    reasons: list[str]
    confirm_url: str | None
    confirm_until: datetime | None
    tracking_url: str
    form_url: str


@dataclass(frozen=True)
class TestFacts:
    """All that a test mail says."""

    asked_by: str
    stage: str
    public_url: str
    sent_at: datetime


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("chalicelib.emails"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["usd"] = usd
    environment.filters["plain"] = _plain_number
    environment.filters["print_time"] = _print_time
    environment.filters["moment"] = _moment
    return environment


def _plain_number(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _print_time(hours: Decimal) -> str:
    """As the pages spell it.

    >>> _print_time(Decimal("2.5")), _print_time(Decimal("3")), _print_time(Decimal("0.5"))
    ('2 h 30 min', '3 h', '30 min')
    """
    whole, minutes = divmod(round(hours * 60), 60)
    return " ".join(
        part for part in (f"{whole} h" if whole else "", f"{minutes} min" if minutes else "") if part
    )


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%A, %d %B %Y, %H:%M} UTC"


def compose(kind: str, facts: Facts, *, to: str, sender: str, message_id: str) -> EmailMessage:
    """A mail ready to send. `message_id` becomes the Message-ID, so that a repeat is seen as one.

    Header values with line breaks are refused by the standard library's header classes.
    """
    cost = usd(facts.cost_cents) if facts.cost_cents is not None else ""
    subject = _SUBJECTS[kind].format(short_id=facts.short_id, cost=cost)
    return _mail(kind, subject, vars(facts), to=to, sender=sender, message_id=message_id)


def compose_test(facts: TestFacts, *, to: str, sender: str, message_id: str) -> EmailMessage:
    """A mail that says nothing but that it has arrived."""
    subject = f"Test of PrintLab's mail ({facts.stage})"
    return _mail("test", subject, vars(facts), to=to, sender=sender, message_id=message_id)


def _mail(
    kind: str, subject: str, values: Mapping[str, Any], *, to: str, sender: str, message_id: str
) -> EmailMessage:
    sender_name, sender_address = parseaddr(sender)
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = Address(sender_name, addr_spec=sender_address)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{message_id}@{sender_address.partition('@')[2] or 'printlab'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_templates().get_template(f"{kind}.txt").render(values))
    message.add_alternative(_templates().get_template(f"{kind}.html").render(values), subtype="html")
    return message
