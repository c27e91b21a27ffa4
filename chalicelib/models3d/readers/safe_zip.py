"""The zip around a 3MF model, opened without trust: nothing is extracted, everything is counted."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from ..errors import EXPORT_AGAIN, ModelRefused

MAX_MEMBERS = 10_000
MAX_DECLARED_BYTES = 1 << 30
MAX_READ_BYTES = 320 << 20
"""Two million triangles are about 220 MB of XML."""
MAX_RATIO = 250
_RATIO_MATTERS_FROM = 1 << 20
_CHUNK = 1 << 18
_DIRECTORY_ENTRY = re.compile(rb"PK\x01\x02")
_ENCRYPTED_FLAGS = 0x1 | 0x40
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
    OverflowError,
)


class Package:
    """The parts of a 3MF file by name, as streams. Raises ModelRefused for anything suspicious."""

    def __init__(self, data: bytes | memoryview) -> None:
        if data[:4] != b"PK\x03\x04":
            raise ModelRefused("not_3mf", f"This is not a 3MF file, only its name says so. {EXPORT_AGAIN}")
        _refuse_many_members(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _ZIP_ERRORS:
            raise damaged_zip() from None
        self._members: dict[str, zipfile.ZipInfo] = {}
        for member in self._zip.infolist():
            _check_member(member)
            if self._members.setdefault(member.filename.lower(), member) is not member:
                raise damaged_zip()
        if sum(member.file_size for member in self._members.values()) > MAX_DECLARED_BYTES:
            raise _zip_bomb()
        self._left = MAX_READ_BYTES

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._members

    def stream(self, part: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, in small pieces; all parts together are limited."""
        member = self._members[part.lower()]
        try:
            with self._zip.open(member) as source:
                while piece := source.read(_CHUNK):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise _zip_bomb()
                    yield piece
        except _ZIP_ERRORS:
            raise damaged_zip() from None


def part_name(reference: str) -> str:
    """A reference from inside the package ("/3D/a%20b.model") as a member's name."""
    name = unquote(reference).removeprefix("/")
    _check_name(name)
    return name


def _refuse_many_members(data: bytes | memoryview) -> None:
    """Counts directory entries by their signature: zipfile itself would build an object for each first."""
    for number, _ in enumerate(_DIRECTORY_ENTRY.finditer(data)):
        if number >= MAX_MEMBERS:
            raise _zip_bomb()


def _check_member(member: zipfile.ZipInfo) -> None:
    _check_name(member.orig_filename)
    if member.flag_bits & _ENCRYPTED_FLAGS:
        raise ModelRefused(
            "encrypted",
            "The 3MF file is protected with a password. Save it without protection and upload it again.",
        )
    if member.compress_type not in _READABLE:
        raise ModelRefused(
            "unsupported_compression",
            "The 3MF file is packed in a way that 3D printing programs do not read. "
            "Save it again from your design or slicing program rather than with an archive program.",
        )
    large = member.file_size > _RATIO_MATTERS_FROM
    if large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise _zip_bomb()


def _check_name(name: str) -> None:
    """Nothing is extracted here, but slicers later open the same file."""
    unprintable = any(ord(c) < 32 or ord(c) == 127 for c in name)
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or unprintable:
        raise ModelRefused(
            "unsafe_path",
            "The 3MF file contains a file name that would be written outside of its own folder. "
            f"Such a file is not accepted. {EXPORT_AGAIN}",
        )


def damaged_zip() -> ModelRefused:
    """The refusal for a zip that cannot be read."""
    return ModelRefused(
        "damaged",
        f"The 3MF file is damaged or cut off. Perhaps a copy or download was interrupted. {EXPORT_AGAIN}",
    )


def _zip_bomb() -> ModelRefused:
    return ModelRefused(
        "zip_bomb",
        "The 3MF file unpacks to far more data than any printable model has. It is not accepted. "
        "Reduce the model (decimate it, remove images and extra parts) and export it again.",
    )
