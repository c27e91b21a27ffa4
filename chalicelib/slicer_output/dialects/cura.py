"""Cura and UltiMaker Cura: a header in the Marlin or the Griffin flavour. Neither tells a weight."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ..comments import Comments
from ..facts import Filament, Sizes, SlicerFacts
from ..numbers import count, number, positive, seconds, signed

_METRES = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)\s*m\b", re.ASCII)
_MAX_EXTRUDERS = 16


def facts(comments: Comments, *, whole: bool) -> SlicerFacts:
    """From the header."""
    values = comments.values
    return SlicerFacts(
        printer=values.get("target_machine.name", "")[:100] or None,
        nozzle_mm=positive(values.get("extruder_train.0.nozzle.diameter")),
        time_s=seconds(values.get("time") or values.get("print.time")),
        filaments=_by_volume(values) or _by_length(values),
        layers=count(values.get("layer_count")),
        layer_height_mm=positive(values.get("layer height")),
        size_mm=_size(values, "{}{}") or _size(values, "print.size.{}.{}"),
    )


def _by_length(values: Mapping[str, str]) -> tuple[Filament, ...]:
    metres = _METRES.findall(values.get("filament used", ""))
    return tuple(Filament(length_mm=Decimal(length) * 1000 or None) for length in metres)


def _by_volume(values: Mapping[str, str]) -> tuple[Filament, ...]:
    """Griffin: cubic millimetres for each extruder."""
    names = (f"extruder_train.{index}.material.volume_used" for index in range(_MAX_EXTRUDERS))
    volumes = [number(values[name]) for name in names if name in values]
    return tuple(Filament(volume_cm3=volume / 1000 if volume else None) for volume in volumes)


def _size(values: Mapping[str, str], name: str) -> Sizes | None:
    width, depth, height = (
        _length(signed(values.get(name.format("min", axis))), signed(values.get(name.format("max", axis))))
        for axis in "xyz"
    )
    return (width, depth, height) if width and depth and height else None


def _length(low: Decimal | None, high: Decimal | None) -> Decimal | None:
    return high - low if low is not None and high is not None and high > low else None
