"""STL, binary and ASCII (several solids too), from bytes to a Mesh."""

from __future__ import annotations

import re
from itertools import islice

import numpy as np

from ..errors import EXPORT_AGAIN, ModelRefused
from ..mesh import MAX_NAMES, Mesh, Triangles, checked_mesh, refuse_too_many
from .text_numbers import damaged_numbers, parse_numbers

_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_HEADER_BYTES = 84
_PLAUSIBLE_COUNT = 20_000_000
"""A "triangle count" beyond 1 GB of triangles means that these four bytes are something else."""

_TEXT_WINDOW = 1 << 21
_SOLID_LINE = re.compile(rb"^[ \t]*(?:end[ \t]*)?solid\b([^\n]*)$", re.MULTILINE | re.IGNORECASE)
_FACET_HEAD = re.compile(rb"facet\s+normal(?:\s+\S+){3}\s+outer\s+loop")
_CORNER_MARK, _END_MARK = 7e77, 9e99
"""Stand in for the words `vertex` and `endfacet`, so that one pass over numbers proves the structure."""


def read_stl(data: bytes | memoryview) -> Mesh:
    """Read an STL file; raises ModelRefused.

    Binary exactly when the size is 84 + 50·n for the n that the header announces, whatever the header
    says: one real binary file in ten begins with "solid".
    """
    count = int.from_bytes(data[80:84], "little") if len(data) >= _HEADER_BYTES else -1
    if count >= 0 and len(data) == _HEADER_BYTES + _RECORD.itemsize * count:
        records = np.frombuffer(data, dtype=_RECORD, offset=_HEADER_BYTES)
        return checked_mesh(records["corners"], "stl-binary")
    text = bytes(data).removeprefix(b"\xef\xbb\xbf")
    if text[:512].lstrip()[:5].lower() == b"solid" and b"\0" not in text:
        return _read_ascii(text)
    raise _not_ascii(len(data), count)


def _not_ascii(size: int, count: int) -> ModelRefused:
    """What to say about bytes that are neither a whole binary nor an ASCII STL."""
    if not 0 <= count <= _PLAUSIBLE_COUNT:
        return _not_stl()
    held = (size - _HEADER_BYTES) / _RECORD.itemsize
    if held < count:
        return ModelRefused(
            "truncated",
            f"The STL file is cut off: it announces {count:,} triangles and holds {int(held):,}. "
            f"Perhaps a copy or download was interrupted. {EXPORT_AGAIN}",
        )
    return ModelRefused(
        "size_mismatch",
        f"The STL file announces {count:,} triangles, but more data follows them. {EXPORT_AGAIN}",
    )


def _not_stl() -> ModelRefused:
    return ModelRefused("not_stl", f"This is not an STL file, only its name says so. {EXPORT_AGAIN}")


def _read_ascii(text: bytes) -> Mesh:
    """Windows of about 2 MB, each ending with a whole facet, so that memory stays small."""
    pieces: list[Triangles] = []
    names: list[str] = []
    start = total = 0
    while start < len(text):
        window = text[start : start + _TEXT_WINDOW]
        cut = _after_last_facet(window.lower())
        if cut < 0:
            _check_tail(window, whole=start + len(window) == len(text), facets_read=bool(pieces))
            names += _solid_names(window)
            break
        window = window[:cut].replace(b"\r", b"\n")
        names += _solid_names(window)
        pieces.append(_facets(window))
        total += len(pieces[-1])
        refuse_too_many(total)
        start += cut
    corners = np.concatenate(pieces) if pieces else np.empty((0, 3, 3), np.float32)
    return checked_mesh(corners, "stl-ascii", names=names)


def _after_last_facet(lowered: bytes) -> int:
    """Where the last `endfacet` of the window ends, or -1."""
    found = lowered.rfind(b"endfacet")
    return found if found < 0 else found + len(b"endfacet")


def _check_tail(tail: bytes, *, whole: bool, facets_read: bool) -> None:
    """After the last facet only solid and endsolid lines may stand, and not megabytes of them."""
    left = _SOLID_LINE.sub(b"", tail.replace(b"\r", b"\n")).strip()[:8].lower()
    if left and (b"facet".startswith(left[:5]) or b"endsolid".startswith(left)):
        raise ModelRefused(
            "truncated",
            "The STL file is cut off in the middle of a triangle. Perhaps a copy or download was "
            f"interrupted. {EXPORT_AGAIN}",
        )
    if left or not whole:
        raise damaged_numbers() if facets_read else _not_stl()


def _solid_names(window: bytes) -> list[str]:
    """Names after the `solid` keyword, in file order, as many as a Mesh keeps."""
    if b"solid" not in window.lower():  # searching line by line costs more than reading the numbers
        return []
    found = (m for m in _SOLID_LINE.finditer(window) if not m[0].lstrip().lower().startswith(b"end"))
    return [m[1].decode("utf-8", "replace") for m in islice(found, MAX_NAMES)]


def _facets(window: bytes) -> Triangles:
    """Corners (k, 3, 3) of a window of whole facets.

    The stated normals are dropped unread: they follow from the corners, and some are "-nan(ind)".
    """
    text = window.lower()
    if b"solid" in text:
        text = _SOLID_LINE.sub(b"", text)
    count = text.count(b"endfacet")
    text = text.replace(b"endfacet", b" 9e99 ").replace(b"vertex", b" 7e77 ").replace(b"endloop", b" ")
    numbers = parse_numbers(_FACET_HEAD.sub(b"", text), np.float64)
    if numbers.size != 13 * count:
        raise damaged_numbers()
    facets = numbers.reshape(count, 13)
    if not (np.all(facets[:, 0:12:4] == _CORNER_MARK) and np.all(facets[:, 12] == _END_MARK)):
        raise damaged_numbers()
    with np.errstate(over="ignore"):  # becomes infinite, which checked_mesh refuses
        corners = facets[:, [1, 2, 3, 5, 6, 7, 9, 10, 11]].astype(np.float32)
    return corners.reshape(count, 3, 3)
