"""ministack with state that survives a kill, as a process of its own: `python -m infra.local.emulator`.

Stock ministack writes its state only on a clean exit, while the objects of S3 reach the disk at once: after
a kill the tables would be older than the files they speak of. Here every write to DynamoDB is put into a
journal before its caller gets the answer, a snapshot of everything follows every few seconds, and a restart
loads the last snapshot and replays the journal. What a kill can still lose is queue messages of the last
seconds, which the outbox sends again.

The parent talks to this process through its standard streams: the lines "ready" and "snapshot <number>" come
out; a line "snapshot" in asks for one now; the end of input, which is also what a killed parent leaves
behind, stops it. Private names of ministack are used below, hence the pinned version.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import ministack.app
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypercorn.asyncio import serve
from hypercorn.config import Config, Sockets
from ministack.core import persistence

from infra.local.generations import Generations, InUse
from infra.local.ports import listen

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_READS = ("Get", "List", "Describe", "Query", "Scan", "BatchGet", "TransactGet", "ReceiveMessage")
_SNAPSHOT_EVERY_S = 5.0
# A snapshot stops the world for a moment; it may take at most this share of the time.
_SNAPSHOT_SHARE = 0.002


class Emulator:
    """The ASGI application around ministack's: journals writes, takes snapshots, guards the admin pages."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._changed = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """One HTTP request or the lifespan of the server."""
        if scope["type"] == "lifespan":
            await ministack.app.app(scope, receive, self._restoring(send))
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    def _restoring(self, send: Send) -> Send:
        """Replay the journal once ministack has loaded the snapshot, before the first request."""

        errors = _Errors()
        logging.getLogger().addHandler(errors)
        persistence.STATE_DIR = str(self._generations.path)

        async def restored(message: Message) -> None:
            if message["type"] == "lifespan.startup.complete":
                # From here on only snapshot() saves: what ministack does at its exit is not atomic.
                persistence.PERSIST_STATE = False
                logging.getLogger().removeHandler(errors)
                if errors.messages:
                    message = {"type": "lifespan.startup.failed", "message": "; ".join(errors.messages)}
                else:
                    for line in self._generations.lines():
                        await _replay(line)
                    print("ready", flush=True)  # the port listens already
            await send(message)

        return restored

    async def _request(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/_") and scope["path"] != "/_ministack/health":
            # Reset, configuration and the like need no signature: any web page could call them.
            await _answer(send, 403)
            return
        service, _, action = _header(scope, b"x-amz-target").partition(".")
        if action.startswith(_READS) or (not action and scope["method"] in ("GET", "HEAD")):
            await ministack.app.app(scope, receive, send)
            return
        if service.startswith("DynamoDB_"):
            receive, send = self._journaling(action, receive, send)
        await ministack.app.app(scope, receive, send)
        self._changed = True

    def _journaling(self, action: str, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """Streams that put a write which succeeded into the journal before its answer goes out.

        ministack applies a write and answers it without giving way to another request in between, so the
        lines stand in the order in which the writes took effect.
        """
        body = bytearray()

        async def listening() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def recording(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                self._generations.append(json.dumps([action, body.decode()]).encode())
            await send(message)

        return listening, recording

    def snapshot(self, *, force: bool = False) -> float:
        """Write all state as a new generation if anything changed; seconds it took."""
        if not (self._changed or force):
            return 0.0
        started = time.perf_counter()
        self._changed = False
        try:
            self._generations.advance(_save)
        except Exception as error:  # the last snapshot and the journal still hold everything
            self._changed = True
            print(f"snapshot failed, the journal goes on: {error!r}", file=sys.stderr, flush=True)
        else:
            print(f"snapshot {self._generations.number}", flush=True)
        return time.perf_counter() - started

    async def keep_snapshots(self) -> None:
        """Take snapshots and sync the journal until cancelled."""
        took = 0.0
        while True:
            for _ in range(int(max(_SNAPSHOT_EVERY_S, took / _SNAPSHOT_SHARE))):
                await asyncio.sleep(1)
                self._generations.sync()
            took = self.snapshot()


class _Errors(logging.Handler):
    """Collects errors. ministack only logs a state it cannot load, and goes on without the tables in it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the text of `record`."""
        self.messages.append(record.getMessage())


def _save(directory: Path) -> None:
    """Write the state of every service in use as ministack itself would, but with its errors raised."""
    for service, state_of in ministack.app._build_persistence_save_dict().items():
        if (state := state_of()) is None:
            raise RuntimeError(f"no state of {service}")
        wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
        # In one piece: json.dump, which ministack uses, takes the encoder in Python, ten times slower.
        text = json.dumps(wrapped, default=persistence._json_default)
        (directory / f"{service}.json").write_text(text, encoding="utf-8")


async def _replay(line: bytes) -> None:
    """Send one journaled write to ministack again, signed anew."""
    action, body = json.loads(line)
    target = f"DynamoDB_20120810.{action}"
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.0"}
    request = AWSRequest("POST", "http://localhost/", headers, body.encode())
    credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    SigV4Auth(credentials, "dynamodb", os.environ["AWS_DEFAULT_REGION"]).add_auth(request)
    signed = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    scope = {
        "type": "http", "scheme": "http", "client": ("127.0.0.1", 0), "method": "POST", "path": "/",
        "raw_path": b"/", "query_string": b"", "headers": [(b"host", b"localhost"), *signed],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    async def send(message: Message) -> None:
        if message.get("status", 200) != 200:
            print(f"replay of {action}: status {message['status']}", file=sys.stderr, flush=True)

    await ministack.app.app(scope, receive, send)


def _header(scope: Message, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _listen(emulator: Emulator, stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    """Follow the parent's orders until it ends or dies."""
    with contextlib.suppress(RuntimeError):  # the loop ended first
        for line in sys.stdin:
            if line.strip() == "snapshot":
                loop.call_soon_threadsafe(lambda: emulator.snapshot(force=True))
        loop.call_soon_threadsafe(stop.set)


class _Config(Config):
    """A configuration of hypercorn for a socket that listens already."""

    def __init__(self, listener: socket.socket) -> None:
        super().__init__()
        self._listener = listener
        self.loglevel, self.keep_alive_timeout, self.graceful_timeout = "WARNING", 75, 1

    def create_sockets(self) -> Sockets:
        """What hypercorn asks for when it starts."""
        return Sockets([], [self._listener], [])


async def _main(generations: Generations, listener: socket.socket) -> None:
    emulator, stop = Emulator(generations), asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_listen, args=(emulator, stop, loop), daemon=True).start()
    snapshots = loop.create_task(emulator.keep_snapshots())
    await serve(emulator, _Config(listener), shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    snapshots.cancel()
    emulator.snapshot()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the parent decides
    try:
        state = Generations(Path(os.environ["PRINTLAB_EMULATOR_STATE"]))
    except InUse as other:
        sys.exit(f"PrintLab runs on this data: {other}")
    asyncio.run(_main(state, listen(int(os.environ["GATEWAY_PORT"]))))
    state.close()
