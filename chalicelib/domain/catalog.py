"""What the lab offers: methods, printers and materials, and which of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chalicelib.domain import densities


@dataclass(frozen=True)
class Method:
    """A way of printing ("Filament") with the description that the form shows."""

    id: str
    description: str


@dataclass(frozen=True)
class Printer:
    """A machine. `build_volume_mm` is width, depth, height."""

    id: str
    name: str
    methods: tuple[str, ...]
    build_volume_mm: tuple[float, float, float]
    active: bool


@dataclass(frozen=True)
class Material:
    """A material of one method, priced by the gram, in the colours on the shelf.

    Its density is what a slicer's volume weighs; None where neither the catalog nor the name tells.
    """

    id: str
    name: str
    method: str
    price_per_gram_cents: Decimal
    colors: tuple[str, ...]
    active: bool
    density_g_cm3: Decimal | None = None


@dataclass(frozen=True)
class Catalog:
    """One version of the offer. Only active entries can be chosen; old jobs may name others."""

    version: int
    methods: tuple[Method, ...]
    printers: tuple[Printer, ...]
    materials: tuple[Material, ...]

    @classmethod
    def from_data(cls, version: int, data: Mapping[str, Any]) -> Catalog:
        """Read the stored JSON form; `data` has the keys methods, printers and materials."""
        return cls(
            version,
            tuple(Method(m["id"], m["description"]) for m in data["methods"]),
            tuple(
                Printer(p["id"], p["name"], tuple(p["methods"]), _volume(p["build_volume_mm"]), p["active"])
                for p in data["printers"]
            ),
            tuple(
                Material(
                    m["id"],
                    m["name"],
                    m["method"],
                    Decimal(str(m["price_per_gram_cents"])),
                    tuple(m["colors"]),
                    m["active"],
                    _density(m),
                )
                for m in data["materials"]
            ),
        )

    def printers_for(self, method: str) -> tuple[Printer, ...]:
        """The active printers that print with `method`."""
        return tuple(p for p in self.printers if p.active and method in p.methods)

    def materials_for(self, method: str) -> tuple[Material, ...]:
        """The active materials of `method`."""
        return tuple(m for m in self.materials if m.active and m.method == method)

    def colors_for(self, method: str) -> tuple[str, ...]:
        """The colours a student may ask for with `method`, in shelf order, without repeats."""
        return tuple(dict.fromkeys(color for m in self.materials_for(method) for color in m.colors))

    def material_with(self, method: str, color: str) -> Material | None:
        """The first active material of `method` on the shelf in `color`."""
        return next((m for m in self.materials_for(method) if color in m.colors), None)

    def printer(self, printer_id: str) -> Printer | None:
        """The printer of that id, active or not."""
        return next((p for p in self.printers if p.id == printer_id), None)

    def material(self, material_id: str) -> Material | None:
        """The material of that id, active or not."""
        return next((m for m in self.materials if m.id == material_id), None)


def _density(material: Mapping[str, Any]) -> Decimal | None:
    """As stored; catalogs from before densities get the usual one."""
    stored = material.get("density_g_cm3")
    return Decimal(str(stored)) if stored else densities.usual(material["name"], material["method"])


def _volume(sides: list[float]) -> tuple[float, float, float]:
    width, depth, height = sides
    return float(width), float(depth), float(height)
