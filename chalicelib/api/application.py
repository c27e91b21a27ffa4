"""The Chalice application with one error shape for everything, and safe under threads."""

from __future__ import annotations

import json
import threading
from typing import Any

from chalice.app import Chalice

_CODES = {403: "not_found", 404: "not_found", 405: "method_not_allowed", 415: "unsupported_type"}


class Application(Chalice):
    """Chalice, with the current request per thread and its own refusals in our error shape.

    Chalice keeps the request on the application object, which mixes up requests as
    soon as two threads serve them (the local gateway does); its local server
    solves it the same way.
    """

    _local = threading.local()

    @property
    def current_request(self) -> Any:
        """The request that this thread serves."""
        return getattr(self._local, "request", None)

    @current_request.setter
    def current_request(self, value: Any) -> None:
        self._local.request = value

    def __call__(self, event: Any, context: Any) -> dict[str, Any]:
        """Serve one API Gateway event."""
        return _in_our_shape(super().__call__(event, context))


def _in_our_shape(answer: dict[str, Any]) -> dict[str, Any]:
    """Chalice says {"Code", "Message"} where a request never reached a view; we say it our way."""
    if answer["statusCode"] < 400:
        return answer
    try:
        body = json.loads(answer["body"])
    except (TypeError, ValueError):
        return answer
    if not isinstance(body, dict) or "Code" not in body:
        return answer
    code = _CODES.get(answer["statusCode"], "internal_error")
    message = body["Message"] if answer["statusCode"] < 500 else "Something went wrong on our side."
    answer["body"] = json.dumps({"error": code, "message": message, "details": {}})
    return answer
