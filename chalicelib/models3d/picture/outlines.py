"""Dark lines along creases and where one part stands before another: they make small shapes readable."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..vectors import Rows, dot

_CREASE, _OUTLINE = np.float32(0.5), np.float32(0.7)
_SHARP = np.float32(0.9)
"""Cosine of the angle between faces, 26°, from which an edge is drawn."""


def lines(normals: Rows, depth: Rows, covered: NDArray[np.bool_]) -> Rows:
    """Strength of the line at each pixel, 0 to 1, from normals (3, height, width) and depth (height, width).

    An outline is a jump in depth that the slope of the two surfaces does not explain.
    """
    slope = np.float32(0.012) / np.maximum(normals[2], np.float32(0.12))
    result = np.zeros(covered.shape, np.float32)
    for one, other in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:-1, :], np.s_[1:, :]),
    ):
        a, b = normals[(slice(None), *one)], normals[(slice(None), *other)]
        cosine = dot(a, b)
        strength = np.clip((_SHARP - cosine) * 3, 0, 1) * _CREASE
        jump = np.abs(depth[one] - depth[other]) - np.maximum(slope[one], slope[other]) - np.float32(0.006)
        np.maximum(strength, np.clip(jump * 16, 0, 1) * _OUTLINE, out=strength)
        strength *= covered[one] & covered[other]
        for part in (one, other):
            np.maximum(result[part], strength, out=result[part])
    return result
