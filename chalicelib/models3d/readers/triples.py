"""Vertices and triangles of a 3MF mesh: three numbers in three attributes, a million times over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelRefused
from .safe_xml import damaged_xml
from .text_numbers import parse_numbers

_Number = TypeVar("_Number", np.float64, np.int64)
_FLUSH_AT = 60_000
_NUMERIC = b"0123456789+-.eE \t\r\n"


class Triples(Generic[_Number]):
    """Collects triples of numbers from one kind of element, by the parser or (as a `Bulk`) past it."""

    def __init__(self, kind: type[_Number], element: str, attributes: Sequence[str]) -> None:
        self._kind: type[_Number] = kind
        self._attributes = tuple(attributes)
        a, b, c = attributes
        self._between = tuple(text.encode() for text in (f'<{element} {a}="', f'" {b}="', f'" {c}="', '"/>'))
        self._further = re.compile(rb'( %s="[^"<&]*)"(?:\s+[\w:.-]+="[^"<&]*")+\s*/>' % c.encode())
        self._skeleton = b"".join(self._between).translate(None, _NUMERIC)
        self._texts: list[str] = []
        self._arrays: list[NDArray[_Number]] = []
        self.total = 0

    def add(self, attributes: dict[str, str]) -> None:
        """Take one element from the parser; a KeyError if one of its attributes is missing."""
        a, b, c = self._attributes
        self._texts += (attributes[a], attributes[b], attributes[c])
        if len(self._texts) >= _FLUSH_AT:
            self._flush()

    def read(self, run: bytes) -> bool:
        """Take a run like `<vertex x="1" y="2" z="3"/>…`; other attributes may follow."""
        run = run.replace(b" />", b"/>")
        if not self._is_plain(run):
            run = self._further.sub(rb'\1"/>', run)
            if not self._is_plain(run):
                return False
        first, second, third, last = self._between
        text = run.replace(second, b",").replace(third, b",").replace(last, b",").replace(first, b"").strip()
        if not text:
            return True
        try:
            numbers = parse_numbers(text.removesuffix(b","), self._kind, ",")
        except ModelRefused:
            return False
        self._flush()
        self._keep(numbers, 3 * run.count(last))
        return True

    def _is_plain(self, run: bytes) -> bool:
        """Whether everything that is not part of a number is the text expected between numbers, in order.

        That text can then become commas; what stands between commas must be exactly one number.
        """
        return run.translate(None, _NUMERIC) == self._skeleton * run.count(b"/>")

    def take(self) -> NDArray[_Number]:
        """All triples since the last call, (n, 3)."""
        self._flush()
        numbers = np.concatenate([np.empty(0, self._kind), *self._arrays])
        self._arrays.clear()
        triples: NDArray[_Number] = numbers.reshape(-1, 3)
        return triples

    def _flush(self) -> None:
        """A comma between texts: none of them can smuggle in a second number."""
        if self._texts:
            self._keep(parse_numbers(",".join(self._texts).encode(), self._kind, ","), len(self._texts))
            self._texts.clear()

    def _keep(self, numbers: NDArray[_Number], expected: int) -> None:
        if numbers.size != expected:
            raise damaged_xml()
        self._arrays.append(numbers)
        self.total += expected // 3
