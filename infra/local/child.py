"""A child process that never outlives its parent, on any operating system.

The child reads its standard input until the end and then stops. The kernel closes our end of that pipe when
we end, however we end, so that even after kill -9 nothing stays behind.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

# A log that is longer when a child starts begins anew.
_LOG_BYTES = 1_000_000


class ChildFailed(Exception):
    """A child process ended, or stayed silent, when it was needed; the message says what it wrote last."""


class Child:
    """One running child; its error output goes on in the file `log`, its output lines to wait_for()."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        _make_room(log)
        with log.open("ab") as errors:
            self._log_begin = errors.tell()
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                umask=0o077,  # whatever command starts it: what it keeps is for this user only
                # Ctrl-C goes to every process of the terminal's group; we tell the children, in order.
                start_new_session=sys.platform != "win32",
                creationflags=0x00000200 if sys.platform == "win32" else 0,  # CREATE_NEW_PROCESS_GROUP
            )
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, name=f"{name}-output", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.strip())
        self._lines.put(None)

    def wait_for(self, prefix: str, timeout_s: float = 60) -> str:
        """The next line that starts with `prefix`; raises ChildFailed when there will be none."""
        while True:
            try:
                line = self._lines.get(timeout=timeout_s)
            except queue.Empty:
                raise ChildFailed(f"{self.name} did not say '{prefix}' within {timeout_s:.0f} s") from None
            if line is None:
                self._lines.put(None)
                raise ChildFailed(f"{self.name} ended:\n{self._tail()}")
            if line.startswith(prefix):
                return line

    def tell(self, line: str) -> None:
        """Send one line to the child."""
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def died(self) -> str | None:
        """Why the child is gone, None while it runs."""
        code = self._process.poll()
        return None if code is None else f"{self.name} ended with code {code}:\n{self._tail()}"

    def stop(self, timeout_s: float = 30) -> None:
        """End its input and wait for it; kill it if it does not end in time."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a crash would, with all that it started."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _tail(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._log_begin)
            return "\n".join(log.read().decode(errors="replace").splitlines()[-20:])


def _make_room(log: Path) -> None:
    """Put a log aside that has grown, in the place of the one before."""
    with contextlib.suppress(OSError):  # there is none yet; or Windows, where another process writes to it
        if log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_name(f"{log.name}.1"))
