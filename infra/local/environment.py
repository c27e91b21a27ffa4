"""The environment in which app.py runs locally; chalicelib/config.py says what each name means."""

from __future__ import annotations

from infra.local.cloud import LocalCloud
from infra.local.files_proxy import PREFIX
from infra.local.secret_file import Secrets

STAGE = "local"
BUCKET = f"printlab-{STAGE}-files"


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
