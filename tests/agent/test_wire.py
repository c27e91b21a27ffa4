"""Connections stay open, and what ends them meanwhile is nobody's trouble."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agent import wire
from agent.wire import Wire


class _Server(ThreadingHTTPServer):
    """Counts connections, keeps what it was asked; `lets_go` ends each after its answer, without a word."""

    daemon_threads = True
    connections = 0
    lets_go = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str, bytes]] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, body))
        self.server.headers.append(dict(self.headers))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")
        self.close_connection = self.server.lets_go

    def do_POST(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        """As a proxy that leads nowhere."""
        self.server.headers.append(dict(self.headers))
        self.server.asked.append((self.command, self.path, b""))
        self.send_response(200)
        self.end_headers()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[_Server]:
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    monkeypatch.setattr(wire, "getproxies", dict)
    with _serving() as running:
        yield running


def _read(asking: Wire, url: str, body: Any = None) -> bytes:
    headers = {"Content-Length": "3"} if body and not isinstance(body, bytes) else {}
    with asking.asked("POST" if body else "GET", url, body, headers) as answer:
        return answer.read()


def test_one_connection_for_many_questions(server: _Server) -> None:
    asking = Wire(10)
    for number in range(5):
        assert _read(asking, f"{server.url}/file?{number}") == b"ok"
    assert [path for _, path, _ in server.asked] == [f"/file?{number}" for number in range(5)]
    assert server.connections == 1


def test_a_connection_that_ended_meanwhile_is_made_anew(server: _Server) -> None:
    asking = Wire(10)
    server.lets_go = True
    for body in (None, b"abc", iter([b"abc"]), None):
        assert _read(asking, server.url, body) == b"ok"
    assert [body for _, _, body in server.asked] == [b"", b"abc", b"abc", b""]
    assert server.connections == 4


def test_a_body_that_can_be_read_once_is_sent_once(server: _Server) -> None:
    asking = Wire(10)
    _read(asking, server.url)
    _read(asking, server.url, iter([b"ab", b"c"]))
    assert server.asked[-1][2] == b"abc"
    assert server.connections == 2, "not over a connection that may have ended"


def test_an_answer_that_is_not_read_to_its_end_ends_its_connection(server: _Server) -> None:
    asking = Wire(10)
    with asking.asked("GET", server.url) as answer:
        answer.read(1)
    assert _read(asking, server.url) == b"ok"
    assert server.connections == 2


def test_who_is_not_there(server: _Server) -> None:
    asking = Wire(10)
    _read(asking, server.url)
    server.shutdown()
    server.server_close()
    with pytest.raises(OSError, match="refused"), asking.asked("GET", "http://127.0.0.1:9/"):
        pass


@pytest.mark.parametrize("named", ["http://us%65r:p%40ss@{}", "us%65r:p%40ss@{}"])
@pytest.mark.parametrize(
    ("url", "first"),
    [
        ("http://print.example.edu/api?q", ("GET", "http://print.example.edu/api?q")),
        ("https://print.example.edu/api?q", ("CONNECT", "print.example.edu:443")),
    ],
)
def test_through_the_proxy_of_this_pc(
    server: _Server, monkeypatch: pytest.MonkeyPatch, named: str, url: str, first: tuple[str, str]
) -> None:
    place = named.format(f"127.0.0.1:{server.server_port}")
    monkeypatch.setattr(wire, "getproxies", lambda: {"http": place, "https": place})
    monkeypatch.setattr(wire, "proxy_bypass", lambda host: host == "127.0.0.1")
    if first[0] == "GET":
        assert _read(Wire(10), url) == b"ok"
    else:  # behind the tunnel nobody speaks TLS here
        with pytest.raises(OSError, match=r"SSL|closed|reset"):
            _read(Wire(10), url)
    assert server.asked[0][:2] == first
    sent = server.headers[0]["Proxy-Authorization"]
    assert base64.b64decode(sent.removeprefix("Basic ")) == b"user:p@ss"
    assert _read(Wire(10), f"{server.url}/direct") == b"ok"
    assert server.asked[-1][:2] == ("GET", "/direct")
    assert "Proxy-Authorization" not in server.headers[-1]
