"""3MF from bytes to a Mesh: what the build list puts on the plate, in millimetres."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..errors import EXPORT_AGAIN, ModelRefused
from ..mesh import CHUNK, Mesh, Triangles, checked_mesh, refuse_too_many
from .safe_xml import XmlBudget, XmlReader, too_complex
from .safe_zip import Package, part_name
from .threemf_part import Key, Matrix, ModelPart, Object3D

MAX_COMPONENT_DEPTH = 32
MAX_PLACEMENTS = 10_000
MAX_PARTS = 1_000
_RELATIONSHIPS = "_rels/.rels"
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_USUAL_PART = "3D/3dmodel.model"


def read_3mf(data: bytes | memoryview) -> Mesh:
    """Read a 3MF file; raises ModelRefused.

    Supports units, transforms, components, parts referenced by the production extension and
    PrusaSlicer's `printable="0"`; leaves out support objects. Everything is counted before it is expanded.
    """
    package = Package(data)
    budget = XmlBudget()
    root_name = _root_part(package, budget)
    root = ModelPart(root_name, package.stream(root_name), budget)
    objects = _all_objects(package, root, budget)
    plate = _Plate(objects)
    total = sum(plate.measure(key).triangles for key, _ in root.items)
    refuse_too_many(total)
    if sum(plate.measure(key).placements for key, _ in root.items) > MAX_PLACEMENTS:
        raise too_complex()
    triangles = np.empty((total, 3, 3), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # becomes infinite or NaN, which checked_mesh refuses
        _fill(triangles, plate, root.items)
    return checked_mesh(
        triangles, "3mf", unit=root.unit, names=[o.name for o in objects.values() if o.printed]
    )


def _root_part(package: Package, budget: XmlBudget) -> str:
    """The part that the package's relationships call the 3D model, else the usual name."""
    targets: list[str] = []

    def relationship(attributes: dict[str, str]) -> None:
        if attributes.get("Type") == _MODEL_TYPE:
            targets.append(part_name(attributes["Target"]))

    if _RELATIONSHIPS in package:
        XmlReader(budget, {_RELATIONSHIP: relationship}).read(package.stream(_RELATIONSHIPS))
    for name in (*targets, _USUAL_PART):
        if name in package:
            return name
    raise ModelRefused(
        "missing_model",
        f"The 3MF file holds no 3D model: perhaps another kind of document was renamed. {EXPORT_AGAIN}",
    )


def _all_objects(package: Package, root: ModelPart, budget: XmlBudget) -> dict[Key, Object3D]:
    """Objects of the root part and of every part that is reached from it."""
    objects, seen, waiting = dict(root.objects), {root.part}, root.references()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if len(seen) > MAX_PARTS:
            raise too_complex()
        if name not in package:
            raise _missing_object()
        part = ModelPart(name, package.stream(name), budget)
        objects.update(part.objects)
        waiting |= part.references() - seen
    return objects


@dataclass(frozen=True, slots=True)
class _Size:
    """What an object expands to."""

    triangles: int
    placements: int
    depth: int


class _Plate:
    """Objects by key, with sizes that are computed once each."""

    def __init__(self, objects: dict[Key, Object3D]) -> None:
        self.objects = objects
        self._sizes: dict[Key, _Size | None] = {}

    def measure(self, key: Key, level: int = 1) -> _Size:
        """The size of an object with all its components; refuses cycles and deep nesting."""
        known = self._sizes.get(key)
        if known is not None:
            return known
        if key in self._sizes:  # being measured further up
            raise ModelRefused(
                "component_cycle", f"The 3MF file contains a part that contains itself. {EXPORT_AGAIN}"
            )
        if key not in self.objects:
            raise _missing_object()
        _refuse_deep(level)
        self._sizes[key] = None
        size = self._sizes[key] = self._sum(self.objects[key], level)
        _refuse_deep(size.depth)
        return size

    def _sum(self, thing: Object3D, level: int) -> _Size:
        if not thing.printed:
            return _Size(0, 0, 1)
        parts = [self.measure(key, level + 1) for key, _ in thing.components]
        own = len(thing.triangles)
        return _Size(
            own + sum(part.triangles for part in parts),
            bool(own) + sum(part.placements for part in parts),
            1 + max((part.depth for part in parts), default=0),
        )

    def placed(self, key: Key, matrix: Matrix) -> Iterator[tuple[Triangles, Matrix]]:
        """Every mesh below `key` with its matrix; empty branches are skipped unvisited."""
        if not self.measure(key).triangles:
            return
        thing = self.objects[key]
        if len(thing.triangles):
            yield thing.triangles, matrix
        for child, local in thing.components:
            yield from self.placed(child, _combine(local, matrix))


def _fill(triangles: Triangles, plate: _Plate, items: list[tuple[Key, Matrix]]) -> None:
    """Write every placed mesh into `triangles`; mirroring turns faces inside out, so that is undone."""
    start = 0
    for key, matrix in items:
        for mesh, placement in plate.placed(key, matrix):
            turn, shift = placement[:3].astype(np.float32), placement[3].astype(np.float32)
            order = slice(None, None, -1 if np.linalg.det(placement[:3]) < 0 else 1)
            for piece in (mesh[at : at + CHUNK] for at in range(0, len(mesh), CHUNK)):
                triangles[start : start + len(piece)] = (piece @ turn + shift)[:, order]
                start += len(piece)


def _combine(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    combined = inner @ outer[:3]
    combined[3] += outer[3]
    return combined


def _refuse_deep(depth: int) -> None:
    if depth > MAX_COMPONENT_DEPTH:
        raise ModelRefused(
            "component_depth",
            f"The parts of the 3MF file are nested more than {MAX_COMPONENT_DEPTH} levels deep. "
            "Merge the parts into one and export it again.",
        )


def _missing_object() -> ModelRefused:
    return ModelRefused("damaged", f"The 3MF file refers to a part that is not in it. {EXPORT_AGAIN}")
