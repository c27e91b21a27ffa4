"""Ambient occlusion: how much of the sky each visible point misses because something near stands in front.

Screen-space obscurance with sample points on a few rings around each pixel (after M. McGuire et al., "The
Alchemy Screen-Space Ambient Obscurance Algorithm", HPG 2011), one whole-picture step per sample.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ..vectors import Rows
from .camera import DISTANCE, Camera
from .surface import Surface

_RINGS = ((4, 0.2), (10, 0.6), (22, 0.1), (42, 0.35))
"""Radius in pixels of a 512-pixel picture, and the angle by which the ring's samples are turned."""
_SAMPLES = 7
_BIAS = np.float32(0.1)
_BAND = 64
_NOWHERE = np.float32(-1e3)


def occlusion(surface: Surface, camera: Camera, shown: NDArray[np.bool_]) -> Rows:
    """Occlusion, 0 (open) upwards, of a picture of points (3, side, side); only `shown` ones block."""
    side = surface.points.shape[1]
    margin = 42 * side // 512 + 1
    padded = np.full((3, side + 2 * margin, side + 2 * margin), _NOWHERE)
    padded[:, margin : margin + side, margin : margin + side] = np.where(shown, surface.points, _NOWHERE)
    result = np.zeros((side, side), np.float32)
    pixel = DISTANCE / camera.zoom * np.float32(camera.pixels / side)
    for top in range(0, side, _BAND):
        rows = slice(top, top + _BAND)
        band = Surface(surface.points[:, rows], surface.normals[:, rows])
        for right, down in _offsets(side / 512):
            reach = np.float32(right * right + down * down) * pixel * pixel
            y, x = margin + top + down, margin + right
            there = padded[:, y : y + band.points.shape[1], x : x + side]
            result[rows] += _obscurance(band, there, reach)
    return result / np.float32(len(_RINGS) * _SAMPLES)


def _offsets(scale: float) -> list[tuple[int, int]]:
    return [
        (round(radius * scale * math.cos(angle)), round(radius * scale * math.sin(angle)))
        for radius, turn in _RINGS
        for angle in (turn + 2 * math.pi * k / _SAMPLES for k in range(_SAMPLES))
    ]


def _obscurance(here: Surface, there: Rows, reach: np.float32) -> Rows:
    """How far `there` rises above the tangent plane of `here`, less if it is much farther than √reach."""
    x, y, z = there - here.points
    rise: Rows = here.normals[0] * x
    rise += here.normals[1] * y
    rise += here.normals[2] * z
    x *= x
    x += y * y
    x += z * z
    rise /= np.sqrt(x)
    rise -= _BIAS
    np.maximum(rise, 0, out=rise)
    x /= np.float32(2.2) * reach
    x *= x
    x += 1
    rise /= x
    return rise
