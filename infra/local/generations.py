"""State on disk that is whole at every moment: snapshots with a journal of what came after.

    <directory>/CURRENT       the name of the generation that counts, e.g. "7"
    <directory>/7/*.json      a snapshot, complete before CURRENT named it
    <directory>/7/journal     every write since, one line each, appended before its caller got an answer

A kill at any point leaves CURRENT on a whole generation: a half-written snapshot is a directory that nothing
names, a half-written line is a write that nobody was told about. Both are dropped at the next start.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

# A process that was told to end may still be writing its last snapshot.
_LOCK_PATIENCE_S = 15


class InUse(Exception):
    """Another process works in the same directory."""


class Generations:
    """The generations in one directory. Not thread-safe: its owner calls it from one thread."""

    def __init__(self, directory: Path) -> None:
        """Open what the last run left, or begin with an empty generation; raises InUse."""
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(directory / "LOCK")
        current = directory / "CURRENT"
        self._number = int(current.read_text()) if current.exists() else 0
        for leftover in directory.iterdir():
            if leftover.is_dir() and leftover != self.path:
                shutil.rmtree(leftover)
        self.path.mkdir(exist_ok=True)
        self._journal = _open_journal(self.path / "journal")

    @property
    def number(self) -> int:
        """How many snapshots were taken so far."""
        return self._number

    @property
    def path(self) -> Path:
        """The directory of the generation that counts."""
        return self._directory / str(self._number)

    def append(self, line: bytes) -> None:
        """Add one write to the journal. When this returns, a kill of the process no longer loses it."""
        if b"\n" in line:
            raise ValueError("a journal line must not contain a line break")
        self._journal.write(line + b"\n")
        self._journal.flush()

    def sync(self) -> None:
        """Bring the journal to the disk itself, so that a power cut does not lose it either."""
        os.fsync(self._journal.fileno())

    def lines(self) -> Iterator[bytes]:
        """The journal of the current generation, oldest first."""
        with (self.path / "journal").open("rb") as journal:
            for line in journal:
                yield line.removesuffix(b"\n")

    def advance(self, save: Callable[[Path], None]) -> None:
        """Begin a new generation with the snapshot that `save` writes into the directory it is given.

        When `save` fails, its error is raised and the old generation with its journal still counts.
        """
        before, number = self.path, self._number + 1
        after = self._directory / str(number)
        after.mkdir()
        try:
            save(after)
        except BaseException:
            shutil.rmtree(after)
            raise
        for file in after.iterdir():
            _fsync(file)
        journal = _open_journal(after / "journal")
        _replace(self._directory / "CURRENT", str(number))
        self._journal.close()
        self._journal, self._number = journal, number
        shutil.rmtree(before)

    def close(self) -> None:
        """Let go of the directory."""
        self._journal.close()
        self._lock.close()


def _lock(path: Path) -> BinaryIO:
    """An open file that holds the lock `path` until it is closed or its process ends."""
    file = path.open("ab")
    deadline = time.monotonic() + _LOCK_PATIENCE_S
    while True:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                file.close()
                raise InUse(f"another process works in {path.parent}") from None
            time.sleep(0.1)
        else:
            return file


def _open_journal(path: Path) -> BinaryIO:
    """The journal at `path`, positioned after its last whole line; a torn last line is cut off."""
    journal = path.open("a+b")
    journal.seek(0)
    whole = sum(len(line) for line in journal if line.endswith(b"\n"))
    journal.truncate(whole)
    return journal


def _replace(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader sees the old content or the new, nothing between."""
    new = path.with_suffix(".new")
    new.write_text(text)
    _fsync(new)
    new.replace(path)


def _fsync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
