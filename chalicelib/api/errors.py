"""Domain errors as HTTP answers, all in one shape."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from chalice.app import Response

from chalicelib.domain import errors

_STATUS: dict[type[errors.PrintLabError], int] = {
    errors.InvalidInput: 400,
    errors.NotAuthenticated: 401,
    errors.NotPermitted: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedType: 415,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}


def status_of(error: errors.PrintLabError) -> int:
    """The HTTP status of an error, by its nearest known kind."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def answer(error: errors.PrintLabError) -> Response:
    """`{"error", "message", "details"}` with the right status and Retry-After."""
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    if isinstance(error, errors.TooManyRequests):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    body = {"error": error.code, "message": error.message, "details": error.details}
    return Response(json.dumps(body, default=_plain), headers, status_of(error))


def internal(request_id: str) -> Response:
    """The answer to a fault of ours; the log has the rest under the same request id."""
    body = {
        "error": "internal_error",
        "message": "Something went wrong on our side. Nothing you entered is lost; please try again.",
        "details": {"request_id": request_id},
    }
    return Response(json.dumps(body), {"Content-Type": "application/json"}, 500)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)
