"""Light on the visible surface: sky, sun with shadows, a weak fill light, highlights and lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..mesh import Mesh
from ..vectors import Rows, dot, unit
from .camera import Camera
from .colour import Paint
from .light import Sun
from .outlines import lines
from .raster import Visible
from .surface import Surface, look

_BAND = 32
_SKY_LOW, _SKY_RISE = np.float32(0.15), np.float32(0.40)
_SUN, _SHADE = np.float32(0.80), np.float32(0.85)
_FILL = np.float32(0.16)
_FILL_FROM = unit((0.85, 0.10, 0.50))
_OCCLUSION = np.float32(2.2)
_SHININESS = 24
_SHOULDER = np.float32(0.7)


def shade(mesh: Mesh, camera: Camera, visible: Visible, sun: Sun, occlusion: Rows, paint: Paint) -> Rows:
    """The lit model, (4, side / 2, side / 2): light times coverage in three colours, and coverage, 0 to 1.

    Every pixel is the mean of four. Worked through in bands of rows, whose arrays stay in the cache.
    """
    side = visible.ids.shape[0]
    result = np.zeros((4, side // 2, side // 2), np.float32)
    for top in range(0, side, _BAND):
        rows = slice(top, top + _BAND)
        if visible.nearness[rows].any():
            band = _shade_band(mesh, camera, visible, top, sun, occlusion, paint)
            pairs = band[:, ::2] + band[:, 1::2]
            result[:, top // 2 : (top + _BAND) // 2] = (pairs[:, :, ::2] + pairs[:, :, 1::2]) / 4
    return result


def _shade_band(
    mesh: Mesh, camera: Camera, visible: Visible, top: int, sun: Sun, occlusion: Rows, paint: Paint
) -> Rows:
    """Light and coverage (4, rows, side) of one band; one more row is looked at for the lines."""
    side = visible.ids.shape[0]
    covered = visible.nearness[top : top + _BAND + 1] > 0
    at = np.flatnonzero(covered)
    seen = look(mesh, camera, visible, at + top * side)
    line = lines(_spread(seen, at, covered.shape), covered).reshape(-1)[at]
    own = at < _BAND * side
    at, seen, line = at[own], Surface(seen.points[:, own], seen.normals[:, own]), line[own]
    row, column = np.divmod(at, side)
    openness = np.clip(1 - _OCCLUSION * occlusion[(row + top) // 2, column // 2], np.float32(0.12), 1)
    band = np.zeros((4, _BAND * side), np.float32)
    band[:3, at] = _light(seen, sun, camera.up, openness, line, paint)
    band[3, at] = 1
    return band.reshape(4, _BAND, side)


def _spread(seen: Surface, at: NDArray[np.int64], shape: tuple[int, ...]) -> Surface:
    """The surface of a list of pixels as a picture."""
    points, normals = np.zeros((2, 3, shape[0] * shape[1]), np.float32)
    points[:, at], normals[:, at] = seen.points, seen.normals
    return Surface(points.reshape(3, *shape), normals.reshape(3, *shape))


def _light(seen: Surface, sun: Sun, up: Rows, openness: Rows, line: Rows, paint: Paint) -> Rows:
    """Light (3, k) from the surface to the viewer."""
    normals = seen.normals
    sunlit = sun.lit(seen.points, normals)
    sky = (_SKY_LOW + _SKY_RISE * (dot(up, normals) + 1) / 2) * openness
    direct = np.maximum(dot(sun.direction, normals), 0) * (1 - _SHADE * (1 - sunlit)) * (openness + 1) / 2
    fill = np.maximum(dot(_FILL_FROM, normals), 0) * openness
    halfway = unit(sun.direction + np.array([0, 0, 1], np.float32))
    highlight = np.maximum(dot(halfway, normals), 0) ** _SHININESS * sunlit
    rim = (1 - np.clip(normals[2], 0, 1)) ** 3 * (dot(up, normals) + 1) / 2
    light: Rows = paint.diffuse[:, None] * (sky + _SUN * direct + _FILL * fill)
    light += paint.gloss * (highlight + rim) * openness * openness
    light *= 1 - line
    light += paint.line * line
    bright = light > _SHOULDER
    light[bright] = _SHOULDER + (1 - _SHOULDER) * (1 - np.exp((_SHOULDER - light[bright]) / (1 - _SHOULDER)))
    return light
