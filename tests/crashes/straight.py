"""The gateway without a network: a request runs in the caller's thread, so that a test can kill it."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import Any
from urllib.parse import urlencode

from infra.http_client import HttpClient, Response
from infra.local import environment
from infra.local.answers import Answer, problem
from infra.local.api_gateway import ApiGateway
from infra.local.files_proxy import FilesProxy
from infra.local.functions import Functions
from infra.local.gateway import Gateway


class Straight(HttpClient):
    """A client of the application in this process."""

    def __init__(self, gateway: Gateway, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("", headers)
        self._gateway = gateway

    def with_headers(self, **headers: str) -> Straight:
        """The same client with more headers."""
        return Straight(self._gateway, super().with_headers(**headers).headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Response:
        """One request, as the gateway's server would hand it on."""
        path, _, given = path.partition("?")
        asked = urlencode(query, doseq=True) if query else given
        environ = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": f"{path}?{asked}" if asked else path,
            "QUERY_STRING": asked,
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body or b""),
            "CONTENT_LENGTH": str(len(body or b"")),
            **{_name(name): value for name, value in {**self.headers, **(headers or {})}.items()},
        }
        started: list[Any] = []
        content = b"".join(self._gateway(environ, lambda *answer: started.extend(answer)))
        message = HTTPMessage()
        for name, value in started[1]:
            message[name] = value
        return Response(int(started[0].split()[0]), message, content)


def _name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else f"HTTP_{name}"


def straight(functions: Functions) -> Straight:
    """A client of the API and the files; there are no pages."""
    store = FilesProxy(os.environ["AWS_ENDPOINT_URL"], environment.BUCKET).handle
    return Straight(Gateway(ApiGateway(functions).handle, pages=_nothing, files=store, mails=None))


def _nothing(environ: Mapping[str, Any]) -> Answer:
    return problem(404, "not_found", "There are no pages here.")
