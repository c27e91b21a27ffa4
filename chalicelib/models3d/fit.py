"""Whether a model fits into a printer, and how it must be turned for that."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from .facts import MeshFacts
from .units import Size

Way = Literal["upright", "turned", "diagonal", "lying", "none"]

_TOLERANCE_MM = 0.01
_ANGLES = tuple(math.radians(step / 4) for step in range(1, 360))
_DIRECTIONS = ("wide", "deep", "tall")


@dataclass(frozen=True, slots=True)
class Fit:
    """The easiest way in which a model fits.

    Tried in this order: as it is (`upright`), turned by 90° on the bed (`turned`), turned by another angle
    (`diagonal`, about `angle_degrees`), on another of its six sides (`lying`), `none`. `excess_mm` says by
    how much each side is too long as the model stands, 0 where it is not; `largest_scale` is the percentage
    of its size at which it would fit on some side.
    """

    way: Way
    angle_degrees: float
    excess_mm: Size
    largest_scale: int
    message: str

    @property
    def fits(self) -> bool:
        """Whether there is any way at all."""
        return self.way != "none"


def fit(model: MeshFacts | Size, volume_mm: Size) -> Fit:
    """Try a model, given by its facts or its size in mm, in a build volume (width, depth, height)."""
    size = model.size_mm if isinstance(model, MeshFacts) else model
    way, angle = _way(size, volume_mm)
    excess = _excess(size, volume_mm)
    sides = zip(sorted(size), sorted(volume_mm), strict=True)
    scale = math.floor(100 * min(available / max(side, 1e-9) for side, available in sides))
    return Fit(way, angle, excess, scale, _message(way, angle, excess, scale))


def _way(size: Size, volume: Size) -> tuple[Way, float]:
    width, depth, height = size
    if _within(size, volume):
        return "upright", 0.0
    if _within((depth, width, height), volume):
        return "turned", 90.0
    if height <= volume[2] + _TOLERANCE_MM:
        angle = _diagonal_angle(size, volume)
        if angle is not None:
            return "diagonal", angle
    if _within(_sorted(size), _sorted(volume)):
        return "lying", 0.0
    return "none", 0.0


def _within(size: Size, volume: Size) -> bool:
    return all(side <= available + _TOLERANCE_MM for side, available in zip(size, volume, strict=True))


def _sorted(size: Size) -> Size:
    """Shortest side first: boxes fit into each other on some side exactly when these do in order."""
    shortest, middle, longest = sorted(size)
    return shortest, middle, longest


def _diagonal_angle(size: Size, volume: Size) -> float | None:
    """The angle, in degrees, at which the turned footprint leaves the most room, if it fits at all.

    Searched in quarter degrees; the exact condition (W. B. Carver, Amer. Math. Monthly 64, 1957, E 1225)
    would add fits tighter than a print's own brim.
    """
    width, depth, _ = size

    def room(angle: float) -> float:
        cosine, sine = math.cos(angle), math.sin(angle)
        return min(volume[0] - width * cosine - depth * sine, volume[1] - width * sine - depth * cosine)

    best = max(_ANGLES, key=room)
    return round(math.degrees(best)) if room(best) >= -_TOLERANCE_MM else None


def _excess(size: Size, volume: Size) -> Size:
    """By how much each side is too long, for the better of the two ways round on the bed."""

    def over(width: float, depth: float) -> tuple[float, float]:
        return max(width - volume[0], 0.0), max(depth - volume[1], 0.0)

    x, y = min(over(size[0], size[1]), over(size[1], size[0]), key=max)
    return round(x, 2), round(y, 2), round(max(size[2] - volume[2], 0.0), 2)


def _message(way: Way, angle: float, excess: Size, scale: int) -> str:
    if way == "none":
        sides = zip(excess, _DIRECTIONS, strict=True)
        over = [f"{by:.1f} mm too {name}" for by, name in sides if by > _TOLERANCE_MM]
        return f"Too large: {_listed(over)}. It would fit at {scale} % of its size."
    return {
        "upright": "Fits as it is.",
        "turned": "Fits when turned by 90° on the bed.",
        "diagonal": f"Fits only when turned by about {angle:.0f}° on the bed.",
        "lying": "Fits only when laid on another side.",
    }[way]


def _listed(parts: list[str]) -> str:
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)
