"""Where the picture is taken from, and how points of the model land on it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mesh import CHUNK, Mesh, Vector
from ..vectors import Rows

DISTANCE = np.float32(4.2)
"""Camera distance in radii of the model: enough perspective to look natural, too little to distort."""
_FILL = 0.84
"""Share of the picture's side that the model fills."""
_TURN = math.radians(32)
_ELONGATED = 1.25
_FLATNESS = (0.05, 0.3, 1.0, 3.0)
_ELEVATION = (50.0, 34.0, 26.0, 14.0)
"""Degrees above the horizon for height : longest side as in `_FLATNESS`: plates are seen from above."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A piece of the mesh on a picture: `x`, `y` in pixels, y down, and `nearness`, larger in front.

    All are (3 corners, k); `ids` are the triangles' numbers in the mesh.
    """

    x: Rows
    y: Rows
    nearness: Rows
    ids: NDArray[np.int64]


class Camera:
    """A perspective camera that sees the whole model, standing on its z = low plane.

    Its own space has the model's centre as origin and the model's radius as unit: x right, y up, z towards
    the viewer. Nearness is 1 / distance, which is linear on the picture (unlike distance itself).
    """

    def __init__(self, mesh: Mesh, pixels: int) -> None:
        self.centre = ((mesh.low + mesh.high) / 2).astype(np.float32)
        self.radius = mesh.diagonal / 2
        self.axes = _axes(mesh.high - mesh.low)
        self.up = self.axes[:, 2].astype(np.float32)
        self.floor = np.float32((mesh.low[2] - mesh.high[2]) / 2 / self.radius)
        self.pixels = pixels
        self.zoom, self.shift = np.float32(1), np.zeros(2, np.float32)
        self.rows_to_draw = self.pixels_to_draw = 0.0
        self._frame(mesh)

    def project(self, mesh: Mesh, step: int = 1) -> Iterator[Projected]:
        """The mesh, or every `step`-th triangle of it, on the picture, piece by piece."""
        for piece, corners in mesh.chunks(CHUNK * step):
            x, y, z = np.moveaxis(self.to_view(corners[:, :, ::step]), 1, 0)
            nearness = 1 / (DISTANCE - z)
            pull = nearness * self.zoom
            ids = np.arange(piece.start, piece.stop, step)
            yield Projected(x * pull + self.shift[0], self.shift[1] - y * pull, nearness, ids)

    def to_view(self, points: Rows) -> Rows:
        """Model points (…, 3, k) in the camera's space."""
        view: Rows = (self.axes / self.radius).astype(np.float32) @ (points - self.centre[:, None])
        return view

    def from_picture(self, x: Rows, y: Rows, nearness: Rows) -> Rows:
        """The points in the camera's space that are seen at pixels (x, y), stacked as (3, …)."""
        distance = 1 / nearness
        pull = distance / self.zoom
        return np.stack(((x - self.shift[0]) * pull, (self.shift[1] - y) * pull, DISTANCE - distance))

    def floor_nearness(self, x: Rows, y: Rows) -> Rows:
        """Nearness of the plane that the model stands on, 0 or less above the horizon."""
        right, up, back = self.up
        slant = right * (x - self.shift[0]) / self.zoom + up * (self.shift[1] - y) / self.zoom - back
        nearness: Rows = slant / (self.floor - back * DISTANCE)
        return nearness

    def _frame(self, mesh: Mesh) -> None:
        """Choose zoom and shift so that the model fills the picture, and note how much there is to draw."""
        low, high = np.full(2, np.inf), np.full(2, -np.inf)
        height = area = 0.0
        for piece in self.project(mesh):
            for axis, row in enumerate((piece.x, piece.y)):
                low[axis] = min(low[axis], row.min())
                high[axis] = max(high[axis], row.max())
            (ax, bx, cx), (ay, by, cy) = piece.x, piece.y
            height += float((np.maximum(np.maximum(ay, by), cy) - np.minimum(np.minimum(ay, by), cy)).sum())
            area += float(np.abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)).sum()) / 2
        zoom = self.pixels * _FILL / max(float((high - low).max()), 1e-9)
        middle = (low + high) / 2 * zoom
        self.zoom, self.shift = np.float32(zoom), (self.pixels / 2 - middle).astype(np.float32)
        self.rows_to_draw, self.pixels_to_draw = height * zoom, area * zoom**2


def _axes(size: Vector) -> NDArray[np.float64]:
    """Right, up and towards-viewer directions as rows, for a model of this size.

    The longer side of the footprint runs across the picture.
    """
    width, depth, height = size
    elevation = math.radians(float(np.interp(height / max(width, depth, 1e-9), _FLATNESS, _ELEVATION)))
    azimuth = _TURN - (math.pi / 2 if depth <= width * _ELONGATED else 0)
    level = math.cos(elevation)
    viewer = np.array([level * math.cos(azimuth), level * math.sin(azimuth), math.sin(elevation)])
    right = np.array([-math.sin(azimuth), math.cos(azimuth), 0.0])
    return np.stack((right, np.cross(viewer, right), viewer))
