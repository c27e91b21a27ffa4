"""Which triangle is seen at each pixel: a z-buffer in whole-array steps.

Triangles are cut into pixel rows, rows into pixels, and every pixel keeps the nearest. Each stage works on
batches of bounded size, so that memory does not depend on the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..vectors import Rows
from .camera import Projected

Index = NDArray[np.int64]

_BATCH = 1 << 16
_SEAM = np.float32(1e-3)
"""Pixels by which spans are widened: neighbours round their common side differently and would leave holes."""
_HALF = np.float32(0.5)
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Visible:
    """Per pixel (side, side) the nearness of the nearest triangle, 0 where there is none, and its number."""

    nearness: Rows
    ids: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Triangles:
    """Triangles that reach at least one pixel centre in each direction.

    The rows of `shape` (14, k): corners 0 and 1 of three ordered from top to bottom (x0, y0, x1, y1);
    dx/dy of the long side, the upper and the lower short side; leftmost and rightmost x; nearness at
    corner 0, its gradient in x and y, its smallest and largest value.
    """

    shape: Rows
    ids: Index
    top: Index
    rows: Index


@dataclass(frozen=True, slots=True)
class _Spans:
    """Runs of pixels within one row: where they begin in the flat picture, their length, and nearness."""

    start: Index
    pixels: Index
    nearness: Rows
    step: Rows
    ids: Index


def draw(pieces: Iterable[Projected], side: int) -> Visible:
    """Draw projected triangles into a square picture that contains them. Nearness must be positive."""
    words = np.zeros(side * side, np.uint64)
    for piece in pieces:
        triangles = _prepare(piece)
        for part in _batches(triangles.rows):
            spans = _cut_into_spans(triangles, part, side)
            for run in _batches(spans.pixels):
                _paint(words, spans, run)
    nearness = (words >> _SHIFT).astype(np.uint32).view(np.float32)
    ids = (words & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    return Visible(nearness.reshape(side, side), ids.reshape(side, side))


def _batches(amount: Index) -> Iterator[slice]:
    """Consecutive slices whose amounts add up to about `_BATCH`."""
    total = np.cumsum(amount)
    if not total.size:
        return
    cuts = np.searchsorted(total, np.arange(_BATCH, total[-1] + _BATCH, _BATCH)) + 1
    start = 0
    for cut in np.unique(np.minimum(cuts, total.size)).tolist():
        yield slice(start, cut)
        start = cut


def _prepare(piece: Projected) -> _Triangles:
    """Drop what falls between pixel centres (most of a fine mesh), order the rest's corners, find slopes."""
    left, right = _extent(piece.x)
    top, bottom = _extent(piece.y)
    first = np.ceil(top - _HALF)
    rows = np.floor(bottom - _HALF) - first + 1
    kept = np.flatnonzero((rows > 0) & (np.floor(right - _HALF) >= np.ceil(left - _HALF)))
    corners = np.stack([np.take(values, kept, axis=1) for values in (piece.x, piece.y, piece.nearness)])
    _sort_by_y(corners)
    (x0, x1, x2), (y0, y1, y2), near = corners
    slopes = _slope(x2 - x0, y2 - y0), _slope(x1 - x0, y1 - y0), _slope(x2 - x1, y2 - y1)
    planes = near[0], *_gradient(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), *_extent(near)
    shape = np.stack((x0, y0, x1, y1, *slopes, left[kept], right[kept], *planes))
    return _Triangles(shape, piece.ids[kept], first[kept].astype(np.int64), rows[kept].astype(np.int64))


def _extent(rows: Rows) -> tuple[Rows, Rows]:
    """Smallest and largest of three corners."""
    a, b, c = rows
    return np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)


def _sort_by_y(corners: Rows) -> None:
    """Order the corners of (x y nearness, 3 corners, k) from top to bottom, in place."""
    for upper, lower in ((0, 1), (1, 2), (0, 1)):
        swap = corners[1, upper] > corners[1, lower]
        before, after = corners[:, upper].copy(), corners[:, lower]
        np.copyto(corners[:, upper], after, where=swap)
        np.copyto(after, before, where=swap)


def _slope(dx: Rows, dy: Rows) -> Rows:
    """dx/dy, harmlessly finite for level sides: spans are clipped to the triangle anyway."""
    slope: Rows = dx / np.maximum(dy, np.float32(1e-6))
    return slope


def _gradient(a: Rows, b: Rows) -> tuple[Rows, Rows]:
    """Slopes d nearness / dx and dy of the plane through the origin and two points (x y nearness, k)."""
    area = a[0] * b[1] - b[0] * a[1]
    area = np.where(np.abs(area) < np.float32(1e-9), np.float32(np.inf), area)
    return (a[2] * b[1] - b[2] * a[1]) / area, (b[2] * a[0] - a[2] * b[0]) / area


def _cut_into_spans(triangles: _Triangles, part: slice, side: int) -> _Spans:
    """The pixels of each row whose centres lie within the triangle.

    Nearness is held within that of the corners: on slivers, the plane shoots far beyond them.
    """
    owner, step_down = _expand(triangles.rows[part])
    owner += part.start
    x0, y0, x1, y1, long, upper, lower, left, right, near, near_x, near_y, low, high = np.take(
        triangles.shape, owner, axis=1
    )
    row = np.take(triangles.top, owner) + step_down
    y = row.astype(np.float32) + _HALF
    one = x0 + (y - y0) * long
    below = y - y1
    other = x1 + below * np.where(below < 0, upper, lower)
    start = np.ceil(np.maximum(np.minimum(one, other), left) - (_HALF + _SEAM))
    stop = np.floor(np.minimum(np.maximum(one, other), right) - (_HALF - _SEAM))
    level = near + (y - y0) * near_y + (_HALF - x0) * near_x
    first = np.clip(level + start * near_x, low, high)
    last = np.clip(level + stop * near_x, low, high)
    step = (last - first) / np.maximum(stop - start, 1)
    kept = np.flatnonzero(stop >= start)
    begin, pixels, first, step = np.take(np.stack((start, stop - start + 1, first, step)), kept, axis=1)
    at = np.take(row, kept) * side + begin.astype(np.int64)
    return _Spans(at, pixels.astype(np.int64), first, step, np.take(triangles.ids, np.take(owner, kept)))


def _paint(words: NDArray[np.uint64], spans: _Spans, run: slice) -> None:
    """Put a run of spans into the picture where they are nearest.

    Nearness and number share one word per pixel: positive floats sort like their bits.
    """
    owner, step_right = _expand(spans.pixels[run])
    owner += run.start
    nearness = np.take(spans.step, owner) * step_right.astype(np.float32)
    nearness += np.take(spans.nearness, owner)
    word = nearness.view(np.uint32).astype(np.uint64)
    word <<= _SHIFT
    word |= np.take(spans.ids, owner).view(np.uint64)
    np.maximum.at(words, np.take(spans.start, owner) + step_right, word)


def _expand(amount: Index) -> tuple[Index, Index]:
    """Every entry as often as its amount says: its number, and 0 … amount - 1."""
    owner = np.repeat(np.arange(amount.size), amount)
    first = np.cumsum(amount) - amount
    return owner, np.arange(owner.size) - np.take(first, owner)
