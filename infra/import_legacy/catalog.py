"""The old catalog, and by which of our names the old rows' printers, methods and materials go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import offers
from chalicelib.domain.catalog import Catalog
from infra.import_legacy.values import Row, exact, one_line, shown

Entry = dict[str, Any]
_KINDS = ("methods", "printers", "materials")
_UNKNOWN_PRICE = "has no price per gram"


def merged(row: Row | None, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Our catalog with what the old one has more, by id and name; what we have already stays as it is."""
    data: dict[str, Any] = {kind: list(ours.get(kind, [])) for kind in _KINDS}
    old = row.document("data") if row else None
    if row is None or old is None:
        return data
    if not isinstance(old, dict):
        row.note("data", "no object with methods, printers and materials", "left out")
        return data
    readers = {"methods": _method, "printers": _printer, "materials": _material}
    for kind, reader in readers.items():
        known = {word for entry in data[kind] for word in _words(entry)}
        for entry in old.get(kind) or []:
            entry = {"id": entry, "name": entry} if isinstance(entry, str) else entry
            if not isinstance(entry, dict) or not _words(entry):
                row.note("data", f"{kind}: {shown(entry)} has no name", "left out")
            elif not known & _words(entry):
                _add(data, kind, reader(entry), row)
                known |= _words(entry)
    return data


def _add(data: dict[str, Any], kind: str, new: Entry | str, row: Row) -> None:
    """Add an entry, unless it cannot be read (then `new` says why) or the catalog would contradict itself."""
    if isinstance(new, str):
        row.note("data", f"{kind}: {new}", "left out: add it in the catalog editor")
        return
    before = set(offers.problems(Catalog.from_data(0, data)).values())
    after = offers.problems(Catalog.from_data(0, {**data, kind: [*data[kind], new]}))
    wrong = [problem for problem in after.values() if problem not in before]
    if wrong:
        row.note("data", f"{kind}: “{new['id']}”: {wrong[0]}", "left out: add it in the catalog editor")
    else:
        data[kind].append(new)


def key(text: str) -> str:
    """The same for every way to write a name or id.

    >>> key("Prusa MK4S") == key("prusa_mk4s")
    True
    """
    return re.sub(r"[^a-z0-9]+", "-", one_line(text).casefold()).strip("-")


def _words(entry: Mapping[str, Any]) -> set[str]:
    return {key(str(entry[name])) for name in ("id", "name") if entry.get(name)} - {""}


def _first(entry: Entry, *names: str) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _named(entry: Entry) -> tuple[str, str]:
    name = one_line(str(_first(entry, "name", "display_name", "id")))[:60]
    return key(str(_first(entry, "id", "name")))[:60], name


def _is_active(entry: Entry) -> bool:
    said = _first(entry, "active", "is_active", "enabled")
    return said is None or str(said).casefold() in {"true", "1"}


def _method(entry: Entry) -> Entry:
    # A method's id is what people read and what names of files hold.
    name = _named(entry)[1]
    return {"id": name, "description": one_line(str(_first(entry, "description") or name))[:500]}


def _printer(entry: Entry) -> Entry | str:
    printer_id, name = _named(entry)
    sides = _first(entry, "build_volume_mm", "build_volume", "dimensions_mm", "dimensions")
    if isinstance(sides, dict):
        sides = [_first(sides, *names) for names in (("x", "width"), ("y", "depth"), ("z", "height"))]
    numbers = [exact(side) for side in sides] if isinstance(sides, list) else []
    volume = [float(number) for number in numbers if number is not None and 0 < number <= 10_000]
    if len(volume) != 3:
        return f"“{name}” has no build volume in mm"
    methods = _texts(_first(entry, "methods", "method"))
    if not methods:
        return f"“{name}” has no method"
    return {
        "id": printer_id,
        "name": name,
        "methods": methods,
        "build_volume_mm": volume,
        "active": _is_active(entry),
    }


def _material(entry: Entry) -> Entry | str:
    material_id, name = _named(entry)
    stated, dollars = (
        exact(entry.get("price_per_gram_cents")),
        exact(_first(entry, "price_per_gram", "price_per_gram_usd", "cost_per_gram", "rate_per_gram")),
    )
    price = stated if stated is not None else (None if dollars is None else dollars * 100)
    if price is None or not 0 < price <= 100_000:
        return f"“{name}” {_UNKNOWN_PRICE}"
    method, colors = _texts(_first(entry, "method", "methods")), _texts(_first(entry, "colors", "colours"))
    if len(method) != 1 or not colors:
        return f"“{name}” has no method or no colors"
    return {
        "id": material_id,
        "name": name,
        "method": method[0],
        "price_per_gram_cents": int(price) if price == int(price) else float(price),
        "colors": colors,
        "active": _is_active(entry),
    }


def _texts(value: Any) -> list[str]:
    items: Iterable[Any] = value if isinstance(value, list) else [] if value is None else [value]
    names = [
        str(item.get("name") or item.get("id")) if isinstance(item, dict) else str(item) for item in items
    ]
    return list(dict.fromkeys(one_line(name)[:60] for name in names if one_line(name)))


@dataclass(frozen=True)
class Choice:
    """What an old job asked for, in our words."""

    method: str
    printer: str
    color: str
    material: str | None


def chosen(row: Row, display_name: str, catalog: Catalog) -> Choice:
    """The old rows do not say the method: the printer tells, else the file's name, else the material."""
    printer_text, material_text = row.text("printer", 60, "unknown"), row.text("material", 60)
    printer = next((p for p in catalog.printers if key(printer_text) in {key(p.id), key(p.name)}), None)
    material = next((m for m in catalog.materials if key(material_text) in {key(m.id), key(m.name)}), None)
    told = [key(part) for part in (*display_name.split("_")[1:2], material_text)]
    by_name = [m.id for word in told for m in catalog.methods if key(m.id) == word]
    candidates = [*(printer.methods if printer and len(printer.methods) == 1 else ()), *by_name]
    candidates += [material.method] if material else []
    if not candidates:
        row.note(
            "printer", f"neither {shown(printer_text)} nor the material tells the method", "taken as Filament"
        )
    method = candidates[0] if candidates else "Filament"
    if printer is None:
        row.note(
            "printer", f"the catalog has no {shown(printer_text)}", "kept as it is: choose one when approving"
        )
    color = row.text("color", 60, "unknown")
    color = next((c for c in catalog.colors_for(method) if key(c) == key(color)), color)
    ours = material if material and material.method == method else catalog.material_with(method, color)
    return Choice(method, printer.id if printer else key(printer_text), color, ours.id if ours else None)
