"""Simplify3D: settings as "key,value" at the top, a build summary at the end."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..comments import Comments
from ..facts import Filament, SlicerFacts
from ..numbers import positive, seconds

_LAYER = re.compile(r"^layer (\d{1,6}), Z = ", re.ASCII)


def facts(comments: Comments, *, whole: bool) -> SlicerFacts:
    """From settings and summary; versions 4 and 5 differ in capital letters only."""
    values = comments.values
    last = next(filter(None, map(_LAYER.match, reversed(comments.lines))), None)
    return SlicerFacts(
        nozzle_mm=positive(values.get("extruderdiameter")),
        time_s=seconds(values.get("build time")),
        filaments=_filaments(values),
        layers=int(last[1]) if last else None,
        layer_height_mm=positive(values.get("layerheight")),
    )


def _filaments(values: Mapping[str, str]) -> tuple[Filament, ...]:
    """All extruders in one sum."""
    volume_mm3 = positive(values.get("plastic volume"))
    used = Filament(
        type=values.get("printmaterial", "")[:40] or None,
        length_mm=positive(values.get("filament length")),
        volume_cm3=volume_mm3 / 1000 if volume_mm3 else None,
        weight_g=positive(values.get("plastic weight")),
    )
    return (used,) if used.used else ()
