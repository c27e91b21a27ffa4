"""How far a large download has come, for whoever watches the terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TextIO

_WIDTH = 30


class Progress(Protocol):
    """Told by the engine what comes and what has come."""

    def start(self, files: int, size: int) -> None:
        """So much will come."""

    def watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, counted as they pass."""

    def arrived(self) -> None:
        """A file is in its place."""

    def end(self) -> None:
        """Nothing comes any more."""


class Silent:
    """Nobody watches."""

    def start(self, files: int, size: int) -> None:
        """Say nothing."""

    def watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces."""
        yield from pieces

    def arrived(self) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Bar:
    """One line that is written over: files, bytes, and about how long it still takes."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._files = self._size = self._arrived = self._bytes = 0
        self._began = self._shown = 0.0

    def start(self, files: int, size: int) -> None:
        """So much will come."""
        self._files, self._size, self._arrived, self._bytes = files, size, 0, 0
        self._began, self._shown = time.monotonic(), 0.0

    def watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, counted as they pass."""
        for piece in pieces:
            with self._lock:
                self._bytes += len(piece)
                self._show()
            yield piece

    def arrived(self) -> None:
        """A file is in its place."""
        with self._lock:
            self._arrived += 1
            self._show()

    def end(self) -> None:
        """Leave the last state on the screen."""
        if self._files:
            self._show(always=True)
            self._out.write("\n")

    def _show(self, *, always: bool = False) -> None:
        now = time.monotonic()
        if always or now - self._shown > 0.1:
            self._shown = now
            self._out.write("\r" + self.line(now - self._began))
            self._out.flush()

    def line(self, seconds: float) -> str:
        """E.g. "[#####     ] 120/240 files, 1.2 of 2.4 GB, 40 s left"."""
        share = min(1.0, self._bytes / self._size) if self._size else 1.0
        bar = "#" * int(share * _WIDTH)
        left = f", {seconds / share - seconds:.0f} s left" if 0.01 < share < 1 else ""
        done, all_ = self._bytes / 1e9, self._size / 1e9
        return f"[{bar:<{_WIDTH}}] {self._arrived}/{self._files} files, {done:.1f} of {all_:.1f} GB{left}   "
