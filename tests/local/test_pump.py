"""Queue triggers: what Lambda does with messages, on a real queue."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from chalice.app import Chalice, SQSEvent
from localstack_client.session import Session

from infra.local.functions import Functions
from infra.local.pump import Pump


@dataclass
class Worker:
    """A queue with dead letters, and a function whose behaviour the test sets."""

    sqs: Any
    url: str
    dead_url: str
    app: Chalice
    behave: Callable[[SQSEvent], Any] = lambda _event: None
    events: list[dict[str, Any]] = field(default_factory=list)
    called: threading.Event = field(default_factory=threading.Event)

    def send(self, *bodies: str) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def pump(self, retry_after_s: int | None = 0) -> Pump:
        return Pump(Functions(self.app), retry_after_s=retry_after_s)

    def counts(self, url: str) -> tuple[int, int]:
        """Messages that wait, and messages that were taken and not deleted."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return int(attributes[names[0]]), int(attributes[names[1]])

    def bodies(self) -> list[list[str]]:
        """What the function got, call by call."""
        return [[record["body"] for record in event["Records"]] for event in self.events]


@pytest.fixture
def worker(cloud: Session, request: pytest.FixtureRequest) -> Iterator[Worker]:
    sqs, name = cloud.client("sqs"), f"pump-{uuid.uuid4().hex}"
    dead_url = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
    url = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "600"})[
        "QueueUrl"
    ]
    app = Chalice("pumped")
    worker = Worker(sqs, url, dead_url, app)

    @app.on_sqs_message(queue=name, batch_size=getattr(request, "param", 1))
    def work(event: SQSEvent) -> Any:
        worker.events.append(event.to_dict())
        worker.called.set()
        return worker.behave(event)

    yield worker
    for each in (url, dead_url):
        sqs.delete_queue(QueueUrl=each)


def _fail(_event: SQSEvent) -> None:
    raise RuntimeError("no luck")


def test_a_step_handles_what_waits_and_deletes_it(worker: Worker) -> None:
    worker.send("one", "two")
    assert worker.pump().step() == 2
    assert sorted(worker.bodies()) == [["one"], ["two"]]
    assert worker.counts(worker.url) == (0, 0)
    assert worker.pump().step() == 0


def test_a_function_gets_the_event_of_lambda(worker: Worker) -> None:
    worker.sqs.send_message(
        QueueUrl=worker.url,
        MessageBody="hello",
        MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}},
    )
    worker.pump().step()
    (record,) = worker.events[0]["Records"]
    assert record["body"] == "hello"
    assert record["messageAttributes"]["kind"]["stringValue"] == "greeting"
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"].isdigit()
    assert record["eventSource"] == "aws:sqs"
    assert record["eventSourceARN"].endswith(worker.url.rpartition("/")[2])
    assert record["messageId"]
    assert record["receiptHandle"]
    assert record["md5OfBody"] == "5d41402abc4b2a76b9719d911017c592"


def test_a_failed_message_stays_invisible_for_the_queues_own_time(worker: Worker) -> None:
    worker.behave = _fail
    worker.send("later")
    pump = worker.pump(retry_after_s=None)
    assert pump.step() == 1
    assert worker.counts(worker.url) == (0, 1)
    assert pump.step() == 0


def test_a_message_that_keeps_failing_ends_among_the_dead_letters(worker: Worker) -> None:
    worker.behave = _fail
    worker.send("poison")
    pump = worker.pump()
    assert [pump.step() for _ in range(4)] == [1, 1, 1, 0]
    assert [event["Records"][0]["attributes"]["ApproximateReceiveCount"] for event in worker.events] == [
        "1", "2", "3"
    ]  # fmt: skip
    assert worker.counts(worker.url) == (0, 0)
    assert worker.sqs.receive_message(QueueUrl=worker.dead_url)["Messages"][0]["Body"] == "poison"


def test_a_failed_message_is_not_tried_twice_in_one_step(worker: Worker) -> None:
    worker.behave = _fail
    worker.send("one", "two")
    assert worker.pump().step() == 2
    assert sorted(worker.bodies()) == [["one"], ["two"]]


@pytest.mark.parametrize("worker", [10], indirect=True)
def test_messages_come_in_batches(worker: Worker) -> None:
    worker.send("one", "two", "three")
    assert worker.pump().step() == 3
    assert sorted(body for call in worker.bodies() for body in call) == ["one", "three", "two"]


@pytest.mark.parametrize("worker", [10], indirect=True)
def test_only_the_messages_reported_as_failed_come_back(worker: Worker) -> None:
    def report(event: SQSEvent) -> dict[str, Any]:
        failed = [record["messageId"] for record in event.to_dict()["Records"] if record["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    worker.behave = report
    worker.send("good", "bad")
    worker.pump().step()
    assert worker.counts(worker.url) == (1, 0)
    worker.behave = lambda _event: {"batchItemFailures": []}
    worker.pump().step()
    assert worker.counts(worker.url) == (0, 0)
    assert worker.bodies()[-1] == ["bad"]


@pytest.mark.parametrize("worker", [10], indirect=True)
def test_a_report_that_names_no_message_of_the_batch_fails_the_batch(worker: Worker) -> None:
    worker.behave = lambda _event: {"batchItemFailures": [{"itemIdentifier": "somebody else's"}]}
    worker.send("one", "two")
    worker.pump().step()
    assert worker.counts(worker.url) == (2, 0)


def test_a_running_pump_takes_messages_as_they_come_until_it_is_stopped(worker: Worker) -> None:
    pump = worker.pump()
    pump.start()
    for body in ("first", "second"):
        worker.called.clear()
        worker.send(body)
        assert worker.called.wait(10)
    pump.stop()
    assert worker.bodies() == [["first"], ["second"]]
    assert worker.counts(worker.url) == (0, 0)
