"""What can go wrong, in the product's own words. `chalicelib.api` gives each kind its HTTP status."""

from __future__ import annotations

from typing import Any


class PrintLabError(Exception):
    """Base of every refusal that a caller is told about.

    `code` is for programs, `message` for people, `details` carries the facts
    (names of fields, the current status, seconds to wait).
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details = details


class InvalidInput(PrintLabError):
    """The caller sent something that cannot be accepted; `details["fields"]` names each field."""

    code = "invalid_input"

    @classmethod
    def field(cls, name: str, message: str, *, code: str | None = None) -> InvalidInput:
        """An error about one field."""
        return cls(message, code=code, fields={name: message})


class NotAuthenticated(PrintLabError):
    """No valid workstation session."""

    code = "not_authenticated"


class NotPermitted(PrintLabError):
    """The session is valid but may not do this."""

    code = "not_permitted"


class NotFound(PrintLabError):
    """The thing named does not exist."""

    code = "not_found"


class Conflict(PrintLabError):
    """The state of the thing does not allow it now."""

    code = "conflict"


class Gone(PrintLabError):
    """It existed and its time is over."""

    code = "gone"


class PreconditionFailed(PrintLabError):
    """The caller's version is not the current one."""

    code = "precondition_failed"


class TooLarge(PrintLabError):
    """More bytes than this way accepts."""

    code = "too_large"


class UnsupportedType(PrintLabError):
    """A body of a kind this endpoint does not read."""

    code = "unsupported_type"


class TooManyRequests(PrintLabError):
    """A rate limit; `retry_after` is in whole seconds."""

    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after


class Unavailable(PrintLabError):
    """A part that this depends on does not answer; `details` names it."""

    code = "unavailable"
