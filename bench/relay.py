"""A TCP relay that counts what passes: requests, and bytes in both directions."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, replace

from infra.local.ports import free_port, listen

_PIECE = 1 << 16


@dataclass(frozen=True)
class Traffic:
    """What has passed: `sent` to the server, `received` from it."""

    requests: int = 0
    sent: int = 0
    received: int = 0

    def __sub__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests - other.requests, self.sent - other.sent, self.received - other.received)

    def times(self, factor: float) -> Traffic:
        """So much for a longer while."""
        return Traffic(*(round(factor * each) for each in (self.requests, self.sent, self.received)))

    def __add__(self, other: Traffic) -> Traffic:
        return Traffic(self.requests + other.requests, self.sent + other.sent, self.received + other.received)


class Relay:
    """In front of a server on `port` of this machine. Requests are small: one begins with its first piece."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._listener = listen(free_port())
        self.port: int = self._listener.getsockname()[1]
        self.traffic = Traffic()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                for source, target, up in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._pass, args=(source, target, up), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                self._count(piece, up=up)
                target.sendall(piece)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def _count(self, piece: bytes, *, up: bool) -> None:
        head = piece.partition(b"\r\n")[0] if up else b""
        with self._lock:
            seen = self.traffic
            self.traffic = replace(
                seen,
                requests=seen.requests + head.endswith(b" HTTP/1.1"),
                sent=seen.sent + (len(piece) if up else 0),
                received=seen.received + (0 if up else len(piece)),
            )
