"""Nudging the queue functions. The outbox is the promise; a message here only says "look now"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from boto3.session import Session

from chalicelib.config import settings

# Every queue, by its logical name; what a function gave up lies in "<name>-dead".
NAMES = ("mail", "models", "audits")
_BATCH = 10


@dataclass(frozen=True)
class Depth:
    """How many messages wait, are being worked on, and were given up. SQS counts roughly."""

    waiting: int
    in_flight: int
    dead: int


@cache
def client() -> Any:
    """The SQS client, made on first use."""
    return Session().client("sqs")


@cache
def _url(name: str) -> str:
    url: str = client().get_queue_url(QueueName=settings().queue(name))["QueueUrl"]
    return url


def nudge(queue: str, message_id: str) -> None:
    """Ask the function behind `queue` to handle the outbox message `message_id`."""
    client().send_message(QueueUrl=_url(queue), MessageBody=json.dumps({"outbox_id": message_id}))


def depth(queue: str) -> Depth:
    """How full `queue` is, and its dead letters."""
    mine, dead = _counts(queue), _counts(f"{queue}-dead")
    return Depth(sum(mine[:2]), mine[2], sum(dead))


def _counts(name: str) -> tuple[int, int, int]:
    """Messages that can be taken, that are delayed, and that somebody has taken."""
    names = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "Delayed", "NotVisible")]
    found = client().get_queue_attributes(QueueUrl=_url(name), AttributeNames=names)["Attributes"]
    waiting, delayed, taken = (int(found[name]) for name in names)
    return waiting, delayed, taken


def replay(queue: str, most: int) -> int:
    """Put at most `most` dead letters of `queue` back into it; answers how many.

    Each is sent before it is removed: what stops between the two is there twice, which does no
    harm, as a message only says "look now".
    """
    moved = 0
    while moved < most:
        found = client().receive_message(
            QueueUrl=_url(f"{queue}-dead"), MaxNumberOfMessages=min(_BATCH, most - moved), WaitTimeSeconds=1
        )
        if not found.get("Messages"):
            break
        moved += _put_back(queue, found["Messages"])
    return moved


def _put_back(queue: str, letters: list[Any]) -> int:
    entries = [{"Id": str(n), "MessageBody": letter["Body"]} for n, letter in enumerate(letters)]
    sent = client().send_message_batch(QueueUrl=_url(queue), Entries=entries).get("Successful", [])
    receipts = [{"Id": e["Id"], "ReceiptHandle": letters[int(e["Id"])]["ReceiptHandle"]} for e in sent]
    if receipts:
        client().delete_message_batch(QueueUrl=_url(f"{queue}-dead"), Entries=receipts)
    return len(receipts)


def ping() -> None:
    """Raise when the queues cannot be reached."""
    client().get_queue_attributes(QueueUrl=_url("mail"), AttributeNames=["ApproximateNumberOfMessages"])
