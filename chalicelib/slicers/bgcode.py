"""Binary G-code: blocks, of which the first hold the facts as "name=value" lines.

https://github.com/prusa3d/libbgcode/blob/main/doc/specifications.md
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from chalicelib.slicers.facts import Facts, of_comments

_MAGIC = b"GCDE"
_FILE_HEADER = struct.Struct("<4sIH")
_BLOCK_HEADER = struct.Struct("<HHI")
_CRC32 = 1
_GCODE, _THUMBNAIL = 1, 5
_PLAIN, _DEFLATE = 0, 1
_MOST_BLOCKS = 50
_MOST_TEXT = 1 << 20


def read(file: BinaryIO, size: int) -> Facts:
    """What the metadata blocks before the first G-code say."""
    file.seek(0)
    header = file.read(_FILE_HEADER.size)
    if len(header) < _FILE_HEADER.size:
        return Facts()
    magic, _, checksum = _FILE_HEADER.unpack(header)
    if magic != _MAGIC:
        return Facts()
    texts = _metadata(file, size, 4 if checksum == _CRC32 else 0)
    return of_comments(line for text in texts for line in text.decode("utf-8", "replace").splitlines())


def _metadata(file: BinaryIO, size: int, checksum_bytes: int) -> Iterator[bytes]:
    position = _FILE_HEADER.size
    for _ in range(_MOST_BLOCKS):
        file.seek(position)
        header = file.read(_BLOCK_HEADER.size + 4)
        if len(header) < _BLOCK_HEADER.size + 4:
            return
        kind, packing, length = _BLOCK_HEADER.unpack_from(header)
        if kind == _GCODE:
            return
        start = position + _BLOCK_HEADER.size
        if packing != _PLAIN:
            start, length = start + 4, struct.unpack_from("<I", header, _BLOCK_HEADER.size)[0]
        start += 6 if kind == _THUMBNAIL else 2  # its format and sides, or the encoding of the text
        position = start + length + checksum_bytes
        if kind != _THUMBNAIL and packing in {_PLAIN, _DEFLATE} and length <= _MOST_TEXT and start < size:
            file.seek(start)
            yield _unpacked(file.read(length), packing)


def _unpacked(data: bytes, packing: int) -> bytes:
    if packing == _PLAIN:
        return data
    try:
        return zlib.decompressobj().decompress(data, _MOST_TEXT)
    except zlib.error:
        return b""
