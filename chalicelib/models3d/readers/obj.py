"""Wavefront OBJ from bytes to a Mesh: vertices and faces, everything else is skipped."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..errors import EXPORT_AGAIN, ModelRefused
from ..mesh import MAX_NAMES, MAX_TRIANGLES, Mesh, Triangles, checked_mesh, refuse_too_many
from .text_numbers import damaged_numbers, parse_numbers

_WINDOW = 1 << 22
_COMMENT = re.compile(rb"#[^\n]*")
_BLANK = np.zeros(256, np.bool_)
_BLANK[[ord(" "), ord("\t")]] = True
_AFTER_SLASH = re.compile(rb"/[^\s]*")
_MARK = 7e77
_MAX_SEPARATORS = 4 * MAX_TRIANGLES


class _Collected:
    """Vertices and triangles gathered window by window."""

    def __init__(self) -> None:
        self.vertices: list[NDArray[np.float32]] = []
        self.faces: list[NDArray[np.int32]] = []
        self.names: list[str] = []
        self.vertex_count = 0
        self.face_count = 0
        self.recognised = False


def read_obj(data: bytes | memoryview) -> Mesh:
    """Read an OBJ file; raises ModelRefused.

    Takes v, v/vt, v//vn and v/vt/vn corners, negative (relative) indices, polygons of any size (as
    fans), line continuations and comments. An OBJ declares no unit and is read as millimetres.
    """
    text = bytes(data).removeprefix(b"\xef\xbb\xbf")
    if b"\0" in text:
        raise _not_obj()
    if b"\\" in text:
        text = text.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    found = _Collected()
    for window in _windows(text):
        _read_window(window, found)
    if not found.recognised:
        raise _not_obj()
    return checked_mesh(_triangles(found), "obj", names=found.names)


def _not_obj() -> ModelRefused:
    return ModelRefused("not_obj", f"This is not an OBJ file, only its name says so. {EXPORT_AGAIN}")


def _windows(text: bytes) -> Iterator[bytes]:
    """Pieces of about 4 MB that end with a line; every line ends with a newline."""
    start = 0
    while start < len(text):
        end = text.find(b"\n", start + _WINDOW) + 1 or len(text)
        window = text[start:end]
        start = end
        if b"\r" in window:
            window = window.replace(b"\r", b"\n")
        yield window if window.endswith(b"\n") else window + b"\n"


def _read_window(window: bytes, found: _Collected) -> None:
    """Sort the window's lines by their first word and read vertices and faces, all at once."""
    buffer = np.frombuffer(window, dtype=np.uint8)
    ends = np.flatnonzero(buffer == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends + 1 - starts
    first = _first_words(buffer, starts)
    keyword = np.where(_BLANK[buffer[np.minimum(first + 1, ends)]], buffer[first], 0)
    is_vertex, is_face = keyword == ord("v"), keyword == ord("f")
    before = found.vertex_count + np.cumsum(is_vertex, dtype=np.int64)
    if is_vertex.any():
        _read_vertices(_lines(buffer, is_vertex, lengths), int(before[-1]) - found.vertex_count, found)
    if is_face.any():
        _read_faces(_lines(buffer, is_face, lengths), before[is_face], found)
    found.recognised |= bool(is_vertex.any() or is_face.any())
    if len(found.names) < MAX_NAMES:
        named = np.flatnonzero((keyword == ord("o")) | (keyword == ord("g")))[:MAX_NAMES]
        found.names += [window[first[i] + 2 : ends[i]].decode("utf-8", "replace") for i in named]


def _first_words(buffer: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the first word of each line begins; only indented lines need a search."""
    if not _BLANK[buffer[starts]].any():
        return starts
    words = np.flatnonzero(~_BLANK[buffer])
    return words[np.searchsorted(words, starts)]


def _lines(buffer: NDArray[np.uint8], chosen: NDArray[np.bool_], lengths: NDArray[np.int64]) -> bytes:
    """The text of the chosen lines, without comments at their ends."""
    text = (buffer if chosen.all() else buffer[np.repeat(chosen, lengths)]).tobytes()
    return _COMMENT.sub(b"", text) if b"#" in text else text


def _read_vertices(text: bytes, count: int, found: _Collected) -> None:
    """Lines "v x y z [w | r g b]": the first three numbers of each."""
    numbers = parse_numbers(text.replace(b"v", b" 7e77 "), np.float64)
    marks = np.flatnonzero(numbers == _MARK)
    if marks.size != count or np.diff(marks, append=numbers.size).min() < 4:
        raise damaged_numbers()
    with np.errstate(over="ignore"):  # becomes infinite, which checked_mesh refuses
        found.vertices.append(numbers[marks[:, None] + np.arange(1, 4)].astype(np.float32))
    found.vertex_count += count


def _read_faces(text: bytes, before: NDArray[np.int64], found: _Collected) -> None:
    """Lines "f a b c …": `before` holds, per line, how many vertices stand above it."""
    if b"/" in text:
        text = _AFTER_SLASH.sub(b"", text)
    if text.count(b" ") + text.count(b"\t") > _MAX_SEPARATORS:  # before 8 bytes are spent on each
        refuse_too_many(_MAX_SEPARATORS)
    numbers = parse_numbers(text.replace(b"f", b" 0 "), np.int64)  # no index is 0: it marks a line
    marks = np.flatnonzero(numbers == 0)
    if marks.size != len(before):
        raise _bad_index() if marks.size > len(before) else damaged_numbers()
    corners = np.diff(marks, append=numbers.size) - 1
    np.add(numbers, np.repeat(before, corners + 1) + 1, out=numbers, where=numbers < 0)
    faces = _fans(numbers, marks, corners)
    if faces.size and (faces.min() < 1 or faces.max() > np.iinfo(np.int32).max):
        raise _bad_index()
    found.faces.append((faces - 1).astype(np.int32))
    found.face_count += len(faces)
    refuse_too_many(found.face_count)


def _fans(
    numbers: NDArray[np.int64], marks: NDArray[np.int64], corners: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Triangles (k, 3) of polygons: the first corner with each pair of neighbours. Two corners give none."""
    if (corners == 3).all():
        return numbers.reshape(-1, 4)[:, 1:]
    amount = np.maximum(corners - 2, 0)
    refuse_too_many(int(amount.sum()))
    first = np.repeat(marks + 1, amount)
    step = np.arange(first.size) - np.repeat(np.cumsum(amount) - amount, amount)
    return np.stack((numbers[first], numbers[first + step + 1], numbers[first + step + 2]), axis=1)


def _triangles(found: _Collected) -> Triangles:
    if not found.faces or not found.face_count:
        return np.empty((0, 3, 3), np.float32)
    faces = np.concatenate(found.faces)
    found.faces.clear()
    if faces.max() >= found.vertex_count:
        raise _bad_index()
    return np.concatenate(found.vertices)[faces]


def _bad_index() -> ModelRefused:
    return ModelRefused(
        "bad_index", f"The file is damaged: a surface uses a corner that is not in the file. {EXPORT_AGAIN}"
    )
