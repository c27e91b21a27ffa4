"""What the slicer outputs of a job say of the print, read from the store a piece at a time."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from chalicelib import slicers
from chalicelib.aws import files
from chalicelib.aws.files import StoredFile
from chalicelib.domain import filenames
from chalicelib.slicers import Facts

log = logging.getLogger(__name__)

# The newest: who saves more has found out what the others say.
MAX_FILES = 12
_AT_ONCE = 6
_PIECE = 256 << 10
_MOST_BYTES = 8 << 20


def facts_of(stored: Iterable[StoredFile]) -> dict[str, Facts]:
    """The facts by file name, of the newest files; a file that cannot be read or says nothing has none."""
    readable = [file for file in stored if filenames.extension(file.name) in slicers.READABLE]
    newest = sorted(readable, key=lambda file: file.modified_at, reverse=True)[:MAX_FILES]
    if not newest:
        return {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = zip(newest, pool.map(_facts, newest), strict=True)
        return {file.name: facts for file, facts in found if facts}


def _facts(file: StoredFile) -> Facts | None:
    try:
        return _read(file.key, file.etag, file.size)
    except files.Missing:  # it moved on with its job, or was saved again
        return None
    except _TooMuch:
        log.info("slicer output not read", extra={"size": file.size})
        return None


@lru_cache(maxsize=512)
def _read(key: str, etag: str, size: int) -> Facts | None:
    """Remembered: what has this ETag never changes."""
    stream = io.BufferedReader(_Ranges(key, etag, size), _PIECE)
    return slicers.read(stream, size, filenames.extension(key))


class _TooMuch(Exception):
    """The file wants more of itself to be read than any honest one does."""


class _Ranges(io.RawIOBase):
    """An object as a file that can be read anywhere."""

    def __init__(self, key: str, etag: str, size: int) -> None:
        super().__init__()
        self._key, self._etag, self._size = key, etag, size
        self._position = self._taken = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Nothing is read for it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """One request for what is asked for."""
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        self._taken += wanted
        if self._taken > _MOST_BYTES:
            raise _TooMuch
        piece = files.read_range(self._key, self._etag, self._position, wanted)
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
