"""HTTP over connections that stay open: a handshake for each file would take longer than most files do."""

from __future__ import annotations

import base64
import http.client
import ssl
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

Body = bytes | Iterable[bytes] | None


class Wire:
    """Each thread has a connection of its own to each server; `timeout` in seconds."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._local = threading.local()
        self._tls = ssl.create_default_context()

    @contextmanager
    def asked(
        self, method: str, url: str, body: Body = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[HTTPResponse]:
        """The answer, whatever its status. Raises OSError and http.client.HTTPException.

        A question whose kept connection has ended meanwhile is asked again: to repeat any of ours is safe.
        """
        address = urlsplit(url)
        kept = self._kept()
        connection = kept.pop((address.scheme, address.netloc), None)
        proxy = _proxy(address)
        question = (method, *_question(address, proxy, dict(headers or {}), body))
        answer = _once_more(connection, question) if connection else None
        if connection is None or answer is None:
            connection = self._connected(address, proxy)
            answer = _answered(connection, question)
        try:
            yield answer
        finally:
            if answer.isclosed() and connection.sock is not None:  # read to its end, and not the last one
                kept[address.scheme, address.netloc] = connection
            else:
                connection.close()

    def _kept(self) -> dict[tuple[str, str], HTTPConnection]:
        if not hasattr(self._local, "connections"):
            self._local.connections = {}
        connections: dict[tuple[str, str], HTTPConnection] = self._local.connections
        return connections

    def _connected(self, address: SplitResult, proxy: SplitResult | None) -> HTTPConnection:
        near = proxy or address
        place, port = near.hostname or "", near.port
        if address.scheme != "https":
            return HTTPConnection(place, port, timeout=self._timeout)
        connection = HTTPSConnection(place, port, timeout=self._timeout, context=self._tls)
        if proxy:
            connection.set_tunnel(address.hostname or "", address.port or 443, _credentials(proxy))
        return connection


def _proxy(address: SplitResult) -> SplitResult | None:
    """The one that this PC is set up with, for this server."""
    named = getproxies().get(address.scheme)
    if not named or proxy_bypass(address.hostname or ""):
        return None
    return urlsplit(named if "://" in named else f"http://{named}")


def _question(
    address: SplitResult, proxy: SplitResult | None, headers: dict[str, str], body: Body
) -> tuple[str, Body, dict[str, str]]:
    """What is asked for: of a proxy the whole address, unless it is asked for a tunnel."""
    if proxy and address.scheme == "http":
        return address.geturl(), body, headers | _credentials(proxy)
    return address._replace(scheme="", netloc="").geturl() or "/", body, headers


def _credentials(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    text = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(text.encode()).decode("ascii")}


def _answered(connection: HTTPConnection, question: tuple[str, str, Body, dict[str, str]]) -> HTTPResponse:
    try:
        connection.request(*question)
        return connection.getresponse()
    except BaseException:
        connection.close()
        raise


def _once_more(
    connection: HTTPConnection, question: tuple[str, str, Body, dict[str, str]]
) -> HTTPResponse | None:
    """None when the server has let go of the connection, or when the body can be read only once."""
    if question[2] is not None and not isinstance(question[2], bytes):
        connection.close()
        return None
    try:
        return _answered(connection, question)
    except (ConnectionError, http.client.HTTPException):
        return None
