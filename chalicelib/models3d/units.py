"""Whether a model was drawn in another unit than the millimetres it is read as."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Size = tuple[float, float, float]
Unit = Literal["inches", "metres", "centimetres"]

MM_PER_INCH = 25.4

_SUSPECTS: tuple[tuple[float, Unit, float], ...] = (
    (0.5, "metres", 1000.0),
    (5.0, "inches", MM_PER_INCH),
    (10.0, "centimetres", 10.0),
)
"""(longest side below which, unit, mm per unit): explains implausibly small objects."""


@dataclass(frozen=True, slots=True)
class UnitSuspicion:
    """The unit that would explain an implausible size, and the size it would give."""

    unit: Unit
    size_mm: Size


def suspect_unit(size_mm: Size) -> UnitSuspicion | None:
    """Judge by the longest side: prints smaller than a fingertip are rare, forgotten units are not.

    >>> suspect_unit((0.08, 0.05, 0.02))
    UnitSuspicion(unit='metres', size_mm=(80.0, 50.0, 20.0))
    >>> suspect_unit((4, 2, 1)).unit, suspect_unit((40, 20, 10))
    ('inches', None)
    """
    for below, unit, factor in _SUSPECTS:
        if max(size_mm) < below:
            return UnitSuspicion(unit, scaled(size_mm, factor))
    return None


def scaled(size: Size, factor: float) -> Size:
    """Every side times `factor`, rounded to a thousandth."""
    x, y, z = size
    return round(x * factor, 3), round(y * factor, 3), round(z * factor, 3)


def in_inches(size_mm: Size) -> Size:
    """Millimetres as inches."""
    return scaled(size_mm, 1 / MM_PER_INCH)


def size_text(size: Size) -> str:
    """A size for people, in millimetres: "120 × 80 × 4.5"."""
    return " × ".join(f"{side:.1f}".removesuffix(".0") if side < 1000 else f"{side:,.0f}" for side in size)
