"""Rate windows, and what is remembered of calls so that their repeats are safe."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import Transient

_IDEMPOTENCY_KEPT = timedelta(hours=24)
# Longer than any function runs: whoever started and has not answered by then is dead.
_ABANDONED_AFTER = timedelta(seconds=60)


def seconds_until_allowed(what: str, who: str, limit: int, window: timedelta, now: datetime) -> int:
    """Count one use of `what` by `who`; 0 when it is within `limit` per window, else seconds to wait."""
    row, left = _window(what, who, window, now)
    try:
        row.update(actions=_one_more(window, now), condition=_below(limit))
    except UpdateError as error:
        if condition_failed(error):
            return left
        raise
    return 0


def seconds_until_free(what: str, who: str, limit: int, window: timedelta, now: datetime) -> int:
    """As `seconds_until_allowed`, without counting."""
    row, left = _window(what, who, window, now)
    try:
        row.refresh(consistent_read=True)
    except DoesNotExist:
        return 0
    return left if (row.uses or 0) >= limit else 0


def stage_use(
    transaction: TransactWrite, what: str, who: str, limit: int, window: timedelta, now: datetime
) -> None:
    """Count one use together with the change that it is: what does not happen is not counted."""
    row, _ = _window(what, who, window, now)
    transaction.update(row, actions=_one_more(window, now), condition=_below(limit))


def _window(what: str, who: str, window: timedelta, now: datetime) -> tuple[Transient, int]:
    """The row that counts in the window of `now`, and the seconds until its end."""
    length = int(window.total_seconds())
    start = int(now.timestamp()) // length * length
    return Transient(id=f"rate#{what}#{who}#{start}"), start + length - int(now.timestamp())


def _one_more(window: timedelta, now: datetime) -> list[Action]:
    return [Transient.uses.add(1), Transient.expires_at.set(now + 2 * window)]


def _below(limit: int) -> Condition:
    condition: Condition = Transient.uses.does_not_exist() | (Transient.uses < limit)
    return condition


@dataclass(frozen=True)
class Earlier:
    """What is known of an earlier call with the same key; `answer` is None while it runs."""

    same_request: bool
    answer: Any | None


def start_once(key: str, fingerprint: str, now: datetime) -> Earlier | None:
    """Reserve an idempotency key; None means "go on", else what an earlier call left."""
    row = Transient(
        id=f"once#{key}",
        fingerprint=fingerprint,
        attempt=uuid.uuid4().hex,
        started_at=now,
        expires_at=now + _IDEMPOTENCY_KEPT,
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
        if not condition_failed(error):
            raise
        return _earlier(row)
    return None


def _earlier(wanted: Transient) -> Earlier | None:
    try:
        row = Transient.get(wanted.id, consistent_read=True)
    except DoesNotExist:  # it failed and was taken back between our two calls
        return Earlier(same_request=True, answer=None)
    if row.attempt == wanted.attempt:  # it is our own: the client lost the answer and asked again
        return None
    return Earlier(row.fingerprint == wanted.fingerprint, row.answer)


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
        if not condition_failed(error):
            raise


def stage_applied(transaction: TransactWrite, request_id: str, now: datetime) -> None:
    """With the change itself: the call `request_id` has been carried out, and never is again."""
    row = Transient(id=f"applied#{request_id}", expires_at=now + _IDEMPOTENCY_KEPT)
    transaction.save(row, condition=Transient.id.does_not_exist() | (Transient.expires_at <= now))


def was_applied(request_id: str, now: datetime) -> bool:
    """True when an earlier attempt of the same call has committed."""
    try:
        row = Transient.get(f"applied#{request_id}", consistent_read=True)
    except DoesNotExist:
        return False
    return bool(row.expires_at > now)
