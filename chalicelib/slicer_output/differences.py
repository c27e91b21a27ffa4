"""Where a sliced file and a choice of the lab do not go together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from chalicelib.domain import densities
from chalicelib.domain.catalog import Material, Printer

from .facts import Sizes, SlicerFacts

About = Literal["printer", "size", "material"]

_TOLERANCE_MM = Decimal("0.01")
_SAME_BED_MM = 10
"""Slicers' profiles leave margins out that a catalog counts, and the other way round."""
_DIRECTIONS = ("wide", "deep", "tall")
_NOT_THE_MODEL = re.compile(r"original|input ?shaper|(?:hf)?[\d.]+ ?(?:mm )?nozzle|\b\d+t\b")
_VARIANT = re.compile(r"(?<=[a-z0-9])\d?(?:is)?(?:mmu\ds?)?$")
"""What PrusaSlicer appends to a model: tools, input shaper, multi-material unit."""


@dataclass(frozen=True)
class Difference:
    """Why the file is not for `choice`, the id of a printer or material, in words for staff."""

    about: About
    choice: str
    message: str


def differences(
    facts: SlicerFacts, printers: Iterable[Printer], materials: Iterable[Material]
) -> list[Difference]:
    """What staff should know before they choose one of these for this file."""
    found = [_of_printer(facts, printer) for printer in printers]
    found += [_of_size(facts, printer) for printer in printers]
    found += [_of_material(facts, material) for material in materials]
    return [difference for difference in found if difference]


def _of_printer(facts: SlicerFacts, printer: Printer) -> Difference | None:
    if facts.printer:
        if _same_model(facts.printer, printer):
            return None
        return Difference(
            "printer", printer.id, f"It is sliced for “{facts.printer}”, not for {printer.name}."
        )
    if facts.bed_mm and not _same_bed(facts.bed_mm, printer):
        bed = " × ".join(f"{side.normalize():f}" for side in facts.bed_mm)
        return Difference(
            "printer", printer.id, f"It is sliced for a printer of {bed} mm, not for {printer.name}."
        )
    return None


def _same_model(told: str, printer: Printer) -> bool:
    """Compared by how the names end: slicers say “MK4S” or “Original Prusa MK4S”, labs “Prusa MK4S”."""
    name = _squashed(_NOT_THE_MODEL.sub("", told.lower()))
    forms = {form for form in (name, _VARIANT.sub("", name)) if len(form) > 1}
    known = (_squashed(printer.name), _squashed(printer.id))
    return any(model.endswith(form) or form.endswith(model) for form in forms for model in known)


def _squashed(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())


def _same_bed(bed: Sizes, printer: Printer) -> bool:
    sides = zip(bed[:2], printer.build_volume_mm[:2], strict=True)
    return all(abs(float(told) - known) <= _SAME_BED_MM for told, known in sides)


def _of_size(facts: SlicerFacts, printer: Printer) -> Difference | None:
    """As it stands: what is sliced cannot be turned any more."""
    if facts.size_mm is None:
        return None
    sides = zip(facts.size_mm, map(_exact, printer.build_volume_mm), _DIRECTIONS, strict=True)
    over = [
        f"{side - known:.1f} mm too {name}" for side, known, name in sides if side > known + _TOLERANCE_MM
    ]
    if not over:
        return None
    return Difference("size", printer.id, f"It is too large for {printer.name}: {' and '.join(over)}.")


def _exact(side: float) -> Decimal:
    return Decimal(str(side))


def _of_material(facts: SlicerFacts, material: Material) -> Difference | None:
    """Only where both name a type of plastic: nobody knows what “Wood” is made of."""
    wanted = densities.types_in(f"{material.name} {material.id}")
    other = [f.type for f in facts.used if f.type and wanted and densities.types_in(f.type) - wanted]
    if not other:
        return None
    names = " and ".join(dict.fromkeys(other))
    return Difference("material", material.id, f"It is sliced for {names}, not for {material.name}.")
