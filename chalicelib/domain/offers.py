"""Whether a catalog makes sense as a whole, before it becomes the lab's offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from chalicelib.domain.catalog import Catalog


def problems(catalog: Catalog) -> dict[str, str]:
    """What contradicts itself, by the path of the field and in words for people; empty when all is well."""
    found: dict[str, str] = {}
    _unique(found, "methods", "id", [m.id for m in catalog.methods])
    _unique(found, "printers", "id", [p.id for p in catalog.printers])
    _unique(found, "printers", "name", [p.name for p in catalog.printers])
    _unique(found, "materials", "id", [m.id for m in catalog.materials])
    methods = {m.id for m in catalog.methods}
    for index, printer in enumerate(catalog.printers):
        _known(found, f"printers.{index}.methods", printer.methods, methods)
        _unique(found, f"printers.{index}.methods", None, printer.methods)
    for index, material in enumerate(catalog.materials):
        _known(found, f"materials.{index}.method", [material.method], methods)
        _unique(found, f"materials.{index}.colors", None, material.colors)
    if not any(catalog.printers_for(m) and catalog.colors_for(m) for m in methods):
        found.setdefault(
            "methods", "No method has both an active printer and an active material: nobody could submit."
        )
    return found


def _known(found: dict[str, str], path: str, used: Iterable[str], methods: set[str]) -> None:
    unknown = [method for method in used if method not in methods]
    if unknown:
        found.setdefault(path, f"There is no method “{unknown[0]}”. Methods: {', '.join(sorted(methods))}.")


def _unique(found: dict[str, str], path: str, field: str | None, values: Iterable[str]) -> None:
    """Note every repeat, compared as people read it: without regard to case."""
    folded = [value.casefold() for value in values]
    counts = Counter(folded)
    for index, value in enumerate(folded):
        if counts[value] > 1 and value in folded[:index]:
            name = f"{path}.{index}.{field}" if field else f"{path}.{index}"
            found.setdefault(name, "This stands in the list twice.")
