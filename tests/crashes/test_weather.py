"""Bad weather at AWS that no emulator shows: conflicts, throttling, lost answers, a slow bucket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, EndpointConnectionError

from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes.faults import AwsCall, Fault, Faults
from tests.crashes.trial import Trial
from tests.crashes.use_cases import USE_CASES, Scene

FAILED = "ConditionalCheckFailed"
CASES = {case.name: case for case in USE_CASES}


@pytest.fixture
def trial(request: pytest.FixtureRequest, scene: Scene, faults: Faults, mailbox: Mailbox) -> Trial:
    """The use case named by the test."""
    trial = Trial.of(CASES[request.param], scene, faults, mailbox)
    trial.begin()
    return trial


def refusal(operation: str, code: str, status: int = 400, **more: Any) -> ClientError:
    """The exception that botocore raises for an answer of AWS."""
    answer = {
        "Error": {"Code": code, "Message": "injected"},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(answer, operation)  # type: ignore[arg-type]


def cancelled(*reasons: str) -> ClientError:
    """A transaction that was refused, with a reason for each of its items."""
    items = [{"Code": reason} for reason in reasons]
    return refusal("TransactWriteItems", "TransactionCanceledException", CancellationReasons=items)


@dataclass
class Refuses(Fault):
    """Calls of one operation are refused the first `times`, before they take effect or after."""

    operation: str
    error: Exception
    times: int = 1
    after_effect: bool = False
    refused: int = 0

    def before(self, call: AwsCall) -> None:
        """Refuse without an effect."""
        if not self.after_effect:
            self._refuse(call)

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """Refuse although it took effect."""
        if self.after_effect:
            self._refuse(call)

    def _refuse(self, call: AwsCall) -> None:
        if call.operation == self.operation and self.refused < self.times:
            self.refused += 1
            raise self.error


@pytest.mark.parametrize("trial", ["approve", "complete", "delete", "note"], indirect=True)
def test_transactions_in_conflict_are_tried_again(trial: Trial) -> None:
    """TransactionConflict says that nothing was written and that another try may do."""
    fault = Refuses("TransactWriteItems", cancelled("None", "TransactionConflict", "None"), times=3)
    answer = trial.attempt(fault)
    assert answer is not None
    assert answer.status == trial.case.success
    assert sum(call.operation == "TransactWriteItems" for call in trial.faults.calls) == 4
    trial.heal()
    trial.check_done()


@pytest.mark.parametrize("trial", ["approve", "complete"], indirect=True)
def test_endless_conflicts_end_in_503(trial: Trial) -> None:
    """After some tries the caller is told to come back, and nothing has happened."""
    answer = trial.attempt(Refuses("TransactWriteItems", cancelled("TransactionConflict"), times=100))
    assert answer is not None
    steps.refused(answer, 503, "unavailable")
    trial.heal()
    trial.check()
    trial.repeat()
    trial.heal()
    trial.check_done()


def test_a_failed_condition_is_not_tried_again(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """Conditions say that the world has changed: every try is a new decision."""
    trial = Trial.of(CASES["approve"], scene, faults, mailbox)
    trial.begin()
    reasons = cancelled(FAILED, "TransactionConflict")
    answer = trial.attempt(Refuses("TransactWriteItems", reasons, times=100))
    assert answer is not None
    steps.refused(answer, 409, "changed_meanwhile")
    decisions = sum(call.operation == "CopyObject" for call in faults.calls) / 2  # the model and its G-code
    assert sum(call.operation == "TransactWriteItems" for call in faults.calls) == decisions == 4
    trial.heal()
    trial.check()


@pytest.mark.parametrize("trial", ["approve", "complete", "delete", "note", "analysis"], indirect=True)
def test_a_transaction_in_progress_is_our_own(trial: Trial) -> None:
    """The first answer is lost, and the repeat hears "in progress", or that our own conditions failed."""
    for error in (refusal("TransactWriteItems", "TransactionInProgressException"), cancelled(FAILED)):
        trial.begin()
        answer = trial.attempt(Refuses("TransactWriteItems", error, after_effect=True))
        assert answer is None or answer.status == trial.case.success
        trial.heal()
        trial.check_done()


def test_our_own_change_is_known_though_another_followed(
    scene: Scene, faults: Faults, mailbox: Mailbox
) -> None:
    """The answer is lost, somebody adds a note, and only then do we learn that our condition failed."""
    trial = Trial.of(CASES["approve"], scene, faults, mailbox)
    trial.begin()
    fault = _LostThenFollowed(lambda: steps.ok(scene.of_somebody_else().note()))
    answer = trial.attempt(fault)
    assert answer is not None
    assert answer.status == 200
    assert fault.followed
    trial.heal()
    assert trial.check()["jobs"] == {"PENDING": 1}


@dataclass
class _LostThenFollowed(Fault):
    """The first transaction happens, its answer is lost, and another change comes before the next try."""

    other: Callable[[], Any]
    followed: bool = False
    lost: bool = field(default=False)

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """Lose the answer."""
        if call.operation == "TransactWriteItems" and not self.lost:
            self.lost = True
            raise cancelled(FAILED)

    def before(self, call: AwsCall) -> None:
        """Let the other one in."""
        if self.lost and not self.followed:
            self.followed = True
            self.other()


THROTTLES = [
    ("GetItem", refusal("GetItem", "ProvisionedThroughputExceededException")),
    ("GetItem", refusal("GetItem", "ThrottlingException")),
    ("PutItem", refusal("PutItem", "RequestLimitExceeded")),
    ("TransactWriteItems", refusal("TransactWriteItems", "ThrottlingException")),
    ("TransactWriteItems", refusal("TransactWriteItems", "InternalServerError", 500)),
    ("CopyObject", refusal("CopyObject", "SlowDown", 503)),
    ("PutObject", refusal("PutObject", "ServiceUnavailable", 503)),
    ("ListObjectVersions", EndpointConnectionError(endpoint_url="http://files")),
    ("GetItem", EndpointConnectionError(endpoint_url="http://database")),
]


@pytest.mark.parametrize("trial", ["approve"], indirect=True)
def test_what_stays_out_of_reach_is_a_503(trial: Trial) -> None:
    """When the client's own tries were in vain the caller hears 503, and the next attempt does it."""
    for operation, error in THROTTLES:
        trial.begin()
        answer = trial.attempt(Refuses(operation, error, times=1000))
        assert answer is not None
        details = steps.refused(answer, 503, "unavailable")
        assert details["component"] in {"database", "files"}
        trial.heal()
        trial.check()
        trial.repeat()
        trial.heal()
        trial.check_done()


@pytest.mark.parametrize(
    "error",
    [
        refusal("BatchGetItem", "ThrottlingException"),
        EndpointConnectionError(endpoint_url="http://database"),
    ],
    ids=["throttled", "gone"],
)
@pytest.mark.parametrize("path", ["/jobs", "/jobs/counts", "/analytics/trends", "/stats"])
def test_what_is_read_from_several_tables_names_the_database(
    path: str, error: Exception, scene: Scene, faults: Faults
) -> None:
    with faults.with_(Refuses("BatchGetItem", error, times=1000)):
        answer = scene.desk("front-desk").get(steps.API + path)
    assert steps.refused(answer, 503, "unavailable")["component"] == "database"


@dataclass
class _Busy(Fault):
    """The store answers 503 SlowDown over the wire, so that the client's own retries have to deal with it."""

    operation: str
    times: int
    seen: int = 0

    def sending(self, call: AwsCall, request: Any) -> Any:
        """Answer in the store's place."""
        if call.operation != self.operation or self.seen >= self.times:
            return None
        self.seen += 1
        body = b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce</Message></Error>'
        return _Answer(request.url, body)


class _Answer(AWSResponse):
    """An answer that is there already."""

    def __init__(self, url: str, body: bytes) -> None:
        super().__init__(url, 503, HTTPHeaders(), None)
        self._content = body


@pytest.mark.parametrize("trial", ["approve"], indirect=True)
@pytest.mark.parametrize("operation", ["CopyObject", "PutObject", "DeleteObject"])
def test_a_busy_store_is_asked_again(trial: Trial, operation: str) -> None:
    """One SlowDown is nothing that anybody notices."""
    fault = _Busy(operation, times=1)
    answer = trial.attempt(fault)
    assert answer is not None
    assert answer.status == 200
    assert fault.seen == 1
    trial.heal()
    trial.check_done()
