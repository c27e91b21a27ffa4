"""Keys that sign links and sessions, and the mail password: from the environment or SSM."""

from __future__ import annotations

from functools import cache

from boto3.session import Session

from chalicelib.config import settings


@cache
def _parameter(name: str) -> str:
    value: str = Session().client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    return value


def signing_keys() -> list[str]:
    """All valid keys, oldest first; the last one signs. Raises RuntimeError when there is none."""
    here = settings()
    keys = list(here.signing_keys)
    if here.signing_keys_parameter:
        keys = [key for key in _parameter(here.signing_keys_parameter).split(",") if key]
    if not keys:
        raise RuntimeError("Set PRINTLAB_SIGNING_KEYS or PRINTLAB_SIGNING_KEYS_PARAMETER.")
    return keys


def smtp_password() -> str | None:
    """The password for the mail server, None when it wants none."""
    here = settings()
    if here.smtp_password_parameter:
        return _parameter(here.smtp_password_parameter)
    return here.smtp_password
