"""Arithmetic on many vectors at once, as rows of coordinates (3, …).

Written out because BLAS, behind numpy's `@`, starts threads for long rows: on a busy machine their waiting
costs more than the work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


def dot(a: Rows, b: Rows) -> Rows:
    """Dot products; either side may be a single vector (3,)."""
    product: Rows = a[0] * b[0]
    product += a[1] * b[1]
    product += a[2] * b[2]
    return product


def cross(a: Rows, b: Rows) -> Rows:
    """Cross products of vectors (3, k)."""
    return np.stack((a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]))


def turned(axes: Rows, vectors: Rows) -> Rows:
    """Vectors (3, …) in other axes, given as rows (3, 3)."""
    return np.stack([dot(axis, vectors) for axis in axes])


def unit(vector: Rows | tuple[float, float, float]) -> Rows:
    """One vector (3,) at length 1."""
    array = np.asarray(vector, dtype=np.float32)
    scaled: Rows = array / np.float32(np.linalg.norm(array))
    return scaled
