"""How a stage is configured: infra/stages/<stage>.toml, in the lab's repository, without any secret."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "stages"


class NotReady(Exception):
    """Something that only the operator can set right; the message says what and where."""


@dataclass(frozen=True)
class Stage:
    """One deployment; what has a default may be left out of the file."""

    name: str
    region: str
    mail_from: str
    mail_transport: str = "ses"
    mail_identity: str = "none"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    domain: str = ""
    certificate: str = ""
    alarm_email: str = ""
    monthly_budget: int = 0
    stack_role: str = ""
    permissions_boundary: str = ""

    @property
    def stack(self) -> str:
        """The name of its stack."""
        return f"printlab-{self.name}"

    def parameters(self) -> dict[str, str]:
        """What the template is told of the configuration."""
        return {
            "Stage": self.name,
            "MailTransport": self.mail_transport,
            "MailFrom": self.mail_from,
            "MailIdentity": self.mail_identity,
            "SmtpHost": self.smtp_host,
            "SmtpPort": str(self.smtp_port),
            "SmtpUser": self.smtp_user,
            "DomainName": self.domain,
            "CertificateArn": self.certificate,
            "AlarmEmail": self.alarm_email,
            "MonthlyBudget": str(self.monthly_budget),
            "PermissionsBoundary": self.permissions_boundary,
        }


def load(name: str, folder: Path = FOLDER) -> Stage:
    """The configuration of the stage `name`. Raises NotReady naming what is wrong in which file."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,20}", name):
        raise NotReady(f"A stage is called like “prod” or “dev”, not “{name}”.")
    path = folder / f"{name}.toml"
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise NotReady(f"{path} is missing. Copy {folder / 'example.toml'} and fill it in.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NotReady(f"{path}: {error}") from None
    problems = list(_problems(given))
    if problems:
        raise NotReady("\n".join(f"{path}: {problem}" for problem in problems))
    return Stage(name=name, **given)


def _problems(given: dict[str, Any]) -> list[str]:
    known = {field.name: field for field in fields(Stage) if field.name != "name"}
    found = [f"{name} is unknown." for name in given.keys() - known.keys()]
    for name in ("region", "mail_from"):
        if not given.get(name):
            found.append(f"{name} is missing.")
    for name in given.keys() & known.keys():
        kind = int if known[name].type == "int" else str
        if type(given[name]) is not kind:
            found.append(f"{name} must be {'a whole number' if kind is int else 'text'}.")
    return sorted(found or _contradictions(given))


def _contradictions(given: dict[str, Any]) -> list[str]:
    found = []
    transport = given.get("mail_transport", "ses")
    if transport not in ("ses", "smtp"):
        found.append("mail_transport must be ses or smtp.")
    if transport == "ses" and not given.get("mail_identity"):
        found.append("mail_identity is missing: the verified domain or address that mail_from belongs to.")
    if transport == "smtp" and not given.get("smtp_host"):
        found.append("smtp_host is missing.")
    if bool(given.get("domain")) != bool(given.get("certificate")):
        found.append("domain and certificate belong together.")
    if given.get("certificate") and ":us-east-1:" not in given["certificate"]:
        found.append("certificate must be one of us-east-1: CloudFront reads them there.")
    if "@" not in given["mail_from"]:
        found.append("mail_from holds no address.")
    return found + _pipeline_contradictions(given)


def _pipeline_contradictions(given: dict[str, Any]) -> list[str]:
    found, boundary = [], given.get("permissions_boundary")
    if given.get("stack_role") and not boundary:
        found.append("permissions_boundary is missing: stack_role makes no role without. docs/deploy.md")
    if boundary and ":policy/" not in boundary:
        found.append("permissions_boundary must be the ARN of a policy.")
    return found
