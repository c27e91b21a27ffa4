"""G-code as text: the facts stand in comments near its beginning and its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from chalicelib.slicers.facts import Facts, of_comments

_HEAD, _TAIL = 64 << 10, 256 << 10


def read(file: BinaryIO, size: int) -> Facts:
    """What the comments say; at the end what was known when the slicer had finished."""
    file.seek(0)
    head = file.read(_HEAD)
    file.seek(max(_HEAD, size - _TAIL))
    tail = file.read(_TAIL)
    return of_comments(_comments(tail)).or_else(of_comments(_comments(head)))


def read_head(file: BinaryIO) -> Facts:
    """Only the beginning, of a stream that cannot jump."""
    return of_comments(_comments(file.read(_HEAD)))


def _comments(text: bytes) -> Iterator[str]:
    for line in text.decode("utf-8", "replace").splitlines():
        if line.startswith(";"):
            yield line[1:].strip()
