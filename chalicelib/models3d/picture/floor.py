"""The shadow on the floor: soft, and the only thing in the picture besides the model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..vectors import Rows, dot
from .camera import Camera
from .light import Sun

_TEXTURE = 256
_REACH = np.float32(2.0)
_FADED, _FADING = np.float32(1.7), np.float32(1.2)
"""In radii of the model: how far the textures reach, where the shadow ends, and over what length it fades."""
_NEAR, _FAR, _CONTACT = np.float32(0.34), np.float32(0.5), np.float32(1.9)
_FADE_PIXELS = 70
_HORIZON = np.float32(0.08)


def on_floor(camera: Camera, x: Rows, y: Rows) -> tuple[Rows, NDArray[np.bool_]]:
    """Nearness of the floor at pixels, and whether it is near enough to be shown."""
    nearness = camera.floor_nearness(x, y)
    return np.maximum(nearness, _HORIZON / 2), nearness > _HORIZON


def floor_shadow(camera: Camera, sun: Sun, points: Rows, occlusion: Rows, bare: NDArray[np.bool_]) -> Rows:
    """Opacity of the shadow for floor points (3, side, side); `bare` is where no model stands in front.

    A cast shadow that softens with its distance from what casts it, and the darkness where the two touch.
    """
    along = np.array([1, 0, 0], np.float32)  # the camera's x axis is level
    across = np.cross(camera.up, along)
    u, v = dot(along, points), dot(across, points)
    near, far = _cast(camera, sun, along, across)
    light = (1 - _NEAR * _sample(near, u, v)) * (1 - _FAR * _sample(far, u, v))
    light *= 1 - np.clip(_CONTACT * _contact(occlusion, bare), 0, np.float32(0.6))
    reach = np.clip((_FADED - np.sqrt(u * u + v * v)) / _FADING, 0, 1)
    opacity: Rows = (1 - light) * reach * reach * _vignette(points.shape[1])
    return opacity


def _cast(camera: Camera, sun: Sun, along: Rows, across: Rows) -> tuple[Rows, Rows]:
    """The cast shadow as two textures of the floor: sharp near its cause, soft far from it."""
    steps = (np.arange(_TEXTURE, dtype=np.float32) + np.float32(0.5)) * (2 * _REACH / _TEXTURE) - _REACH
    u, v = np.meshgrid(steps, steps)
    floor = (camera.up * camera.floor)[:, None, None] + along[:, None, None] * u + across[:, None, None] * v
    gap = sun.blocked(floor)
    hit = gap > np.float32(0.004)
    return _blur(hit * np.exp(gap * -4), 2), _blur(hit.astype(np.float32), 6)


def _contact(occlusion: Rows, bare: NDArray[np.bool_]) -> Rows:
    """Occlusion of the bare floor, smoothed, as if the model's outline did not cut it off."""
    weight = _blur(bare.astype(np.float32), 2)
    smooth: Rows = _blur(np.where(bare, occlusion, np.float32(0)), 2) / np.maximum(weight, np.float32(0.05))
    return smooth


def _vignette(side: int) -> Rows:
    """1 inside, falling to 0 at the picture's border, so that no shadow is cut off."""
    place = np.arange(side, dtype=np.float32) + np.float32(0.5)
    inside = np.clip(np.minimum(place, side - place) / np.float32(_FADE_PIXELS), 0, 1)
    smooth = inside * inside * (3 - 2 * inside)
    vignette: Rows = smooth[:, None] * smooth[None, :]
    return vignette


def _sample(texture: Rows, u: Rows, v: Rows) -> Rows:
    """Bilinear lookup at floor coordinates."""
    scale, last = np.float32(_TEXTURE / (2 * _REACH)), np.float32(_TEXTURE - 1.01)
    x = np.clip((u + _REACH) * scale - np.float32(0.5), 0, last)
    y = np.clip((v + _REACH) * scale - np.float32(0.5), 0, last)
    column, row = x.astype(np.int32), y.astype(np.int32)
    x -= column
    y -= row
    flat, at = texture.reshape(-1), row * _TEXTURE + column
    upper = flat[at] * (1 - x) + flat[at + 1] * x
    lower = flat[at + _TEXTURE] * (1 - x) + flat[at + _TEXTURE + 1] * x
    sampled: Rows = upper * (1 - y) + lower * y
    return sampled


def _blur(picture: Rows, radius: int) -> Rows:
    """Three box blurs, which together come close to a Gaussian one. Beyond its border the picture is 0."""
    for _ in range(3):
        for axis in (0, 1):
            picture = _box(picture, radius, axis)
    return picture


def _box(picture: Rows, radius: int, axis: int) -> Rows:
    """The mean of 2·radius + 1 neighbours along an axis."""
    padding = [(0, 0), (0, 0)]
    padding[axis] = (radius, radius)
    padded = np.moveaxis(np.pad(picture, padding), axis, 0)
    size = picture.shape[axis]
    total = padded[:size].copy()
    for shift in range(1, 2 * radius + 1):
        total += padded[shift : shift + size]
    total /= np.float32(2 * radius + 1)
    return np.moveaxis(total, 0, axis)
