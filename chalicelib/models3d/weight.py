"""A first guess of a print's weight, before anyone has sliced it."""

from __future__ import annotations

from dataclasses import dataclass

from .facts import MeshFacts

_MM3_PER_CM3 = 1000


@dataclass(frozen=True, slots=True)
class PrintStyle:
    """How solid a method prints. Each pair is (least, most) of what the lab usually sets.

    `wall_mm` is the thickness of the solid skin, `infill` the filled share of what lies below it, `extra`
    the share that supports and brim add.
    """

    wall_mm: tuple[float, float]
    infill: tuple[float, float]
    extra: tuple[float, float]


FILAMENT = PrintStyle(wall_mm=(0.8, 1.4), infill=(0.10, 0.20), extra=(0.0, 0.15))
"""Two to three lines of 0.4 to 0.45 mm, three to six layers of 0.2 mm, as in slicers' own profiles."""

RESIN = PrintStyle(wall_mm=(0.0, 0.0), infill=(1.0, 1.0), extra=(0.05, 0.35))
"""Printed solid, on supports."""


@dataclass(frozen=True, slots=True)
class WeightEstimate:
    """An estimate, to be shown as one: from `low_g` to `high_g`; not `reliable` for models with holes."""

    low_g: float
    high_g: float
    reliable: bool


def estimate_weight_g(facts: MeshFacts, density_g_cm3: float, style: PrintStyle = FILAMENT) -> WeightEstimate:
    """Estimate the weight of a print in a material of this density.

    Skin plus infill: ρ · (S + f · (V - S)) · (1 + e) with the skin's volume S = min(V, area · wall). Weighing
    volume alone would be up to four times off for thin walls, which are nothing but skin.
    """
    low, high = (
        round(_volume_mm3(facts, wall, infill) * (1 + extra) * density_g_cm3 / _MM3_PER_CM3, 1)
        for wall, infill, extra in zip(style.wall_mm, style.infill, style.extra, strict=True)
    )
    return WeightEstimate(low, high, facts.volume_reliable)


def _volume_mm3(facts: MeshFacts, wall_mm: float, infill: float) -> float:
    """Material in skin and infill."""
    skin = min(facts.volume_mm3, facts.area_mm2 * wall_mm)
    return skin + infill * (facts.volume_mm3 - skin)
