"""Flat outlines as loops of complex numbers x + iy, and their triangulation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Loop = NDArray[np.complex128]
"""Points of a closed outline, counter-clockwise, the first not repeated."""

_TAU = 2 * np.pi


def circle(radius: float, points: int, centre: complex = 0) -> Loop:
    """A regular polygon that stands for a circle."""
    angles: Loop = centre + radius * np.exp(1j * _TAU * np.arange(points) / points)
    return angles


def rounded_box(width: float, height: float, radius: float, steps: int = 10) -> Loop:
    """A box around the origin with rounded corners."""
    arc = radius * np.exp(1j * np.linspace(0, _TAU / 4, steps + 1))
    x, y = width / 2 - radius, height / 2 - radius
    corners = (complex(x, y), complex(-x, y), complex(-x, -y), complex(x, -y))
    return _without_repeats(np.concatenate([corner + arc * 1j**k for k, corner in enumerate(corners)]))


def gear_outline(teeth: int, module: float, steps: int = 8) -> Loop:
    """A spur gear with involute flanks, pressure angle 20° (ISO 53 proportions)."""
    pitch = teeth * module / 2
    base, tip, root = pitch * np.cos(np.radians(20)), pitch + module, pitch - 1.25 * module
    radius = np.linspace(max(base, root), tip, steps)
    half = _TAU / 4 / teeth + _involute(base / pitch) - _involute(base / radius)
    flank = np.concatenate(([root * np.exp(-1j * half[0])], radius * np.exp(-1j * half)))
    tooth = np.concatenate((flank, flank[::-1].conj()))
    return np.concatenate([tooth * np.exp(1j * _TAU * k / teeth) for k in range(teeth)])


def keyed_bore(radius: float, key: float, depth: float, points: int = 48) -> Loop:
    """A round bore with a square keyway on top, `key` wide and reaching to `depth` from the centre."""
    edge = np.arcsin(key / 2 / radius)
    arc = radius * np.exp(1j * np.linspace(_TAU / 4 + edge, _TAU * 5 / 4 - edge, points))
    return np.concatenate((arc, [complex(key / 2, depth), complex(-key / 2, depth)]))


def thick_line(path: Loop, thickness: float, rounds: int = 4) -> Loop:
    """The outline of a bent strip along a path whose bends are rounded (Chaikin's corner cutting)."""
    for _ in range(rounds):
        cut = np.stack((0.75 * path[:-1] + 0.25 * path[1:], 0.25 * path[:-1] + 0.75 * path[1:]), axis=1)
        path = np.concatenate((path[:1], cut.ravel(), path[-1:]))
    path = _without_repeats(path)
    along = np.gradient(path)
    normal = 1j * along / np.abs(along) * thickness / 2
    return np.concatenate((path - normal, (path + normal)[::-1]))


def triangulate(outer: Loop, holes: Sequence[Loop]) -> NDArray[np.complex128]:
    """Triangles (n, 3) that fill a loop except for the holes in it, by clipping ears.

    Holes are first joined to the outline by bridges (D. Eberly, "Triangulation by Ear Clipping", 2002).
    """
    ring = outer
    for hole in sorted(holes, key=lambda loop: -float(loop.real.max())):
        ring = _bridge(ring, hole[::-1])
    triangles = []
    while ring.size > 3:
        tip = _best_ear(ring)
        triangles.append((ring[tip - 1], ring[tip], ring[(tip + 1) % ring.size]))
        ring = np.delete(ring, tip)
    return np.array([*triangles, tuple(ring)])


def _bridge(ring: Loop, hole: Loop) -> Loop:
    """Walk the ring, cross to the hole at the shortest free connection, walk the hole, cross back."""
    ends = np.roll(ring, -1)
    hole_ends = np.roll(hole, -1)
    for pair in np.argsort(np.abs(ring[:, None] - hole[None, :]), axis=None):
        i, j = divmod(int(pair), hole.size)
        if not _crosses(ring[i], hole[j], ring, ends) and not _crosses(ring[i], hole[j], hole, hole_ends):
            return np.concatenate((ring[: i + 1], hole[j:], hole[: j + 1], ring[i:]))
    raise ValueError("a hole lies outside of its outline")


def _crosses(a: complex, b: complex, starts: Loop, ends: Loop) -> bool:
    """Whether the segment from a to b properly crosses any of the others."""
    sides = _turn(a, b, starts) * _turn(a, b, ends)
    other = _turn(starts, ends, a) * _turn(starts, ends, b)
    return bool(np.any((sides < 0) & (other < 0)))


def _best_ear(ring: Loop) -> int:
    """The free corner whose cut gives the fattest triangle."""
    before, after = np.roll(ring, 1), np.roll(ring, -1)
    area = _turn(before, ring, after)
    longest = np.maximum(np.maximum(abs(ring - before), abs(after - ring)), abs(before - after))
    for tip in np.argsort(-area / np.maximum(longest, 1e-12) ** 2):
        if area[tip] <= 0:
            break
        if not _holds_points(before[tip], ring[tip], after[tip], ring):
            return int(tip)
    raise ValueError("the outline crosses itself")


def _holds_points(a: complex, b: complex, c: complex, points: Loop) -> bool:
    """Whether any point but the corners lies in the triangle or on its sides."""
    inside = (_turn(a, b, points) >= 0) & (_turn(b, c, points) >= 0) & (_turn(c, a, points) >= 0)
    return bool(np.any(inside & (points != a) & (points != b) & (points != c)))


def _turn(a: Loop | complex, b: Loop | complex, c: Loop | complex) -> NDArray[np.float64]:
    """Twice the signed area of triangle a b c: positive when it turns left."""
    product = np.conj(np.asarray(b) - a) * (np.asarray(c) - a)
    return np.asarray(product.imag)


def _involute(ratio: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """tan α - α for the angle whose cosine is base radius : radius."""
    angle = np.arccos(np.minimum(ratio, 1.0))
    return np.asarray(np.tan(angle) - angle)


def _without_repeats(loop: Loop) -> Loop:
    return loop[np.abs(loop - np.roll(loop, 1)) > 1e-9]
