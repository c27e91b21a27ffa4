"""What a store says when it does not do what was asked: a condition failed, overload, or no answer."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from pynamodb.exceptions import PynamoDBException

_OVERLOADED = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "ThrottlingError",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_SERVER_FAULT = 500
_QUEUE_CALLS = frozenset(
    {
        "DeleteMessageBatch",
        "GetQueueAttributes",
        "GetQueueUrl",
        "ReceiveMessage",
        "SendMessage",
        "SendMessageBatch",
    }
)


def code_of(error: PynamoDBException) -> str | None:
    """The code that DynamoDB gave, None where no answer came.

    PynamoDB's own `cause_response_code` fails there: botocore's network errors have a response that is None.
    """
    return error.cause.response["Error"].get("Code") if isinstance(error.cause, ClientError) else None


def condition_failed(error: PynamoDBException) -> bool:
    """True when a single write was refused because its condition did not hold."""
    return code_of(error) == "ConditionalCheckFailedException"


def component_down(error: BaseException) -> str | None:
    """The component (database, files, queues) that `error` says cannot be reached; None for other errors."""
    if isinstance(error, PynamoDBException):
        return "database" if error.cause and _is_outage(error.cause) else None
    if not _is_outage(error):
        return None
    operation = getattr(error, "operation_name", "")
    return "queues" if operation in _QUEUE_CALLS else "files"


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= _SERVER_FAULT or error.response.get("Error", {}).get("Code") in _OVERLOADED
    return isinstance(error, HTTPClientError) or (
        isinstance(error, BotoCoreError) and "Connect" in type(error).__name__
    )
