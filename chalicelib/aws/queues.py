"""Nudging the queue functions. The outbox is the promise; a message here only says "look now"."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from boto3.session import Session

from chalicelib.config import settings


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


def ping() -> None:
    """Raise when the queues cannot be reached."""
    client().get_queue_attributes(QueueUrl=_url("mail"), AttributeNames=["ApproximateNumberOfMessages"])
