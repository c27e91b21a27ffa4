"""The zip around a sliced 3MF: some of its parts, each up to a limit."""

from __future__ import annotations

import struct
import zipfile
import zlib

from .errors import Unreadable, damaged, too_complex
from .source import Source, SourceFile

MAX_MEMBERS = 2_000
_ENCRYPTED = 0x1 | 0x40
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    IndexError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
)


class Package:
    """The parts of a package by name. Raises Unreadable."""

    def __init__(self, source: Source) -> None:
        _ = source.tail or source.head  # the directory is at the end; zipfile then finds it in memory
        try:
            self._zip = zipfile.ZipFile(SourceFile(source))
        except Unreadable:
            raise
        except _ZIP_ERRORS:
            raise damaged() from None
        if len(self._zip.infolist()) > MAX_MEMBERS:
            raise too_complex()

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return self._zip.namelist()

    def read(self, name: str, limit: int) -> bytes | None:
        """A whole part, None where there is none. Raises Unreadable when it is longer than `limit`."""
        data = self.beginning(name, limit + 1)
        if data is not None and len(data) > limit:
            raise too_complex()
        return data

    def beginning(self, name: str, length: int) -> bytes | None:
        """The first bytes of a part, None where there is none. Raises Unreadable."""
        try:
            member = self._zip.getinfo(name)
        except KeyError:
            return None
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _READABLE:
            raise damaged()
        try:
            with self._zip.open(member) as part:
                return part.read(length)
        except Unreadable:
            raise
        except _ZIP_ERRORS:
            raise damaged() from None
