"""The visible surface: where each pixel's point is and which way it faces, in the camera's space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mesh import Mesh
from ..vectors import Rows, cross, dot, turned
from .camera import DISTANCE, Camera
from .raster import Visible


@dataclass(frozen=True, slots=True)
class Surface:
    """Points and unit normals (3, k) or (3, height, width); normals face the viewer."""

    points: Rows
    normals: Rows


class View:
    """A mesh before a camera, with the normals of its faces."""

    def __init__(self, mesh: Mesh, camera: Camera) -> None:
        self.camera = camera
        self._normals = _face_normals(mesh, camera)

    def look(self, visible: Visible, pixels: NDArray[np.int64]) -> Surface:
        """The surface seen at pixels, given by their numbers in the flattened picture."""
        side = visible.ids.shape[1]
        scale = np.float32(self.camera.pixels / side)
        y, x = np.divmod(pixels.astype(np.float32), np.float32(side))
        nearness = np.take(visible.nearness, pixels)
        half = np.float32(0.5)
        points = self.camera.from_picture((x + half) * scale, (y + half) * scale, nearness)
        normals = np.take(self._normals, np.take(visible.ids, pixels), axis=1)
        away = normals[2] * DISTANCE < dot(normals, points)
        normals *= np.where(away, np.float32(-1), np.float32(1))
        return Surface(points, normals)


def halved(visible: Visible) -> Visible:
    """The picture at half the resolution: of every four pixels the nearest."""
    nearness, ids = visible.nearness[::2, ::2], visible.ids[::2, ::2]
    for other in (np.s_[::2, 1::2], np.s_[1::2, ::2], np.s_[1::2, 1::2]):
        nearer = visible.nearness[other] > nearness
        nearness = np.where(nearer, visible.nearness[other], nearness)
        ids = np.where(nearer, visible.ids[other], ids)
    return Visible(nearness, ids)


def _face_normals(mesh: Mesh, camera: Camera) -> Rows:
    """Unit normals (3, n) of all faces, in the camera's space; zero for those without area."""
    normals = np.empty((3, len(mesh)), np.float32)
    axes, size = camera.axes.astype(np.float32), np.float32(camera.radius)
    for piece, corners in mesh.chunks():
        a, b, c = corners / size  # keeps products in range
        across = cross(b - a, c - a)
        across /= np.maximum(np.sqrt(dot(across, across)), np.float32(1e-20))
        normals[:, piece] = turned(axes, across)
    return normals
