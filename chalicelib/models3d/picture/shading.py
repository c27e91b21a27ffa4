"""Light on the visible surface: sky, sun with shadows, a weak fill light, highlights and lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..vectors import Rows, dot, unit
from .colour import Paint
from .light import Sun
from .outlines import lines
from .raster import Visible
from .surface import Surface, View

_BAND = 32
_SKY_LOW, _SKY_RISE = np.float32(0.15), np.float32(0.40)
_SUN, _SHADE = np.float32(0.80), np.float32(0.85)
_FILL = np.float32(0.16)
_FILL_FROM = unit((0.85, 0.10, 0.50))
_OCCLUSION = np.float32(2.2)
_SHININESS = 24
_SHOULDER = np.float32(0.7)


@dataclass(frozen=True, slots=True)
class Lighting:
    """The sun, how much of the sky each pixel of the final picture misses, and what answers the light."""

    sun: Sun
    occlusion: Rows
    paint: Paint


def shade(view: View, visible: Visible, lighting: Lighting) -> Rows:
    """The lit model, (4, side / 2, side / 2): light times coverage in three colours, and coverage, 0 to 1.

    Every pixel is the mean of four. Worked through in bands of rows, whose arrays stay in the cache.
    """
    side = visible.ids.shape[0]
    result = np.zeros((4, side // 2, side // 2), np.float32)
    for top in range(0, side, _BAND):
        if visible.nearness[top : top + _BAND].any():
            band = _shade_band(view, visible, lighting, top)
            pairs = band[:, ::2] + band[:, 1::2]
            result[:, top // 2 : (top + _BAND) // 2] = (pairs[:, :, ::2] + pairs[:, :, 1::2]) / 4
    return result


def _shade_band(view: View, visible: Visible, lighting: Lighting, top: int) -> Rows:
    """Light and coverage (4, rows, side) of one band; one more row is looked at for the lines."""
    side = visible.ids.shape[0]
    covered = visible.nearness[top : top + _BAND + 1] > 0
    at = np.flatnonzero(covered)
    seen = view.look(visible, at + top * side)
    line = lines(*_on_grid(seen, at, covered), covered).reshape(-1)
    own = np.searchsorted(at, _BAND * side)
    at, seen = at[:own], Surface(seen.points[:, :own], seen.normals[:, :own])
    row, column = np.divmod(at, side)
    blocked = lighting.occlusion[(row + top) // 2, column // 2]
    openness = np.clip(1 - _OCCLUSION * blocked, np.float32(0.12), 1)
    light = _light(seen, lighting.sun, view.camera.up, openness, lighting.paint)
    band = np.zeros((4, _BAND * side), np.float32)
    band[:3, at] = _finished(light, line[at], lighting.paint)
    band[3, at] = 1
    return band.reshape(4, _BAND, side)


def _on_grid(seen: Surface, at: NDArray[np.int64], covered: NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Normals (3, …) and depth of a list of pixels as pictures."""
    grid = np.zeros((4, covered.size), np.float32)
    grid[:3, at] = seen.normals
    grid[3, at] = seen.points[2]
    pictures: Rows = grid.reshape(4, *covered.shape)
    return pictures[:3], pictures[3]


def _light(seen: Surface, sun: Sun, up: Rows, openness: Rows, paint: Paint) -> Rows:
    """Light (3, k) from the surface to the viewer."""
    normals = seen.normals
    skyward = (dot(up, normals) + 1) / 2
    sunlit = sun.lit(seen.points, normals)
    sky = (_SKY_LOW + _SKY_RISE * skyward) * openness
    direct = np.maximum(dot(sun.direction, normals), 0) * (1 - _SHADE * (1 - sunlit)) * (openness + 1) / 2
    fill = np.maximum(dot(_FILL_FROM, normals), 0) * openness
    halfway = unit(sun.direction + np.array([0, 0, 1], np.float32))
    highlight = np.maximum(dot(halfway, normals), 0) ** _SHININESS * sunlit
    rim = (1 - np.clip(normals[2], 0, 1)) ** 3 * skyward
    light: Rows = paint.diffuse[:, None] * (sky + _SUN * direct + _FILL * fill)
    light += paint.gloss * (highlight + rim) * openness * openness
    return light


def _finished(light: Rows, line: Rows, paint: Paint) -> Rows:
    """The light with lines drawn in, and its brightest tones bent below 1 instead of cut off."""
    light = light * (1 - line) + paint.line * line
    bright = light > _SHOULDER
    room = 1 - _SHOULDER
    light[bright] = 1 - room * np.exp((_SHOULDER - light[bright]) / room)
    return light
