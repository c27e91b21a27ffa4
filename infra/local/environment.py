"""The environment in which app.py runs locally; chalicelib/config.py says what each name means."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from infra.local.cloud import LocalCloud
from infra.local.files_proxy import PREFIX
from infra.local.secret_file import Secrets

STAGE = "local"
BUCKET = f"printlab-{STAGE}-files"


def unreachable(words: Iterable[str], told: Mapping[str, str] = os.environ) -> str | None:
    """What an environment lacks where one of the words names a bucket: it leads to the local cloud."""
    bucket = next((word for word in words if word.startswith("s3://")), None)
    if bucket is None or told.get("PRINTLAB_BACKUPS_PROFILE"):
        return None
    return (
        f"{bucket} is on AWS: let PRINTLAB_BACKUPS_PROFILE name the profile that reaches it (docs/backup.md)"
    )


def application(cloud: LocalCloud, secrets: Secrets, public_url: str) -> dict[str, str]:
    """Everything but the mail server."""
    return cloud.environment() | {
        "PRINTLAB_STAGE": STAGE,
        "PRINTLAB_FILES_BUCKET": BUCKET,
        "PRINTLAB_PUBLIC_URL": public_url,
        # Relative to the page: right by whichever name or address a browser reached this machine.
        "PRINTLAB_FILES_URL": PREFIX,
        "PRINTLAB_SIGNING_KEYS": secrets.signing_keys,
    }


def mail(port: int) -> dict[str, str]:
    """Mail to the mailbox that listens on `port` of this machine."""
    return {
        "PRINTLAB_MAIL_TRANSPORT": "smtp",
        "PRINTLAB_SMTP_HOST": "127.0.0.1",
        "PRINTLAB_SMTP_PORT": str(port),
        "PRINTLAB_SMTP_STARTTLS": "0",
    }
