"""HTTP answers of the local gateway: errors in the API's shape, security headers, compression."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from infra.security_headers import SECURITY_HEADERS

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

_COMPRESSIBLE = ("text/", "application/json", "application/javascript", "image/svg+xml", "model/")
_WORTH_COMPRESSING = 1024  # bytes


@dataclass
class Answer:
    """One HTTP answer; header names in their usual spelling, at most one header of a name but Set-Cookie."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    cookies: list[str] = field(default_factory=list)

    def send(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Hand the answer to the WSGI server, with our security headers and compressed if the client can."""
        headers = SECURITY_HEADERS | self.headers
        body = self.body
        if isinstance(body, bytes):
            if _compresses(environ, headers, body):
                body = gzip.compress(body, compresslevel=5, mtime=0)
                headers["Content-Encoding"] = "gzip"
                headers["Vary"] = ", ".join(filter(None, [headers.get("Vary"), "Accept-Encoding"]))
            if self.status not in (204, 304):  # these have no body, not an empty one
                headers["Content-Length"] = str(len(body))
        status = f"{self.status} {HTTPStatus(self.status).phrase}"
        start_response(status, [*headers.items(), *(("Set-Cookie", cookie) for cookie in self.cookies)])
        if not isinstance(body, bytes):
            return body
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def problem(status: int, error: str, message: str, **details: Any) -> Answer:
    """An error in the shape that every error of the API has."""
    document = {"error": error, "message": message, "details": details}
    return Answer(status, {"Content-Type": "application/json"}, json.dumps(document).encode())


def _compresses(environ: Environ, headers: dict[str, str], body: bytes) -> bool:
    return (
        len(body) >= _WORTH_COMPRESSING
        and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
        and headers.get("Content-Type", "").startswith(_COMPRESSIBLE)
        and "Content-Encoding" not in headers
    )
