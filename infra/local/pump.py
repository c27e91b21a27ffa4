"""Lambda's queue triggers: takes messages from SQS and calls the functions with them.

As on AWS: a message whose function fails stays in the queue, shows up again after the queue's visibility
timeout, and moves to the dead-letter queue after the queue's maximum of receives. A function may report
single messages of its batch as failed (`batchItemFailures`).
"""

from __future__ import annotations

import logging
import threading
from typing import Any

from boto3.session import Session
from mypy_boto3_sqs import SQSClient
from mypy_boto3_sqs.type_defs import MessageTypeDef

from infra.local.functions import ACCOUNT, Functions, Trigger

log = logging.getLogger(__name__)

# Long polling: short enough that stopping is quick, long enough that idling costs nothing.
_WAIT_S = 1


class Pump:
    """Moves messages from the queues to the functions, in threads or step by step."""

    def __init__(self, functions: Functions, *, retry_after_s: int | None = None) -> None:
        """`retry_after_s`: seconds until a failed message returns, the queue's own timeout if None."""
        self._functions = functions
        self._retry_after_s = retry_after_s
        self._client: SQSClient = Session().client("sqs")
        self._urls: dict[str, str] = {}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def step(self) -> int:
        """Handle every message that waits now, each once; how many there were."""
        return sum(self._drain(trigger) for trigger in self._functions.triggers())

    def start(self) -> None:
        """Handle messages as they come, one thread per queue, until stop()."""
        for trigger in self._functions.triggers():
            thread = threading.Thread(target=self._loop, args=(trigger,), name=f"pump-{trigger.function}")
            thread.daemon = True  # a function that hangs must not keep the process alive
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_s: float = 20) -> None:
        """Take no more messages and wait for the functions that still run."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout_s)

    def _drain(self, trigger: Trigger) -> int:
        handled: set[str] = set()
        failed: list[MessageTypeDef] = []
        while batch := self._receive(trigger, wait_s=0):
            repeated = [message for message in batch if message["MessageId"] in handled]
            fresh = [message for message in batch if message not in repeated]
            failed += repeated + self._handle(trigger, fresh)
            handled.update(message["MessageId"] for message in batch)
            if repeated:
                break
        self._return_later(trigger, failed)
        return len(handled)

    def _loop(self, trigger: Trigger) -> None:
        while not self._stop.is_set():
            try:
                batch = self._receive(trigger, wait_s=_WAIT_S)
                self._return_later(trigger, self._handle(trigger, batch))
            except Exception:
                log.exception("queue %s", trigger.queue)
                self._stop.wait(1)

    def _receive(self, trigger: Trigger, wait_s: int) -> list[MessageTypeDef]:
        answer = self._client.receive_message(
            QueueUrl=self._url(trigger),
            MaxNumberOfMessages=min(trigger.batch_size, 10),
            WaitTimeSeconds=wait_s,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def _handle(self, trigger: Trigger, batch: list[MessageTypeDef]) -> list[MessageTypeDef]:
        """Call the function with `batch`, delete what succeeded, answer what did not."""
        if not batch:
            return []
        event = {"Records": [_record(trigger.queue, message) for message in batch]}
        try:
            failed = _failures(self._functions.call(trigger.function, event), batch)
        except Exception:
            log.exception("%s failed; its messages come back", trigger.function)
            return batch
        for message in batch:
            if message not in failed:
                self._client.delete_message(
                    QueueUrl=self._url(trigger), ReceiptHandle=message["ReceiptHandle"]
                )
        return failed

    def _return_later(self, trigger: Trigger, failed: list[MessageTypeDef]) -> None:
        if self._retry_after_s is None:
            return
        for message in failed:
            self._client.change_message_visibility(
                QueueUrl=self._url(trigger),
                ReceiptHandle=message["ReceiptHandle"],
                VisibilityTimeout=self._retry_after_s,
            )

    def _url(self, trigger: Trigger) -> str:
        if trigger.queue not in self._urls:
            self._urls[trigger.queue] = self._client.get_queue_url(QueueName=trigger.queue)["QueueUrl"]
        return self._urls[trigger.queue]


def _record(queue: str, message: MessageTypeDef) -> dict[str, Any]:
    """One entry of the event that Lambda makes of SQS messages."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {
                "dataType": value["DataType"],
                "stringValue": value.get("StringValue"),
                "binaryValue": value.get("BinaryValue"),
                "stringListValues": [],
                "binaryListValues": [],
            }
            for name, value in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}",
        "awsRegion": "us-east-1",
    }


def _failures(result: Any, batch: list[MessageTypeDef]) -> list[MessageTypeDef]:
    """The messages that the function reported as failed; all of them when the report makes no sense."""
    reported = (result.get("batchItemFailures") if isinstance(result, dict) else None) or []
    ids = [item.get("itemIdentifier") for item in reported]
    by_id = {message["MessageId"]: message for message in batch}
    if any(identifier not in by_id for identifier in ids):
        return batch
    return [by_id[identifier] for identifier in ids]
