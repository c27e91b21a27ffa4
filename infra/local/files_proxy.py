"""/_files/<bucket>/<key>: the files bucket on the same origin as the pages.

Presigned URLs and upload forms are signed for the store's own address, which only this machine can reach. The
application puts this prefix in its place; here the request goes on to the store with the address that was
signed. Nothing passes without a signature, and it is the store that checks it.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from infra.local.answers import Answer, Environ, problem

PREFIX = "/_files"
_CHUNK = 256 * 1024
# An upload form has its policy and signature before the file, within the first few kilobytes.
_FORM_HEAD = 64 * 1024
# What the store needs of a request, and what a browser needs of its answer. No cookie, no Authorization.
_REQUEST_HEADERS = ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH")
_ANSWER_HEADERS = (
    "Content-Type", "Content-Length", "Content-Range", "Content-Disposition", "Content-Encoding",
    "Accept-Ranges", "ETag", "Last-Modified", "Location", "Cache-Control",
)  # fmt: skip
# A stored file comes from a student and must never act as a page of ours.
_HARMLESS = {"Content-Security-Policy": "default-src 'none'; sandbox"}


class Readable(Protocol):
    """A stream as far as it is used here."""

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes or fewer, empty at the end."""


class FilesProxy:
    """Passes signed requests for one bucket to the store."""

    def __init__(self, store: str, bucket: str) -> None:
        """`store` is the address that URLs are signed for, e.g. "http://127.0.0.1:4566"."""
        self._host = urlsplit(store).netloc
        self._bucket = bucket

    def handle(self, environ: Environ) -> Answer:
        """Answer one request below the prefix."""
        target = environ["REQUEST_URI"].removeprefix(PREFIX)
        path, _, query = target.partition("?")
        if path.split("/")[1:2] != [self._bucket] or {".", ".."} & set(path.split("/")):
            return problem(404, "not_found", "There is no such file.")
        body: Readable = environ["wsgi.input"]
        if environ["REQUEST_METHOD"] == "POST":
            head = body.read(_FORM_HEAD)
            signed = b'name="policy"' in head and b'name="x-amz-signature"' in head.lower()
            body = _Joined(head, body)
        else:
            signed = "X-Amz-Signature" in parse_qs(query)
        if not signed or environ["REQUEST_METHOD"] not in ("GET", "HEAD", "PUT", "POST"):
            return problem(403, "forbidden", "Files are only handed out by signed addresses.")
        return self._forward(environ, target, body)

    def _forward(self, environ: Environ, target: str, body: Readable) -> Answer:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").title(): environ[name]
            for name in _REQUEST_HEADERS
            if environ.get(name)
        }
        connection = http.client.HTTPConnection(self._host, timeout=60, blocksize=_CHUNK)
        try:
            connection.request(
                environ["REQUEST_METHOD"], target, body if "Content-Length" in headers else None, headers
            )
            response = connection.getresponse()
        except OSError:
            connection.close()
            return problem(503, "files_unavailable", "The file store does not answer.")
        kept = {name: value for name in _ANSWER_HEADERS if (value := response.getheader(name))}
        return Answer(response.status, kept | _HARMLESS, _stream(connection, response))


class _Joined:
    """Bytes already read, followed by the rest of their stream."""

    def __init__(self, head: bytes, rest: Readable) -> None:
        self._head = head
        self._rest = rest

    def read(self, size: int = -1, /) -> bytes:
        """The next `size` bytes or fewer; at first all of the head, whatever `size` says."""
        head, self._head = self._head, b""
        return head or self._rest.read(_CHUNK if size < 0 else size)


def _stream(connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := response.read(_CHUNK):
            yield chunk
    finally:
        connection.close()
