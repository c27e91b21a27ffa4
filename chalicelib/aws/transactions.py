"""Committing several writes as one, with the retries that DynamoDB asks for."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.aws.outages import code_of
from chalicelib.aws.table import connection
from chalicelib.domain.errors import Unavailable

Transaction = TransactWrite
Stage = Callable[[Transaction], None]

_RETRIED = {
    "TransactionConflict",
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "TransactionInProgressException",
}
_ATTEMPTS = 6


class ConditionFailed(Exception):
    """Nothing was written: the world was not as the conditions said."""


def commit(*stages: Stage) -> None:
    """Write everything that `stages` put into one transaction, or nothing.

    Raises ConditionFailed when a condition does not hold and Unavailable when other
    transactions keep getting in the way. Any other exception means that the
    outcome is unknown.
    """
    # One token for all attempts: DynamoDB then knows a repeat of what it has carried out already.
    token = uuid.uuid4().hex
    for attempt in range(_ATTEMPTS):
        try:
            with TransactWrite(connection=connection(), client_request_token=token) as transaction:
                for stage in stages:
                    stage(transaction)
            return
        except TransactWriteError as error:
            _raise_unless_worth_retrying(error)
            back_off(attempt)
    raise Unavailable("The table is busy. Please try again.", component="database")


def back_off(attempt: int) -> None:
    """Wait before the next of several attempts, each time longer up to 0.4 s, all callers differently."""
    time.sleep(random.uniform(0.01, 0.05) * 2 ** min(attempt, 3))  # noqa: S311 - jitter, not a secret


def _raise_unless_worth_retrying(error: TransactWriteError) -> None:
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    if "ConditionalCheckFailed" in codes:
        raise ConditionFailed from error
    if not codes & _RETRIED and code_of(error) not in _RETRIED:
        raise error
