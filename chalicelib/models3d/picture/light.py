"""The sun: a second, low-resolution picture taken from the light tells which points lie in shadow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ..mesh import CHUNK, Mesh
from ..vectors import Rows, turned, unit
from .camera import Camera, Projected
from .raster import draw

_SIDE = 384
_SCALE = np.float32(_SIDE * 0.49)
_ORIGIN = np.array((_SIDE / 2, _SIDE / 2, 2), np.float32)
"""Where the model's centre lands. Depth along the light, ±1 around it, must become positive."""
_FROM = (-0.50, 0.68, 0.54)
_LIFT = np.float32(0.012)
_TAPS = tuple(
    y * _SIDE + x for x, y in ((0, 0), (1, 1), (-1, 1), (-1, -1), (1, -1), (2, 0), (-2, 0), (0, 2), (0, -2))
)
"""Offsets in the flat picture of the pixels that soften the edge of a shadow."""


class Sun:
    """Parallel light from above left of the camera, and the model's shadow in it."""

    def __init__(self, camera: Camera, mesh: Mesh, step: int) -> None:
        self.direction = unit(_FROM)
        right = unit(np.cross(camera.up, self.direction))
        up = np.cross(self.direction, right)
        self._scaled_axes = np.stack((right * _SCALE, -up * _SCALE, self.direction))
        self._map = draw(self._project(camera, mesh, step), _SIDE).nearness

    def blocked(self, points: Rows) -> Rows:
        """For points (3, …) how far above them, towards the sun, the model begins; 0 where it does not."""
        x, y, depth = self._place(points)
        gap: Rows = self._map[_cells(y), _cells(x)] - depth
        return np.maximum(gap, 0)

    def lit(self, points: Rows, normals: Rows) -> Rows:
        """The share of light, 0 to 1, that reaches points (3, k): softened over a disc of the sun's pixels.

        Points are lifted off their surface so that it does not shade itself.
        """
        x, y, depth = self._place(points + normals * _LIFT)
        depth += _LIFT / 2
        at = _cells(y) * _SIDE + _cells(x)
        result: Rows = np.zeros(at.shape, np.float32)
        for tap in _TAPS:
            result += np.take(self._map, at + tap, mode="clip") < depth
        return result / np.float32(len(_TAPS))

    def _project(self, camera: Camera, mesh: Mesh, step: int) -> Iterator[Projected]:
        for piece, corners in mesh.chunks(CHUNK * step):
            x, y, depth = self._place(np.moveaxis(camera.to_view(corners[:, :, ::step]), 1, 0))
            yield Projected(x, y, depth, np.arange(piece.start, piece.stop, step))

    def _place(self, points: Rows) -> Rows:
        """Pixels on the light's picture and depth towards it, for points (3, …) in the camera's space."""
        placed = turned(self._scaled_axes, points)
        for row, origin in zip(placed, _ORIGIN, strict=True):
            row += origin
        return placed


def _cells(values: Rows) -> NDArray[np.int32]:
    return np.clip(values, 0, _SIDE - 1).astype(np.int32)
