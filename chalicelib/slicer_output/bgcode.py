"""Binary G-code: https://github.com/prusa3d/libbgcode/blob/main/doc/specifications.md.

Blocks of metadata stand before the first block of G-code; nothing behind that is read.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import partial

from . import heatshrink
from .dialects import prusa
from .errors import damaged, too_complex
from .facts import SlicerFacts
from .pictures import largest
from .source import Source

MAX_BLOCKS = 64
MAX_METADATA_BYTES = 512 << 10
"""Of one block, unpacked. Slicers write a tenth of that."""
_FILE = struct.Struct("<4sIH")
_HEADER = struct.Struct("<HHI")
_SIZE = struct.Struct("<I")
_CRC = struct.Struct("<I")
_PNG_FORMAT = 0
_PARAMETER_BYTES = {True: 6, False: 2}


class Kind(IntEnum):
    """What a block holds."""

    FILE_METADATA = 0
    GCODE = 1
    SLICER_METADATA = 2
    PRINTER_METADATA = 3
    PRINT_METADATA = 4
    THUMBNAIL = 5


@dataclass(frozen=True)
class Block:
    """A block as it lies in the file; `data` is still packed."""

    kind: Kind
    compression: int
    unpacked_size: int
    parameters: bytes
    data: bytes


_heatshrink = partial(heatshrink.decompress, lookahead=4)
_METADATA = (Kind.FILE_METADATA, Kind.SLICER_METADATA, Kind.PRINTER_METADATA, Kind.PRINT_METADATA)


def facts(source: Source) -> SlicerFacts:
    """What a .bgcode file tells. Raises Unreadable."""
    values: dict[str, str] = {}
    pictures: list[bytes] = []
    for block in _blocks(source):
        if block.kind in _METADATA:
            values.update(_pairs(_unpacked(block)))
        elif block.kind is Kind.THUMBNAIL and block.parameters[:2] == _PNG_FORMAT.to_bytes(2, "little"):
            pictures.append(block.data)
    name, _, version = values.get("producer", "").partition(" ")
    return replace(
        prusa.told(values),
        slicer=name or None,
        slicer_version=version.partition("+")[0] or None,
        thumbnail=largest(pictures),
    )


def _blocks(source: Source) -> Iterator[Block]:
    head = source.head
    if len(head) < _FILE.size:
        raise damaged()
    magic, version, checksum = _FILE.unpack_from(head)
    if magic != b"GCDE" or version != 1 or checksum > 1:
        raise damaged()
    place = _FILE.size
    for _ in range(MAX_BLOCKS):
        if place >= source.size:
            return
        block, place = _block(source, place, has_crc=bool(checksum))
        if block is None:
            return
        yield block
    raise too_complex()


def _block(source: Source, place: int, *, has_crc: bool) -> tuple[Block | None, int]:
    """The block at `place` and where the next one begins; none where the G-code begins."""
    header = _exactly(source, place, _HEADER.size)
    number, compression, size = _HEADER.unpack(header)
    try:
        kind = Kind(number)
    except ValueError:
        raise damaged() from None
    if kind is Kind.GCODE:
        return None, place
    packed_size = size
    if compression:
        packed = _exactly(source, place + _HEADER.size, _SIZE.size)
        header, (packed_size,) = header + packed, _SIZE.unpack(packed)
    length = len(header) + _PARAMETER_BYTES[kind is Kind.THUMBNAIL] + packed_size
    whole = _exactly(source, place, length + (_CRC.size if has_crc else 0))
    if has_crc and zlib.crc32(whole[:length]) != _CRC.unpack_from(whole, length)[0]:
        raise damaged()
    begins = length - packed_size
    return Block(kind, compression, size, whole[len(header) : begins], whole[begins:length]), place + len(
        whole
    )


def _exactly(source: Source, place: int, length: int) -> bytes:
    data = source.at(place, length) if place + length <= source.size else b""
    if len(data) != length:
        raise damaged()
    return data


def _unpacked(block: Block) -> bytes:
    if block.unpacked_size > MAX_METADATA_BYTES:
        raise too_complex()
    match block.compression:
        case 0:
            data = block.data
        case 1:
            data = _inflated(block)
        case 2:
            data = _heatshrink(block.data, block.unpacked_size, window=11)
        case 3:
            data = _heatshrink(block.data, block.unpacked_size, window=12)
        case _:
            raise damaged()
    if len(data) != block.unpacked_size:
        raise damaged()
    return data


def _inflated(block: Block) -> bytes:
    try:
        return zlib.decompressobj().decompress(block.data, block.unpacked_size + 1)
    except zlib.error:
        raise damaged() from None


def _pairs(text: bytes) -> dict[str, str]:
    """INI without sections: "key=value" lines."""
    lines = text.decode("utf-8", "replace").split("\n")
    pairs = (line.partition("=") for line in lines)
    return {key.strip().lower(): value.strip() for key, found, value in pairs if found}
