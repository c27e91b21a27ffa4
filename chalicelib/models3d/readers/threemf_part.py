"""One model part of a 3MF package: XML to objects with meshes, components and the build list.

Names follow the 3MF core specification 1.3 (3mf.io/spec); `path` comes from the production extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import EXPORT_AGAIN, ModelRefused
from ..mesh import Triangles, refuse_too_many
from .safe_xml import Bulk, EndHandler, StartHandler, XmlBudget, XmlReader, damaged_xml
from .safe_zip import part_name
from .text_numbers import parse_numbers
from .triples import Triples

_CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02 "
_PATH = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06 path"

MM_PER_UNIT = {
    "micron": 0.001,
    "millimeter": 1.0,
    "centimeter": 10.0,
    "inch": 25.4,
    "foot": 304.8,
    "meter": 1000.0,
}
_NOT_PRINTED = frozenset({"support", "solidsupport", "other"})
_NO_TRIANGLES: Triangles = np.empty((0, 3, 3), np.float32)

Key = tuple[str, str]
"""Part name and object id."""

Matrix = NDArray[np.float64]
"""(4, 3): a row vector (x, y, z, 1) times this matrix; translations in millimetres."""

_Handler = TypeVar("_Handler")


@dataclass(slots=True)
class Object3D:
    """A mesh or a list of components, never both by the specification; here both may be filled."""

    name: str
    printed: bool
    triangles: Triangles = field(default_factory=lambda: _NO_TRIANGLES)
    components: list[tuple[Key, Matrix]] = field(default_factory=list)


class ModelPart:
    """What one `.model` part says. Lengths are converted to millimetres while reading."""

    def __init__(self, part: str, chunks: Iterable[bytes], budget: XmlBudget) -> None:
        self.part = part
        self.unit = ""
        self.objects: dict[Key, Object3D] = {}
        self.items: list[tuple[Key, Matrix]] = []
        self._object: Object3D | None = None
        self._vertices = Triples[np.float64](np.float64, "vertex", ("x", "y", "z"))
        self._faces = Triples[np.int64](np.int64, "triangle", ("v1", "v2", "v3"))
        self._budget = budget
        self._reader(budget).read(self._watched(chunks))
        if not self.unit:
            raise ModelRefused("missing_model", f"The 3MF file holds no 3D model. {EXPORT_AGAIN}")

    def _reader(self, budget: XmlBudget) -> XmlReader:
        starts: dict[str, StartHandler] = {
            "model": self._start_model,
            "object": self._start_object,
            "vertex": self._vertices.add,
            "triangle": self._faces.add,
            "component": self._start_component,
            "item": self._start_item,
        }
        ends: dict[str, EndHandler] = {"mesh": self._end_mesh, "object": self._end_object}
        bulk: dict[str, Bulk] = {"vertices": self._vertices, "triangles": self._faces}
        return XmlReader(budget, _in_core(starts), _in_core(ends), _in_core(bulk))

    def _watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks, until they have brought more than a Mesh may hold: no use in reading on."""
        for chunk in chunks:
            yield chunk
            refuse_too_many(max(self._faces.total, self._vertices.total // 3))

    def references(self) -> set[str]:
        """Other parts that this one takes objects from."""
        keys = [key for key, _ in self.items]
        for thing in self.objects.values():
            keys += [key for key, _ in thing.components]
        return {part for part, _ in keys} - {self.part}

    def _start_model(self, attributes: dict[str, str]) -> None:
        self.unit = attributes.get("unit", "millimeter")
        if self.unit not in MM_PER_UNIT:
            raise ModelRefused(
                "unsupported_unit", "The 3MF file uses an unknown unit of length. Export it in millimetres."
            )

    def _start_object(self, attributes: dict[str, str]) -> None:
        self._budget.spend_object()
        printed = attributes.get("type", "model") not in _NOT_PRINTED
        self._object = Object3D(attributes.get("name", ""), printed)
        if self.objects.setdefault((self.part, attributes["id"]), self._object) is not self._object:
            raise damaged_xml()

    def _start_component(self, attributes: dict[str, str]) -> None:
        if self._object is not None:
            self._object.components.append(self._reference(attributes))

    def _start_item(self, attributes: dict[str, str]) -> None:
        if attributes.get("printable") != "0":
            self.items.append(self._reference(attributes))

    def _end_object(self) -> None:
        self._object = None

    def _end_mesh(self) -> None:
        vertices = self._vertices.take()
        vertices *= self._scale
        faces = self._faces.take()
        if faces.size and (faces.min() < 0 or faces.max() >= len(vertices)):
            raise ModelRefused(
                "bad_index", f"The file is damaged: a surface uses a corner that is not in it. {EXPORT_AGAIN}"
            )
        if faces.size and self._object is not None:
            with np.errstate(over="ignore"):  # becomes infinite, which checked_mesh refuses
                self._object.triangles = vertices.astype(np.float32)[faces]

    @property
    def _scale(self) -> float:
        return MM_PER_UNIT[self.unit or "millimeter"]

    def _reference(self, attributes: dict[str, str]) -> tuple[Key, Matrix]:
        part = part_name(attributes[_PATH]) if _PATH in attributes else self.part
        return (part, attributes["objectid"]), self._matrix(attributes.get("transform", ""))

    def _matrix(self, text: str) -> Matrix:
        if not text:
            return np.vstack((np.eye(3), np.zeros((1, 3))))
        numbers = parse_numbers(text.encode(), np.float64)
        if numbers.size != 12 or not np.isfinite(numbers).all():
            raise damaged_xml()
        matrix = numbers.reshape(4, 3)
        matrix[3] *= self._scale
        return matrix


def _in_core(handlers: dict[str, _Handler]) -> dict[str, _Handler]:
    """Handlers for elements of the core namespace, and of none: some exporters forget it."""
    return handlers | {_CORE + name: handler for name, handler in handlers.items()}
