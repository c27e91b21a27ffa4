"""PrusaSlicer and its descendants: SuperSlicer, OrcaSlicer, Bambu Studio.

Statistics stand at the end (PrusaSlicer) or at the top (Bambu Studio), the configuration in the same file.
Lists are for each extruder: numbers with commas, words with semicolons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from ..comments import Comments
from ..facts import Filament, Sizes, SlicerFacts
from ..numbers import MAX_EXTRUDERS, count, number, numbers, positive, seconds, signed

_CORNER = re.compile(r"(-?\d{1,6}(?:\.\d{1,9})?)x(-?\d{1,6}(?:\.\d{1,9})?)", re.ASCII)
_T = TypeVar("_T")


def facts(comments: Comments, *, whole: bool) -> SlicerFacts:
    """From the comments of a G-code file."""
    found = told(comments.values)
    if found.layers is None and whole:  # PrusaSlicer marks its layers without counting them
        return replace(found, layers=comments.lines.count("LAYER_CHANGE") or None)
    return found


def told(values: Mapping[str, str]) -> SlicerFacts:
    """From keys and values, wherever they stood."""
    return SlicerFacts(
        printer=_first_word(values.get("printer_model")),
        nozzle_mm=_first(numbers(values.get("nozzle_diameter"))),
        bed_mm=_bed(values),
        time_s=_time(values),
        total_g=positive(values.get("total filament used [g]") or values.get("total filament weight [g]")),
        filaments=filaments(values),
        layers=count(values.get("total layer number") or values.get("total layers count")),
        layer_height_mm=positive(values.get("layer_height")),
        size_mm=_size(values),
    )


def filaments(values: Mapping[str, str]) -> tuple[Filament, ...]:
    """One for each extruder; types are left out where it is not clear whose they are."""
    lengths = numbers(values.get("filament used [mm]") or values.get("total filament length [mm]"))
    volumes = numbers(values.get("filament used [cm3]"))
    weights = numbers(values.get("filament used [g]") or values.get("total filament weight [g]"))
    size = max(len(lengths), len(volumes), len(weights))
    types = [
        word.strip(' "')
        for word in values.get("filament_type", "").split(";", MAX_EXTRUDERS)
        if word.strip(' "')
    ]
    densities = numbers(values.get("filament_density"))
    diameters = numbers(values.get("filament_diameter"))
    return tuple(
        Filament(
            type=_of(types, index, size),
            length_mm=_told(lengths, index, size),
            volume_cm3=_told(volumes, index, size),
            weight_g=_told(weights, index, size),
            density_g_cm3=_of(densities, index, size),
            diameter_mm=_of(diameters, index, size),
        )
        for index in range(size)
    )


def _of(values: list[_T], index: int, size: int) -> _T | None:
    """The value of one extruder. Lists of settings name all extruders, those of consumption the used ones."""
    if len(values) == size:
        return values[index] or None
    return values[0] or None if values and values.count(values[0]) == len(values) else None


def _told(values: list[Decimal | None], index: int, size: int) -> Decimal | None:
    """A filament without density is left out of the weights: then nobody knows whose the others are."""
    return values[index] or None if len(values) == size else None


def _first(values: list[Decimal | None]) -> Decimal | None:
    return values[0] or None if values else None


def _first_word(text: str | None) -> str | None:
    return (text or "").strip(' "')[:100] or None


def _time(values: Mapping[str, str]) -> int | None:
    if "model printing time" in values:  # "12m 49s; total estimated time: 18m 38s"
        return seconds(values["model printing time"].rpartition(":")[2])
    return seconds(values.get("estimated printing time (normal mode)"))


def _bed(values: Mapping[str, str]) -> Sizes | None:
    shape = values.get("bed_shape") or values.get("printable_area") or ""
    corners = [(Decimal(x), Decimal(y)) for x, y in _CORNER.findall(shape)]
    height = number(values.get("max_print_height") or values.get("printable_height"))
    return _extent(corners, height)


def _size(values: Mapping[str, str]) -> Sizes | None:
    """The outlines of the objects on the bed and the highest layer."""
    height = number(values.get("max_layer_z") or values.get("max_z_height"))
    return _extent(_outlines(values.get("objects_info", "")), height)


def _outlines(text: str) -> list[tuple[Decimal, Decimal]]:
    try:
        objects = json.loads(text, parse_float=str, parse_int=str)["objects"]
        corners = [corner for one in objects for corner in one["polygon"]]
        found = [(signed(x), signed(y)) for x, y in corners]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [(x, y) for x, y in found if x is not None and y is not None]


def _extent(corners: list[tuple[Decimal, Decimal]], height: Decimal | None) -> Sizes | None:
    if not corners or not height:
        return None
    (width, depth) = (max(side) - min(side) for side in zip(*corners, strict=True))
    return (width, depth, height) if width and depth else None
