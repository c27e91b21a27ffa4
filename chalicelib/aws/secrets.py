"""Keys and the mail password: from the environment or SSM."""

from __future__ import annotations

import time

from boto3.session import Session

from chalicelib.config import settings

# A rotated key reaches functions that are warm within this time, a withdrawn one leaves them.
_KEPT_S = 300.0
_known: dict[str, tuple[float, str]] = {}


def _parameter(name: str) -> str:
    read_at, value = _known.get(name, (-_KEPT_S, ""))
    if time.monotonic() - read_at >= _KEPT_S:
        answer = Session().client("ssm").get_parameter(Name=name, WithDecryption=True)
        value = answer["Parameter"]["Value"]
        _known[name] = (time.monotonic(), value)
    return value


def signing_keys() -> list[str]:
    """All valid keys, oldest first; the last one signs. Raises RuntimeError when there is none."""
    here = settings()
    keys = _keys(here.signing_keys_parameter) if here.signing_keys_parameter else list(here.signing_keys)
    if not keys:
        raise RuntimeError("Set PRINTLAB_SIGNING_KEYS or PRINTLAB_SIGNING_KEYS_PARAMETER.")
    return keys


def origin_keys() -> list[str]:
    """The keys by which CloudFront proves itself; none where the API is reached without it."""
    parameter = settings().origin_keys_parameter
    return _keys(parameter) if parameter else []


def _keys(parameter: str) -> list[str]:
    """The keys that a parameter lists. A parameter that lists none is a mistake, not a way in."""
    keys = [key for part in _parameter(parameter).split(",") if (key := part.strip())]
    if not keys:
        raise RuntimeError(f"The parameter {parameter} holds no key.")
    return keys


def smtp_password() -> str | None:
    """The password for the mail server, None when it wants none."""
    here = settings()
    if here.smtp_password_parameter:
        return _parameter(here.smtp_password_parameter)
    return here.smtp_password
