"""A thin HTTP client for tests and the demo: what goes over the wire is what the caller says."""

from __future__ import annotations

import copy
import http.client
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(frozen=True)
class Response:
    """One answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True)
class File:
    """A file of a multipart form."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


class HttpClient:
    """Requests to one server; `headers` go along with each of them. Safe under threads."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        self.base_url = base_url
        self.headers = dict(headers or {})

    def with_headers(self, **headers: str) -> Self:
        """The same client with more headers; `Idempotency_Key=…` stands for Idempotency-Key."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        client = copy.copy(self)
        client.headers = self.headers | more
        return client

    def with_token(self, token: str) -> Self:
        """The same client, logged in."""
        return self.with_headers(Authorization=f"Bearer {token}")

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Response:
        """One request exactly as given; `path` may be an absolute URL."""
        url = urlsplit(urljoin(self.base_url, path))
        target = url.path + (f"?{url.query}" if url.query else "")
        if query:
            target += ("&" if "?" in target else "?") + urlencode(query, doseq=True)
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.netloc, timeout=60)
        try:
            connection.request(method, target, body, {**self.headers, **(headers or {})})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Response:
        """GET with `query` as its parameters."""
        return self.request("GET", path, query=query)

    def post(self, path: str, document: Any = None) -> Response:
        """POST `document` as JSON, {} if there is none."""
        return self._send("POST", path, {} if document is None else document)

    def patch(self, path: str, document: Any) -> Response:
        """PATCH with `document` as JSON."""
        return self._send("PATCH", path, document)

    def put(self, path: str, document: Any) -> Response:
        """PUT with `document` as JSON."""
        return self._send("PUT", path, document)

    def delete(self, path: str, document: Any = None) -> Response:
        """DELETE with `document` as JSON."""
        return self._send("DELETE", path, {} if document is None else document)

    def _send(self, method: str, path: str, document: Any) -> Response:
        headers = {"Content-Type": "application/json"}
        return self.request(method, path, body=json.dumps(document).encode(), headers=headers)

    def post_form(self, path: str, fields: Mapping[str, str], files: Mapping[str, File]) -> Response:
        """POST a multipart form, the fields in their order and then the files, as a browser does."""
        boundary = uuid.uuid4().hex
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.request("POST", path, body=_form(boundary, fields, files), headers=headers)

    def upload(self, post: Mapping[str, Any], content: bytes) -> Response:
        """Upload with a presigned POST, {url, fields}."""
        return self.post_form(post["url"], post["fields"], {"file": File("upload", content)})


def _form(boundary: str, fields: Mapping[str, str], files: Mapping[str, File]) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, file in files.items():
        disposition = f'form-data; name="{name}"; filename="{file.name}"'
        head = (
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {file.content_type}\r\n\r\n"
        )
        parts += [head.encode(), file.content, b"\r\n"]
    return b"".join([*parts, f"--{boundary}--\r\n".encode()])
