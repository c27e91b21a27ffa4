"""The picture of the plate that slicers embed."""

from __future__ import annotations

import base64
import binascii
import re
import struct

MAX_PNG_BYTES = 48 << 10
"""A larger picture is not taken: it is shown small, and travels with every list of files."""
MAX_SIDE = 1_024
_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8sI4sII")
_BLOCK = re.compile(
    rb"^; *thumbnail(?:_PNG)? begin [^\r\n]{1,60}\r?\n"
    rb"((?:; ?[A-Za-z0-9+/=]{0,200}\r?\n){1,1000})"
    rb"; *thumbnail",
    re.MULTILINE,
)


def sound_png(data: bytes) -> bool:
    """Whether it begins as a PNG of a sensible size; browsers judge the rest."""
    if len(data) < _HEADER.size or len(data) > MAX_PNG_BYTES:
        return False
    magic, _length, kind, width, height = _HEADER.unpack_from(data)
    return bool(magic == _PNG and kind == b"IHDR" and 0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE)


def largest(pictures: list[bytes]) -> bytes | None:
    """The largest sound PNG."""
    return max(filter(sound_png, pictures), key=len, default=None)


def embedded_png(head: bytes) -> bytes | None:
    """The largest picture in the comments at the top of a G-code file."""
    return largest([_decoded(match[1]) for match in _BLOCK.finditer(head)])


def _decoded(lines: bytes) -> bytes:
    try:
        return base64.b64decode(re.sub(rb"[;\s]", b"", lines), validate=True)
    except (binascii.Error, ValueError):
        return b""
