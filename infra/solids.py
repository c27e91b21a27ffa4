"""Surfaces from loops and grids of points: the building blocks of `infra.samples`.

Triangles are (n, 3, 3) float32 whose corners run counter-clockwise when seen from outside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from infra.polygons import Loop, triangulate

Triangles = NDArray[np.float32]
Points = NDArray[np.float64]

TAU = 2 * np.pi


def wall(loop: Loop, low: float, high: float) -> Triangles:
    """The side faces between two heights over a loop; a counter-clockwise loop faces outwards."""
    rings = [np.column_stack((loop.real, loop.imag, np.full(loop.size, z))) for z in (low, high)]
    return sheet(np.stack(rings), wrap_v=True)


def cap(outer: Loop, holes: Sequence[Loop], z: float, *, up: bool = True) -> Triangles:
    """The flat face inside a counter-clockwise loop and outside of others."""
    flat = triangulate(outer, holes)
    corners = np.stack((flat.real, flat.imag, np.full(flat.shape, z)), axis=-1).astype(np.float32)
    return corners if up else corners[:, ::-1]


def prism(loop: Loop, height: float) -> Triangles:
    """A loop extruded upwards from z = 0."""
    return joined([wall(loop, 0, height), cap(loop, [], 0, up=False), cap(loop, [], height)])


def sheet(points: Points, *, wrap_u: bool = False, wrap_v: bool = False) -> Triangles:
    """Two triangles for every cell of a grid of points (u, v, 3); wrapping closes the grid on itself."""
    if wrap_u:
        points = np.concatenate((points, points[:1]))
    if wrap_v:
        points = np.concatenate((points, points[:, :1]), axis=1)
    p = points.astype(np.float32)
    triangles = np.empty((p.shape[0] - 1, p.shape[1] - 1, 2, 3, 3), np.float32)
    triangles[:, :, :, 0] = p[:-1, :-1, None]
    triangles[:, :, 0, 1] = p[:-1, 1:]
    triangles[:, :, 0, 2] = triangles[:, :, 1, 1] = p[1:, 1:]
    triangles[:, :, 1, 2] = p[1:, :-1]
    return triangles.reshape(-1, 3, 3)


def fan(ring: Points, centre: Points | Sequence[float]) -> Triangles:
    """Triangles from a ring of points to one in the middle."""
    middle = np.broadcast_to(np.asarray(centre, dtype=float), ring.shape)
    triangles: Triangles = np.stack((middle, ring, np.roll(ring, -1, axis=0)), axis=1).astype(np.float32)
    return triangles


def tube(line: Points, radius: Points, around: int, flatten: float = 1.0) -> Points:
    """Rings (along, around, 3) across a line of points, in its Frenet frame."""
    tangent = _unit(np.gradient(line, axis=0))
    side = _unit(np.gradient(tangent, axis=0))
    up = np.cross(tangent, side)
    angle = np.linspace(0, TAU, around, endpoint=False)[None, :, None]
    rings: Points = np.cos(angle) * side[:, None] + flatten * np.sin(angle) * up[:, None]
    rings *= radius[:, None, None]
    rings += line[:, None]
    return rings


def ball(radius: float, steps: int) -> Triangles:
    """A sphere around the origin."""
    polar = np.linspace(-TAU / 4, TAU / 4, steps + 1)[:, None]
    angle = np.linspace(0, TAU, 2 * steps, endpoint=False)[None, :]
    level = np.cos(polar)
    level[[0, -1]] = 0
    points = (level * np.cos(angle), level * np.sin(angle), np.sin(polar) + 0 * angle)
    return joined([sheet(radius * np.stack(points, axis=-1), wrap_v=True)])


def joined(parts: Sequence[Triangles]) -> Triangles:
    """One array, without triangles that collapsed at poles."""
    triangles = np.concatenate(parts)
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    collapsed = (a == b).all(axis=1) | (b == c).all(axis=1) | (c == a).all(axis=1)
    whole: Triangles = triangles[~collapsed] if collapsed.any() else triangles
    return whole


def moved(triangles: Triangles, x: float, y: float, z: float) -> Triangles:
    """The same triangles elsewhere."""
    return triangles + np.array((x, y, z), np.float32)


def on_bed(triangles: Triangles) -> Triangles:
    """The same triangles with their lowest point at z = 0."""
    return moved(triangles, 0, 0, -float(triangles[:, :, 2].min()))


def _unit(vectors: Points) -> Points:
    units: Points = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return units
