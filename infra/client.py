"""A small HTTP client for PrintLab's API: JSON calls and the browser's way of storing a file."""

from __future__ import annotations

import http.client
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

_TIMEOUT_S = 60
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class ApiError(Exception):
    """An answer other than the expected one."""

    def __init__(self, method: str, path: str, answer: Answer) -> None:
        super().__init__(f"{method} {path} answered {answer.status}: {answer.body.decode('utf-8', 'replace')[:800]}")
        self.answer = answer


class Client:
    """Calls to one PrintLab at `base_url`; `token` is sent once it is set by `log_in`."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.token: str | None = None

    def log_in(self, workstation_id: str, password: str) -> None:
        """Act as a workstation from now on."""
        login = {"workstation_id": workstation_id, "password": password}
        self.token = self.call("POST", "/auth/login", login)["token"]

    def call(self, method: str, path: str, body: object = None, *, expect: int = 200) -> Any:
        """A JSON call below /api/v1. Raises ApiError for any other status than `expect`."""
        answer = self.send(method, f"/api/v1{path}", body)
        if answer.status != expect:
            raise ApiError(method, path, answer)
        return answer.json()

    def send(self, method: str, url: str, body: object = None) -> Answer:
        """A call to any path of the origin, with `body` as JSON; answers whatever comes."""
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method != "GET" else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        content = None
        if body is not None or method == "POST":
            headers["Content-Type"] = "application/json"
            content = json.dumps(body or {}).encode()
        return self._exchange(method, url, content, headers)

    def store(self, post: dict[str, Any], file: Path) -> Answer:
        """Send a file by a presigned form, in pieces, as a browser does."""
        boundary = uuid.uuid4().hex
        head = "".join(_part(boundary, name, value) for name, value in post["fields"].items())
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="model"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        tail = f"\r\n--{boundary}--\r\n"
        length = len(head.encode()) + file.stat().st_size + len(tail)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(length),
        }
        return self._exchange("POST", post["url"], _pieces(head.encode(), file, tail.encode()), headers)

    def _exchange(
        self, method: str, url: str, body: bytes | Iterator[bytes] | None, headers: dict[str, str]
    ) -> Answer:
        target = urlsplit(urljoin(self.base_url + "/", url))
        secure = target.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(target.hostname or "", target.port, timeout=_TIMEOUT_S)
        try:
            path = target.path + (f"?{target.query}" if target.query else "")
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()


def _part(boundary: str, name: str, value: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def _pieces(head: bytes, file: Path, tail: bytes) -> Iterator[bytes]:
    yield head
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
    yield tail
