"""Sliced 3MF (`.gcode.3mf`) as Bambu Studio and OrcaSlicer write it: statistics by plate beside the G-code.

A package without sliced plates is a project: a model with settings, which tells neither weight nor time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeVar
from xml.parsers import expat

from .comments import comments_of
from .dialects import prusa
from .errors import Unreadable, damaged, too_complex
from .facts import Filament, SlicerFacts
from .gcode import told_by
from .numbers import positive, seconds
from .packages import Package
from .pictures import MAX_PNG_BYTES, largest
from .source import Source

MAX_XML_BYTES = 256 << 10
MAX_SETTINGS_BYTES = 1 << 20
MAX_ELEMENTS = 5_000
MAX_PLATES = 8
GCODE_BYTES = 256 << 10
"""Of a plate's G-code only the notes at its top are read: the end cannot be reached without unpacking all."""
_STATISTICS = "Metadata/slice_info.config"
_SETTINGS = "Metadata/project_settings.config"
_PLATE = re.compile(r"Metadata/plate_(\d{1,3})\.gcode", re.ASCII)
_T = TypeVar("_T", int, Decimal)
_LISTS = {"filament_type": ";"}


@dataclass
class _Plate:
    values: dict[str, str] = field(default_factory=dict)
    filaments: list[Filament] = field(default_factory=list)


def facts(source: Source) -> SlicerFacts:
    """What a sliced 3MF tells; several plates are one print. Raises Unreadable."""
    package = Package(source)
    plates = _sliced(_plates(package.read(_STATISTICS, MAX_XML_BYTES) or b""))
    gcode = sorted(name for name in package.names if _PLATE.fullmatch(name))
    if not plates and not gcode:
        raise Unreadable("not_sliced", "This is a project that was saved before slicing: it tells no weight.")
    notes = [_notes(package, name) for name in gcode[:MAX_PLATES]]
    found = notes[0] if notes else SlicerFacts()
    whole = found if len(gcode) == 1 else SlicerFacts()
    settings = prusa.told(_settings(package))
    return replace(
        found,
        printer=found.printer or settings.printer,
        nozzle_mm=found.nozzle_mm or settings.nozzle_mm,
        bed_mm=found.bed_mm or settings.bed_mm,
        layer_height_mm=found.layer_height_mm or settings.layer_height_mm,
        layers=_sum([note.layers for note in notes]) if len(gcode) <= MAX_PLATES else None,
        time_s=_sum([seconds(plate.values.get("prediction")) for plate in plates]) or whole.time_s,
        total_g=_sum([positive(plate.values.get("weight")) for plate in plates]) or whole.total_g,
        filaments=tuple(f for plate in plates for f in plate.filaments) or whole.filaments,
        thumbnail=_thumbnail(package, gcode),
    )


def _sliced(plates: list[_Plate]) -> list[_Plate]:
    return [plate for plate in plates if positive(plate.values.get("prediction")) or plate.filaments]


def _plates(text: bytes) -> list[_Plate]:
    plates: list[_Plate] = []
    elements = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MAX_ELEMENTS:
            raise too_complex()
        if name == "plate":
            plates.append(_Plate())
        elif name == "metadata" and plates:
            plates[-1].values[attributes.get("key", "")] = attributes.get("value", "")
        elif name == "filament" and plates:
            plates[-1].filaments.append(_filament(attributes))

    _parse(text, start)
    return plates


def _parse(text: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """No document type is accepted: it is where entities that grow without end are declared."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = start

    def refuse(*_: object) -> None:
        raise damaged()

    parser.StartDoctypeDeclHandler = refuse
    try:
        if text:
            parser.Parse(text, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged() from None


def _filament(attributes: Mapping[str, str]) -> Filament:
    metres = positive(attributes.get("used_m"))
    return Filament(
        type=attributes.get("type", "")[:40] or None,
        length_mm=metres * 1000 if metres else None,
        weight_g=positive(attributes.get("used_g")),
    )


def _sum(parts: Sequence[_T | None]) -> _T | None:
    """Of all plates or of none: a sum of some would look like the whole."""
    known = [part for part in parts if part]
    return sum(known[1:], known[0]) if known and len(known) == len(parts) else None


def _notes(package: Package, name: str) -> SlicerFacts:
    try:
        return told_by(comments_of(package.beginning(name, GCODE_BYTES) or b""), whole=False)
    except Unreadable as refusal:
        if refusal.code == "unknown_slicer":
            return SlicerFacts()
        raise


def _settings(package: Package) -> dict[str, str]:
    """The project's settings, JSON, in the words of the G-code's own configuration."""
    try:
        data = json.loads(package.read(_SETTINGS, MAX_SETTINGS_BYTES) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return {key: _as_text(key, value) for key, value in data.items()} if isinstance(data, dict) else {}


def _as_text(key: str, value: Any) -> str:
    return _LISTS.get(key, ",").join(map(str, value)) if isinstance(value, list) else str(value)


def _thumbnail(package: Package, gcode: list[str]) -> bytes | None:
    """The small picture of the first plate."""
    stem = gcode[0].removesuffix(".gcode") if gcode else "Metadata/plate_1"
    pictures = [package.beginning(f"{stem}{size}.png", MAX_PNG_BYTES + 1) for size in ("", "_small")]
    return largest([picture for picture in pictures if picture])
