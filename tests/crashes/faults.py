"""Faults in the application's calls to AWS, by botocore's own event hooks: no code of ours is replaced.

`before-call` runs before anything is sent, `after-call` when the answer is there; an exception from either
reaches the application without the client having tried again, as when all its tries were in vain.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, TypeVar
from urllib.parse import urlsplit

from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from chalicelib.aws import files, queues
from chalicelib.aws.table import connection

# All points at which something may go wrong are tried, or each n-th where time is short.
_EVERY = int(os.environ.get("CRASH_EVERY", "1"))

Point = TypeVar("Point")

_READS = ("Get", "Head", "List", "Query", "Scan", "BatchGet")


class Killed(BaseException):
    """The process is gone. From here on it makes no call, whatever `finally` it passes on its way out."""


def chosen(points: Sequence[Point]) -> Sequence[Point]:
    """Those of the points that are tried."""
    return points[::_EVERY]


@dataclass(frozen=True)
class AwsCall:
    """One call of the application. `request` is what botocore is about to send."""

    number: int
    service: str
    operation: str
    request: dict[str, Any]

    @property
    def changes(self) -> bool:
        """True when it may have an effect."""
        return not self.operation.startswith(_READS)

    def __str__(self) -> str:
        return f"{self.number}:{self.operation}"


class Fault:
    """Something that happens to calls."""

    def before(self, call: AwsCall) -> Any:
        """Raise, or answer (http response, parsed) in place of AWS."""

    def sending(self, call: AwsCall, request: Any) -> Any:
        """Raise as the network would, or answer an AWSResponse; every try of the client comes here."""

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """Raise: the effect is there, the answer is lost."""


class Faults:
    """The hooks on the clients of the application; `calls` lists what went through them since with_()."""

    def __init__(self) -> None:
        self.calls: list[AwsCall] = []
        self._fault: Fault | None = None
        self._current = threading.local()
        for client in (files.client(), queues.client(), connection().client):
            hooks = client.meta.events
            hooks.register("before-call", self._before)
            hooks.register("before-send", self._sending)
            hooks.register("after-call", self._after)
            service = client.meta.service_model.service_id.hyphenize()
            # As specific as the client's own handler, or that one would be asked first.
            hooks.register_first(f"needs-retry.{service}", self._at_once)  # type: ignore[arg-type]

    @contextmanager
    def with_(self, fault: Fault) -> Iterator[list[AwsCall]]:
        """Let `fault` happen inside the block, and list the calls."""
        self.calls = []
        self._fault = fault
        try:
            yield self.calls
        finally:
            self._fault = None

    def _before(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        if self._fault is None:
            return None
        call = AwsCall(len(self.calls), model.service_model.service_name, model.name, params)
        self.calls.append(call)
        self._current.call = call
        return self._fault.before(call)

    def _sending(self, request: Any, **_: Any) -> Any:
        return self._fault.sending(self._current.call, request) if self._fault else None

    def _after(self, parsed: dict[str, Any], **_: Any) -> None:
        if self._fault is not None:
            self._fault.after(self._current.call, parsed)

    def _at_once(self, caught_exception: Exception | None, **_: Any) -> int | None:
        """Where the network failed by our doing, the client need not wait before it tries again."""
        return 0 if isinstance(caught_exception, ConnectionClosedError) else None


class Nothing(Fault):
    """Only watch."""


@dataclass
class Fails(Fault):
    """Call `at` fails: before it took effect, or its answer is lost."""

    at: int
    when: str

    def before(self, call: AwsCall) -> None:
        """Fail without an effect."""
        if self.when == "before" and call.number == self.at:
            raise ReadTimeoutError(endpoint_url="injected")

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """Fail with the effect."""
        if self.when == "after" and call.number == self.at:
            raise ReadTimeoutError(endpoint_url="injected")


@dataclass
class Dies(Fault):
    """The process is killed just before call `at`, which is just after the one before."""

    at: int

    def before(self, call: AwsCall) -> None:
        """No call from here on."""
        if call.number >= self.at:
            raise Killed


@dataclass
class DiesAtEffect(Fault):
    """The process is killed just before the change number `at` that it makes."""

    at: int
    made: int = 0

    def before(self, call: AwsCall) -> None:
        """No call from there on."""
        if self.made >= self.at:
            raise Killed
        self.made += call.changes


@dataclass
class AnsweredTwice(Fault):
    """The answer to the first try of call `at` is lost, and the client itself tries again."""

    at: int
    _lost: bool = False

    def sending(self, call: AwsCall, request: Any) -> None:
        """Let the request take effect, then break the connection."""
        if call.number == self.at and not self._lost:
            self._lost = True
            _send(request)
            raise ConnectionClosedError(endpoint_url=request.url)


def _send(request: Any) -> None:
    """Send a prepared request of botocore, as it stands."""
    url = urlsplit(request.url)
    connection = HTTPConnection(url.netloc, timeout=30)
    path = url.path + (f"?{url.query}" if url.query else "")
    headers = {
        name: value if isinstance(value, str) else value.decode() for name, value in request.headers.items()
    }
    connection.request(request.method, path, request.body, headers)
    connection.getresponse().read()
    connection.close()
    request.reset_stream()


@dataclass
class Meanwhile(Fault):
    """Just before call `at`, `other` happens, all of it."""

    at: int
    other: Callable[[], Any]
    result: Any = None

    def before(self, call: AwsCall) -> None:
        """Let the other one go first, in a thread of its own as on AWS it is another process."""
        if call.number == self.at:
            self.at = -1  # the calls of the other one pass through here, too
            thread = threading.Thread(target=self._run)
            thread.start()
            thread.join()

    def _run(self) -> None:
        self.result = self.other()
