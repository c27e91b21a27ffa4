"""The mesh that every reader produces and everything else works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .errors import EXPORT_AGAIN, ModelRefused

Triangles = NDArray[np.float32]
Vector = NDArray[np.float64]

MAX_TRIANGLES = 2_000_000
"""Twice what a 50 MB binary STL holds; keeps every later step under its memory and time limits."""

MAX_COORDINATE_MM = 1e7
"""Ten kilometres: nothing printable, yet far from where float32 products overflow."""

MIN_SIZE_MM = 1e-6
CHUNK = 16_384
"""Triangles worked on at a time: nine float32 rows of this length stay in the processor's cache."""

MAX_NAMES = 50
_MAX_NAME_LENGTH = 80


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """Triangles in millimetres, z up, as they will lie on the printer's bed.

    `triangles` has the shape (n, 3 corners, 3 axes) and is read-only in spirit: for binary STL it is a
    strided view on the file's own bytes, which saves a copy of 36 MB at a million triangles.
    `unit` is what the file declares; STL and OBJ declare nothing and are read as millimetres.
    """

    triangles: Triangles
    format: str
    unit: str
    names: tuple[str, ...]
    low: Vector
    high: Vector

    def __len__(self) -> int:
        return len(self.triangles)

    @property
    def diagonal(self) -> float:
        """Length of the bounding box's diagonal, mm."""
        return float(np.linalg.norm(self.high - self.low))

    def chunks(self, size: int = CHUNK) -> Iterator[tuple[slice, NDArray[np.float32]]]:
        """Pieces of the mesh as (slice, (3 corners, 3 axes, k) float32), contiguous along triangles.

        Row-wise arithmetic on this layout is several times faster than on (k, 3, 3).
        """
        return transposed_chunks(self.triangles, size)


def transposed_chunks(triangles: Triangles, size: int = CHUNK) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """See `Mesh.chunks`."""
    for start in range(0, len(triangles), size):
        piece = slice(start, min(start + size, len(triangles)))
        rows = np.ascontiguousarray(triangles[piece].reshape(-1, 9).T, dtype=np.float32)
        yield piece, rows.reshape(3, 3, -1)


def checked_mesh(
    triangles: Triangles, format: str, *, unit: str = "unspecified", names: Sequence[str] = ()
) -> Mesh:
    """A Mesh whose coordinates are finite, in range and span some space; raises ModelRefused otherwise."""
    if len(triangles) == 0:
        raise ModelRefused(
            "empty_mesh",
            "The file contains no surfaces to print. Select the solid (not only a sketch or a curve) "
            "in your design program and export it again.",
        )
    refuse_too_many(len(triangles))
    low, high = _bounds(triangles)
    if not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise ModelRefused(
            "not_finite",
            f"The file contains coordinates that are not numbers (NaN or infinity). {EXPORT_AGAIN}",
        )
    if max(-low.min(), high.max()) > MAX_COORDINATE_MM:
        raise ModelRefused(
            "out_of_range",
            "The model is kilometres in size or away from the origin. Check the units, move it to the "
            "origin in your design program and export it again.",
        )
    if float(np.linalg.norm(high - low)) < MIN_SIZE_MM:
        raise ModelRefused("empty_mesh", f"All surfaces of the model lie in a single point. {EXPORT_AGAIN}")
    return Mesh(triangles, format, unit, _tidy_names(names), low, high)


def refuse_too_many(triangles: int) -> None:
    """Raise ModelRefused when a file holds more triangles than the lab's tools handle."""
    if triangles > MAX_TRIANGLES:
        raise ModelRefused(
            "too_many_triangles",
            f"The model has more than {MAX_TRIANGLES:,} triangles, far finer than any printer can print. "
            "Reduce the mesh (decimate, or export with a coarser resolution) and upload it again.",
        )


def _bounds(triangles: Triangles) -> tuple[Vector, Vector]:
    """Smallest and largest coordinate of each axis; NaN if any coordinate is NaN."""
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    with np.errstate(invalid="ignore"):  # NaN is reported by the caller
        for _, corners in transposed_chunks(triangles):
            np.minimum(low, corners.min(axis=(0, 2)), out=low)
            np.maximum(high, corners.max(axis=(0, 2)), out=high)
    return low, high


def _tidy_names(names: Sequence[str]) -> tuple[str, ...]:
    """Printable, short, without repeats: names come from the file and are shown to people."""
    printable = ("".join(c for c in name if c.isprintable()).strip()[:_MAX_NAME_LENGTH] for name in names)
    return tuple(dict.fromkeys(name for name in printable if name))[:MAX_NAMES]
