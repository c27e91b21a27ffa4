"""The visible surface: where each pixel's point is and which way it faces, in the camera's space."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..mesh import Mesh
from ..vectors import Rows, cross, dot, turned
from .camera import DISTANCE, Camera
from .raster import Visible

_PIECE = 1 << 14


@dataclass(frozen=True, slots=True)
class Surface:
    """Points and unit normals (3, k) or (3, height, width); normals face the viewer."""

    points: Rows
    normals: Rows


def look(mesh: Mesh, camera: Camera, visible: Visible, pixels: NDArray[np.int64]) -> Surface:
    """The surface seen at pixels, given by their numbers in the flattened picture."""
    side = visible.ids.shape[1]
    scale = np.float32(camera.pixels / side)
    y, x = np.divmod(pixels.astype(np.float32), np.float32(side))
    nearness = visible.nearness.reshape(-1)[pixels]
    points = camera.from_picture((x + np.float32(0.5)) * scale, (y + np.float32(0.5)) * scale, nearness)
    ids = visible.ids.reshape(-1)[pixels]
    normals = np.empty_like(points)
    for start in range(0, pixels.size, _PIECE):
        piece = slice(start, start + _PIECE)
        normals[:, piece] = _face_normals(mesh, camera, ids[piece])
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


def _face_normals(mesh: Mesh, camera: Camera, ids: NDArray[np.uint32]) -> Rows:
    """Unit normals (3, k) of triangles, in the camera's space."""
    corners = np.ascontiguousarray(mesh.triangles[ids].reshape(-1, 9).T, dtype=np.float32)
    a, b, c = corners.reshape(3, 3, -1) / np.float32(camera.radius)  # keeps products in range
    normals = turned(camera.axes.astype(np.float32), cross(b - a, c - a))
    normals /= np.maximum(np.sqrt(dot(normals, normals)), np.float32(1e-20))
    return normals
