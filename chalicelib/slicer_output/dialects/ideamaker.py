"""ideaMaker, by Raise3D: a header, and the consumption by material."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ..comments import Comments
from ..facts import Filament, Sizes, SlicerFacts
from ..numbers import positive, seconds, signed

_LAYER = re.compile(r"^LAYER:(\d{1,6})$", re.ASCII)
_MAX_EXTRUDERS = 4
_KG_M3_FROM = 100
"""Densities above this are in kg/m³."""


def facts(comments: Comments, *, whole: bool) -> SlicerFacts:
    """From header and consumption."""
    values = comments.values
    numbers = [
        Decimal(0) if (n := signed(word)) is None else n for word in values.get("dimension", "").split()[:4]
    ]
    bed = (numbers[0], numbers[1], numbers[2]) if len(numbers) >= 3 and all(numbers[:3]) else None
    return SlicerFacts(
        nozzle_mm=numbers[3] or None if len(numbers) > 3 else None,
        bed_mm=bed,
        time_s=seconds(values.get("print time")),
        filaments=tuple(_filament(values, index) for index in _materials(values)),
        layers=_layers(comments.lines),
        layer_height_mm=positive(values.get("height")),
        size_mm=_size(values.get("bounding box", "")),
    )


def _materials(values: Mapping[str, str]) -> list[int]:
    return [index for index in range(1, _MAX_EXTRUDERS + 1) if f"material#{index} used" in values]


def _filament(values: Mapping[str, str], index: int) -> Filament:
    density = positive(values.get(f"filament density #{index}"))
    return Filament(
        type=values.get(f"filament type #{index}", "")[:40] or None,
        length_mm=positive(values[f"material#{index} used"]),
        density_g_cm3=density / 1000 if density and density > _KG_M3_FROM else density,
        diameter_mm=positive(values.get(f"filament diameter #{index}")),
    )


def _layers(lines: list[str]) -> int | None:
    """Layers are numbered from 0; the last one is near the end of the file."""
    last = next(filter(None, map(_LAYER.match, reversed(lines))), None)
    return int(last[1]) + 1 if last else None


def _size(box: str) -> Sizes | None:
    """`xmin xmax ymin ymax zmin zmax`."""
    edges = [signed(word) for word in box.split()]
    known = [edge for edge in edges if edge is not None]
    if len(edges) != 6 or len(known) != 6:
        return None
    width, depth, height = (known[at + 1] - known[at] for at in (0, 2, 4))
    return (width, depth, height) if min(width, depth, height) > 0 else None
