"""Colours: from a student's "#1d4fa0" to the light that the model reflects, and back to the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ..vectors import Rows

DEFAULT_COLOUR = "#e87722"
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_LEVELS = 4096


@dataclass(frozen=True, slots=True)
class Paint:
    """How the surface answers light: diffuse colour (3,), strength of highlights, and the light on outlines.

    Black plastic shows its shape by highlights and pale edges, white plastic by shade alone.
    """

    diffuse: Rows
    gloss: np.float32
    line: np.float32


def paint(colour: str | None) -> Paint:
    """Read "#rrggbb"; None means the default. Raises ValueError for anything else.

    The darkest and the brightest tones are held off black and white, where no light could model a shape.
    """
    match = _HEX.fullmatch(colour or DEFAULT_COLOUR)
    if match is None:
        raise ValueError(f"not a colour like {DEFAULT_COLOUR}: {colour!r}")
    srgb = np.frombuffer(bytes.fromhex(match[1]), np.uint8).astype(np.float32) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    darkness = float(np.clip(1 - linear.max() / 0.2, 0, 1))
    diffuse = (0.035 * darkness + (0.86 - 0.1 * linear.min()) * linear).astype(np.float32)
    return Paint(diffuse, np.float32(0.06 + 0.05 * darkness), np.float32(0.14 * darkness))


def _screen_levels() -> Rows:
    """sRGB value, 0 to 255, of each of `_LEVELS` + 1 steps of light (IEC 61966-2-1)."""
    light = np.linspace(0, 1, _LEVELS + 1)
    screen = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    return (255 * screen).astype(np.float32)


_SCREEN = _screen_levels()


def to_screen(light: Rows) -> Rows:
    """Light from 0 to 1 as sRGB values from 0 to 255."""
    return _SCREEN[(np.clip(light, 0, 1) * np.float32(_LEVELS) + np.float32(0.5)).astype(np.int32)]
