"""The process environment, read once. No other module reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Where this deployment's resources are and how it reaches the world."""

    stage: str
    files_bucket: str
    public_url: str
    files_url: str | None
    backups: str | None
    backups_profile: str | None
    signing_keys: tuple[str, ...]
    signing_keys_parameter: str | None
    origin_keys_parameter: str | None
    mail_transport: str
    mail_from: str
    smtp_host: str
    smtp_port: int
    smtp_user: str | None
    smtp_password: str | None
    smtp_password_parameter: str | None
    smtp_starttls: bool
    log_level: str
    lambda_memory_mb: int | None
    metrics: bool

    def table(self, name: str) -> str:
        """The DynamoDB table of that logical name."""
        return f"printlab-{self.stage}-{name}"

    def queue(self, name: str) -> str:
        """The SQS queue of that logical name."""
        return f"printlab-{self.stage}-{name}"


@cache
def settings() -> Settings:
    """The settings of this process."""
    return _read(os.environ)


def names() -> frozenset[str]:
    """Every name of the environment that is read here."""
    asked = _Asked()
    _read(asked)
    return frozenset(asked.names)


class _Asked(dict[str, str]):
    """An empty environment that notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        """What an empty one answers."""
        self.names.add(name)
        return default


def _read(env: Mapping[str, str]) -> Settings:
    stage = env.get("PRINTLAB_STAGE", "local")
    lambda_memory_mb = int(env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")) or None
    keys = tuple(key for key in env.get("PRINTLAB_SIGNING_KEYS", "").split(",") if key)
    return Settings(
        stage=stage,
        files_bucket=env.get("PRINTLAB_FILES_BUCKET", f"printlab-{stage}-files"),
        public_url=env.get("PRINTLAB_PUBLIC_URL", "http://localhost:8080").rstrip("/"),
        files_url=env.get("PRINTLAB_FILES_URL") or None,
        backups=env.get("PRINTLAB_BACKUPS") or None,  # "s3://bucket/prefix", or a folder
        # An AWS profile for an "s3://" place, where what the environment leads to is not AWS.
        backups_profile=env.get("PRINTLAB_BACKUPS_PROFILE") or None,
        signing_keys=keys,
        signing_keys_parameter=env.get("PRINTLAB_SIGNING_KEYS_PARAMETER") or None,
        origin_keys_parameter=env.get("PRINTLAB_ORIGIN_KEYS_PARAMETER") or None,
        mail_transport=env.get("PRINTLAB_MAIL_TRANSPORT", "smtp"),
        mail_from=env.get("PRINTLAB_MAIL_FROM", "PrintLab <printlab@localhost>"),
        smtp_host=env.get("PRINTLAB_SMTP_HOST", "127.0.0.1"),
        smtp_port=int(env.get("PRINTLAB_SMTP_PORT", "1025")),
        smtp_user=env.get("PRINTLAB_SMTP_USER") or None,
        smtp_password=env.get("PRINTLAB_SMTP_PASSWORD") or None,
        smtp_password_parameter=env.get("PRINTLAB_SMTP_PASSWORD_PARAMETER") or None,
        smtp_starttls=env.get("PRINTLAB_SMTP_STARTTLS", "1") == "1",
        log_level=env.get("PRINTLAB_LOG_LEVEL", "INFO"),
        lambda_memory_mb=lambda_memory_mb,
        metrics=env.get("PRINTLAB_METRICS", "1" if lambda_memory_mb else "0") == "1",
    )
