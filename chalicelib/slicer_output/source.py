"""A file that is read in ranges: its beginning, its end, and little else."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cached_property

from .errors import damaged, too_complex

WINDOW = 1 << 20
"""What is read of each end, in bytes."""
MAX_READ = 6 << 20
"""What is read of one file in all."""
_CHUNK = 128 << 10
"""The least that is read elsewhere: each read of a stored file is a request."""


class Source:
    """A file of `size` bytes; `read(start, length)` answers exactly these bytes of it."""

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        self.size = size
        self._read = read
        self._left = MAX_READ
        self._chunk = (0, b"")

    @classmethod
    def of(cls, data: bytes) -> Source:
        """A file that is in memory."""
        return cls(len(data), lambda start, length: data[start : start + length])

    @property
    def whole(self) -> bool:
        """Whether beginning and end are all of it."""
        return self.size <= 2 * WINDOW

    @cached_property
    def head(self) -> bytes:
        """The beginning; of a small file all of it, so that one read is enough."""
        return self._fetch(0, self.size if self.whole else WINDOW)

    @cached_property
    def tail(self) -> bytes:
        """The end, without what `head` has."""
        return b"" if self.whole else self._fetch(self.size - WINDOW, WINDOW)

    def at(self, start: int, length: int) -> bytes:
        """Any bytes of the file, fewer at its end."""
        end = min(start + length, self.size)
        if start < 0 or start >= end:
            return b""
        for begins, known in self._known():
            if begins <= start and end <= begins + len(known):
                return known[start - begins : end - begins]
        self._chunk = start, self._fetch(start, min(max(end - start, _CHUNK), self.size - start))
        return self._chunk[1][: end - start]

    def _known(self) -> list[tuple[int, bytes]]:
        windows = [("head", 0), ("tail", self.size - WINDOW)]
        read = [(start, self.__dict__[name]) for name, start in windows if name in self.__dict__]
        return [*read, self._chunk]

    def _fetch(self, start: int, length: int) -> bytes:
        self._left -= length
        if self._left < 0:
            raise too_complex()
        data = self._read(start, length)
        if len(data) != length:
            raise damaged()
        return data


class SourceFile(io.RawIOBase):
    """A source as the file object that zipfile wants."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Where the next read begins."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to another place. Raises OSError before the beginning, as files do."""
        place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._source.size}[whence]
        if place < 0:
            raise OSError("before the beginning of the file")
        self._place = place
        return place

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""
        data = self._source.at(self._place, size if size >= 0 else self._source.size)
        self._place += len(data)
        return data
