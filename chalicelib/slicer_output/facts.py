"""What a slicer's output tells. None is "the file does not tell", and so is a zero."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

PI = Decimal("3.14159265358979")
USUAL_DIAMETER_MM = Decimal("1.75")
_MM3_PER_CM3 = 1000
_HEAVIEST_G = 100_000

Sizes = tuple[Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Filament:
    """What one extruder uses of one filament. `type` is the slicer's word, such as "PLA"."""

    type: str | None = None
    length_mm: Decimal | None = None
    volume_cm3: Decimal | None = None
    weight_g: Decimal | None = None
    density_g_cm3: Decimal | None = None
    diameter_mm: Decimal | None = None

    @property
    def used(self) -> bool:
        """Whether the print needs any of it."""
        return any((self.length_mm, self.volume_cm3, self.weight_g))

    @property
    def cm3(self) -> Decimal | None:
        """Its volume, as told or from its length; thin filament is assumed where no diameter is told."""
        if self.volume_cm3:
            return self.volume_cm3
        if not self.length_mm:
            return None
        radius = (self.diameter_mm or USUAL_DIAMETER_MM) / 2
        return self.length_mm * PI * radius * radius / _MM3_PER_CM3

    def weighed(self, density_g_cm3: Decimal | None) -> Decimal | None:
        """Its weight, as told, or from its volume by its own density, or else by the one given."""
        density = self.density_g_cm3 or density_g_cm3
        if self.weight_g or self.cm3 is None or density is None:
            return self.weight_g or None
        return self.cm3 * density


@dataclass(frozen=True, slots=True)
class SlicerFacts:
    """One sliced print. Sizes in mm; `bed_mm` is what the slicer took for the printer's build volume."""

    slicer: str | None = None
    slicer_version: str | None = None
    printer: str | None = None
    nozzle_mm: Decimal | None = None
    bed_mm: Sizes | None = None
    time_s: int | None = None
    total_g: Decimal | None = None
    filaments: tuple[Filament, ...] = ()
    layers: int | None = None
    layer_height_mm: Decimal | None = None
    size_mm: Sizes | None = None
    thumbnail: bytes | None = None

    @property
    def used(self) -> tuple[Filament, ...]:
        """The filaments that the print needs."""
        return tuple(filament for filament in self.filaments if filament.used)

    @property
    def weight_g(self) -> Decimal | None:
        """The whole weight; None when the slicer knows it for some filaments only, or not at all."""
        parts = [filament.weight_g for filament in self.used]
        if not all(parts):
            return None
        return _plausible(self.total_g or sum((part for part in parts if part), Decimal(0)))

    def weight_by(self, density_g_cm3: Decimal | None) -> Decimal | None:
        """A weight from volumes, where the slicer told none: its own densities, else the one given."""
        parts = [filament.weighed(density_g_cm3) for filament in self.used]
        known = [part for part in parts if part]
        return _plausible(sum(known, Decimal(0))) if len(known) == len(parts) else None

    def as_dict(self) -> dict[str, Any]:
        """As JSON-ready values."""
        plain = {name: _plain(getattr(self, name)) for name in self.__slots__}
        plain["filaments"] = [_told({n: _plain(getattr(f, n)) for n in f.__slots__}) for f in self.filaments]
        return _told(plain)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SlicerFacts:
        """What `as_dict` made."""
        values = dict(data)
        for name in ("nozzle_mm", "total_g", "layer_height_mm"):
            values[name] = _decimal(values.get(name))
        for name in ("bed_mm", "size_mm"):
            values[name] = tuple(map(Decimal, values[name])) if values.get(name) else None
        values["filaments"] = tuple(_filament(one) for one in values.get("filaments", []))
        picture = values.get("thumbnail")
        values["thumbnail"] = base64.b64decode(picture) if picture else None
        return cls(**values)


def _plausible(grams: Decimal) -> Decimal | None:
    return grams.quantize(Decimal("0.01")) or None if 0 < grams <= _HEAVIEST_G else None


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return [str(part) for part in value] if isinstance(value, tuple) else value


def _filament(data: Mapping[str, Any]) -> Filament:
    sizes: dict[str, Any] = {name: _decimal(value) for name, value in data.items() if name != "type"}
    return Filament(data.get("type"), **sizes)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
