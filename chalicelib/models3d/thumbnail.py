"""The picture of a model: 512 × 512 PNG on a transparent ground, with a soft shadow below the model."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from .mesh import Mesh
from .picture.camera import Camera
from .picture.colour import Paint, paint, to_screen
from .picture.floor import floor_shadow, on_floor
from .picture.light import Sun
from .picture.occlusion import occlusion
from .picture.png import png
from .picture.raster import Visible, draw
from .picture.shading import Lighting, shade
from .picture.surface import Surface, View, halved
from .vectors import Rows

SIDE = 512
_FINE = 2 * SIDE
_MOST_WORK = 50e6
"""Pixels to paint, with four for each row of a triangle: about two seconds. A fine sculpture needs 7e6."""


def thumbnail(mesh: Mesh, colour: str | None = None) -> bytes:
    """A PNG of the model in a colour like "#1d4fa0" (default: orange). Raises ValueError for another colour.

    The same mesh and colour give the same bytes.
    """
    return png(_picture(mesh, paint(colour)))


def _picture(mesh: Mesh, surface_paint: Paint) -> NDArray[np.uint8]:
    """Draw at twice the size; occlusion and shadow, being soft, at the final size."""
    camera = Camera(mesh, _FINE)
    step = max(1, math.ceil((camera.pixels_to_draw + 4 * camera.rows_to_draw) / _MOST_WORK))
    visible = draw(camera.project(mesh, step), _FINE)
    sun = Sun(camera, mesh, step)
    view = View(mesh, camera)
    scene, bare, shown = _scene(view, halved(visible))
    blocked = occlusion(scene, camera, shown)
    shadow = floor_shadow(camera, sun, scene.points, blocked, bare) * shown
    return _composed(shade(view, visible, Lighting(sun, blocked, surface_paint)), shadow)


def _scene(view: View, visible: Visible) -> tuple[Surface, NDArray[np.bool_], NDArray[np.bool_]]:
    """Model and floor as one surface (3, side, side); where the floor is bare; where there is anything."""
    steps = np.arange(SIDE, dtype=np.float32) * 2 + 1
    x, y = np.meshgrid(steps, steps)
    nearness, floor_shown = on_floor(view.camera, x, y)
    model = visible.nearness > 0
    points = view.camera.from_picture(x, y, nearness)
    normals = np.broadcast_to(view.camera.up[:, None, None], points.shape).copy()
    at = np.flatnonzero(model)
    seen = view.look(visible, at)
    points.reshape(3, -1)[:, at] = seen.points
    normals.reshape(3, -1)[:, at] = seen.normals
    return Surface(points, normals), floor_shown & ~model, floor_shown | model


def _composed(model: Rows, shadow: Rows) -> NDArray[np.uint8]:
    """The model over its black shadow, as RGBA with colours not multiplied by opacity."""
    coverage = model[3]
    opacity = coverage + shadow * (1 - coverage)
    colour = to_screen(model[:3] / np.maximum(coverage, np.float32(1e-6)))
    colour *= coverage / np.maximum(opacity, np.float32(1e-6))
    pixels: NDArray[np.uint8] = np.rint(np.stack((*colour, 255 * opacity), axis=-1)).astype(np.uint8)
    return pixels
