"""Rate windows and idempotency records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, UpdateError

from chalicelib.aws.tables import Transient

_IDEMPOTENCY_KEPT = timedelta(hours=24)
# Longer than any function runs: whoever started and has not answered by then is dead.
_ABANDONED_AFTER = timedelta(seconds=60)


def seconds_until_allowed(what: str, who: str, limit: int, window: timedelta, now: datetime) -> int:
    """Count one use of `what` by `who`; 0 when it is within `limit` per window, else seconds to wait."""
    length = int(window.total_seconds())
    start = int(now.timestamp()) // length * length
    row = Transient(id=f"rate#{what}#{who}#{start}")
    try:
        row.update(
            actions=[
                Transient.uses.add(1),
                Transient.expires_at.set(now + 2 * window),
            ],
            condition=Transient.uses.does_not_exist() | (Transient.uses < limit),
        )
    except UpdateError as error:
        if error.cause_response_code == "ConditionalCheckFailedException":
            return start + length - int(now.timestamp())
        raise
    return 0


@dataclass(frozen=True)
class Earlier:
    """What is known of an earlier call with the same key; `answer` is None while it runs."""

    same_request: bool
    answer: Any | None


def start_once(key: str, fingerprint: str, now: datetime) -> Earlier | None:
    """Reserve an idempotency key; None means "go on", else what an earlier call left."""
    row = Transient(
        id=f"once#{key}", fingerprint=fingerprint, started_at=now, expires_at=now + _IDEMPOTENCY_KEPT
    )
    free = (
        Transient.id.does_not_exist()
        | (Transient.expires_at <= now)
        | (
            Transient.answer.does_not_exist()
            & (Transient.started_at <= now - _ABANDONED_AFTER)
            & (Transient.fingerprint == fingerprint)
        )
    )
    try:
        row.save(condition=free)
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        return _earlier(row.id, fingerprint)
    return None


def _earlier(row_id: str, fingerprint: str) -> Earlier | None:
    try:
        row = Transient.get(row_id, consistent_read=True)
    except DoesNotExist:  # it failed and was taken back between our two calls
        return Earlier(same_request=True, answer=None)
    return Earlier(row.fingerprint == fingerprint, row.answer)


def finish_once(key: str, fingerprint: str, answer: Any, now: datetime) -> None:
    """Keep the answer for repeats of the same call."""
    Transient(
        id=f"once#{key}",
        fingerprint=fingerprint,
        started_at=now,
        answer=answer,
        expires_at=now + _IDEMPOTENCY_KEPT,
    ).save()


def give_back(key: str, fingerprint: str) -> None:
    """Free the key of a call that failed, so that a repeat is a new attempt."""
    try:
        Transient(id=f"once#{key}").delete(condition=Transient.fingerprint == fingerprint)
    except DeleteError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
