"""Signed links and sessions. One salt per purpose; the last key signs, all keys verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer

from chalicelib.aws import secrets
from chalicelib.domain.errors import NotAuthenticated, NotFound

# A verifier whose clock runs behind the signer's must not call a fresh token expired.
_CLOCK_SKEW = timedelta(seconds=30)
# The job's own record decides when a confirmation ends; this only bounds what is accepted at all.
_CONFIRM_MAX_AGE = timedelta(days=365)


def _serializer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secrets.signing_keys(), salt=f"printlab.{purpose}")


def _load(purpose: str, token: str, max_age: timedelta) -> tuple[Any, datetime] | None:
    """The payload and the time of signing, None for anything that is not ours or too old."""
    try:
        payload, signed_at = _serializer(purpose).loads(token, return_timestamp=True)
    except BadData:
        return None
    age = datetime.now(UTC) - signed_at
    return (payload, signed_at) if -_CLOCK_SKEW <= age <= max_age else None


@dataclass(frozen=True)
class Confirmation:
    """What a confirmation link names: a job, and which of its mails the link came with."""

    job_id: str
    token_id: str


def confirmation(job_id: str, token_id: str) -> str:
    """The token of a confirmation link."""
    return _serializer("confirm").dumps([job_id, token_id])


def read_confirmation(token: str) -> Confirmation:
    """What the token says. Raises NotFound for a token that we did not sign."""
    loaded = _load("confirm", token, _CONFIRM_MAX_AGE)
    if loaded is None:
        raise NotFound("This link is not valid. Please use the link in your e-mail.", reason="invalid")
    return Confirmation(*loaded[0])


def tracking(job_id: str) -> str:
    """The token of a tracking link; it lives as long as the job."""
    return _serializer("track").dumps(job_id)


def read_tracking(token: str) -> str:
    """The job id. Raises NotFound for a token that we did not sign."""
    loaded = _load("track", token, timedelta(days=3650))
    if loaded is None:
        raise NotFound("This link is not valid. Please use the link in your e-mail.", reason="invalid")
    job_id: str = loaded[0]
    return job_id


@dataclass(frozen=True)
class Session:
    """A workstation's session as signed; `epoch` must still be the workstation's own."""

    workstation_id: str
    epoch: int
    expires_at: datetime


def session(workstation_id: str, epoch: int, length: timedelta, now: datetime) -> tuple[str, datetime]:
    """A session token and when it ends."""
    expires_at = now + length
    payload = [workstation_id, epoch, int(expires_at.timestamp())]
    return _serializer("session").dumps(payload), expires_at


def read_session(token: str) -> Session:
    """The session. Raises NotAuthenticated when it is forged or over."""
    loaded = _load("session", token, timedelta(days=7))
    if loaded is not None:
        workstation_id, epoch, expires = loaded[0]
        expires_at = datetime.fromtimestamp(expires, UTC)
        if datetime.now(UTC) < expires_at:
            return Session(workstation_id, epoch, expires_at)
    raise NotAuthenticated("Please log in: the session has ended.")
