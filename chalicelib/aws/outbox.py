"""Promised work: written in the transaction of the change that promised it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import OutboxMessage
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain.people import Caller
from chalicelib.domain.watch import Waiting

MAIL = "mail"
MODELS = "models"
AUDITS = "audits"
FAILED = "failed"

# How long a function may work on a message before another may take it.
LEASE = {MAIL: timedelta(minutes=2), MODELS: timedelta(minutes=6), AUDITS: timedelta(minutes=6)}
KEEP_DONE = timedelta(days=90)
_LOOKED_AT = 100


def make(
    queue: str, kind: str, job_id: str, number: int, by: Caller, now: datetime, token_id: str | None = None
) -> OutboxMessage:
    """A message, not yet stored. (job, kind, number) is its identity: the same promise is made once."""
    return OutboxMessage(
        id=f"{job_id}.{kind}.{number}",
        queue=queue,
        waiting=queue,
        kind=kind,
        job_id=job_id,
        token_id=token_id,
        due_at=now,
        created_at=now,
        requested_by=by.name,
        workstation_id=by.workstation,
    )


def stage(transaction: TransactWrite, message: OutboxMessage) -> None:
    """Promise `message` with the change that needs it."""
    transaction.save(message, condition=OutboxMessage.id.does_not_exist())


def find(message_id: str) -> OutboxMessage | None:
    """The message as it is now."""
    try:
        return OutboxMessage.get(message_id, consistent_read=True)
    except DoesNotExist:
        return None


def take(message_id: str, now: datetime) -> OutboxMessage | None:
    """The message for this function alone until its lease ends; None when it is done or another has it."""
    message = find(message_id)
    if message is None or message.state != "waiting":
        return None
    try:
        _claim(message, now)
    except ConditionFailed:
        return None
    return message


def _claim(message: OutboxMessage, now: datetime) -> None:
    free = OutboxMessage.claimed_until.does_not_exist() | (OutboxMessage.claimed_until <= now)
    _update(
        message,
        [
            OutboxMessage.claimed_until.set(now + LEASE[message.queue]),
            OutboxMessage.due_at.set(now + LEASE[message.queue]),
            OutboxMessage.attempts.add(1),
        ],
        (OutboxMessage.state == "waiting") & free,
    )


def stage_done(transaction: TransactWrite, message: OutboxMessage, state: str, now: datetime) -> None:
    """Mark the message sent or dropped: it leaves the waiting index and expires in time."""
    transaction.update(
        message,
        actions=[
            OutboxMessage.state.set(state),
            OutboxMessage.done_at.set(now),
            OutboxMessage.expires_at.set(now + KEEP_DONE),
            OutboxMessage.waiting.remove(),
            OutboxMessage.claimed_until.remove(),
        ],
        condition=OutboxMessage.state == "waiting",
    )


def stage_failed(transaction: TransactWrite, message: OutboxMessage, error: str, now: datetime) -> None:
    """Give the message up: it waits for a person under "failed"."""
    transaction.update(
        message,
        actions=[
            OutboxMessage.state.set("failed"),
            OutboxMessage.waiting.set(FAILED),
            OutboxMessage.done_at.set(now),
            OutboxMessage.last_error.set(error),
            OutboxMessage.claimed_until.remove(),
        ],
        condition=OutboxMessage.state == "waiting",
    )


def stage_retry(transaction: TransactWrite, message: OutboxMessage, now: datetime) -> None:
    """Let a message that was given up wait again, due at once and with all its attempts ahead."""
    transaction.update(
        message,
        actions=[
            OutboxMessage.state.set("waiting"),
            OutboxMessage.waiting.set(message.queue),
            OutboxMessage.due_at.set(now),
            OutboxMessage.attempts.set(0),
            OutboxMessage.done_at.remove(),
        ],
        condition=OutboxMessage.state == "failed",
    )


def postpone(message: OutboxMessage, until: datetime, error: str) -> None:
    """Let the message wait for another attempt. Raises ConditionFailed when it is done."""
    _update(
        message,
        [
            OutboxMessage.due_at.set(until),
            OutboxMessage.last_error.set(error),
            OutboxMessage.claimed_until.remove(),
        ],
        OutboxMessage.state == "waiting",
    )


def due(queue: str, now: datetime) -> Iterator[OutboxMessage]:
    """The messages of a queue whose time has come, longest waiting first."""
    yield from OutboxMessage.by_waiting.query(queue, OutboxMessage.due_at <= now)


def given_up(limit: int) -> list[OutboxMessage]:
    """At most `limit` messages that were given up, latest first. Read from the index: a moment behind."""
    return list(OutboxMessage.by_waiting.query(FAILED, scan_index_forward=False, limit=limit))


def count(waiting: str) -> int:
    """How many messages wait in a queue, or under FAILED. Costs what waits."""
    return OutboxMessage.by_waiting.count(waiting)


def waiting(where: str) -> Waiting:
    """How many messages wait in a queue or under FAILED, and since when; of a hundred, the oldest."""
    first = OutboxMessage.by_waiting.query(where, limit=_LOOKED_AT)
    return Waiting(count(where), min((_since(message) for message in first), default=None))


def _since(message: OutboxMessage) -> datetime:
    """Since when it waits: one that a person let try again does from then on."""
    if message.state == FAILED:
        return message.done_at or message.due_at
    return message.created_at if message.attempts else max(message.created_at, message.due_at)


def _update(message: OutboxMessage, actions: list[Action], condition: Condition) -> None:
    try:
        message.update(actions=actions, condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            raise ConditionFailed from error
        raise
