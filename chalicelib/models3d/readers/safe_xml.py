"""A streaming XML reader that gives hostile documents no room: no DTD, bounded depth, names and elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol
from xml.parsers import expat

from ..errors import EXPORT_AGAIN, ModelRefused

MAX_ELEMENTS = 1_500_000
"""Through the parser, at 1 to 3 µs each. Meshes of the usual form do not count: they go past it."""

MAX_OBJECTS = 10_000
MAX_DEPTH = 64
MAX_DISTINCT_NAMES = 10_000
MAX_SILENT_BYTES = 4 << 20
"""Bytes without a single new element: a token of that length would have to be buffered whole."""

MAX_BULK_RUNS = 4_000
"""Each looks through what is left of a chunk: enough for any real model's parts, and a bounded effort."""

StartHandler = Callable[[dict[str, str]], None]
EndHandler = Callable[[], None]


class Bulk(Protocol):
    """Reads long runs of one simple element many times faster than a handler for each of them could."""

    def read(self, run: bytes) -> bool:
        """Take a run of whole elements; False to have the parser look at them instead."""


class XmlBudget:
    """What all documents of one file together may still hold."""

    def __init__(self) -> None:
        self.elements = MAX_ELEMENTS
        self.objects = MAX_OBJECTS

    def spend_object(self) -> None:
        """Count an object; refuse more than any real model has."""
        self.objects -= 1
        if self.objects < 0:
            raise too_complex()


class XmlReader:
    """Reads one document.

    Handlers are called by element name, "namespace local"; other elements are skipped. A handler's KeyError
    means that an attribute is missing. `bulk` names elements whose content may be read past the parser: after
    their bare start tag, whole elements go to the Bulk until something else turns up.
    """

    def __init__(
        self,
        budget: XmlBudget,
        starts: Mapping[str, StartHandler],
        ends: Mapping[str, EndHandler] | None = None,
        bulk: Mapping[str, Bulk] | None = None,
    ) -> None:
        self._budget = budget
        self._bulk = {f"<{name.split()[-1]}>".encode(): reader for name, reader in (bulk or {}).items()}
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ", intern=self._names)
        self._fed, self._opened, self._runs_left = 0, -1, MAX_BULK_RUNS
        marks: dict[str, StartHandler] = dict.fromkeys(bulk or {}, self._mark)
        _watch_elements(self._parser, {**starts, **marks}, ends or {}, budget)
        _limit_prefixes(self._parser)
        _refuse_declarations(self._parser)

    def read(self, chunks: Iterable[bytes]) -> None:
        """Parse the whole document; raises ModelRefused."""
        rest, run, silent = b"", None, 0
        try:
            for chunk in chunks:
                left = self._budget.elements
                rest, run = self._take(rest + chunk, run)
                silent = silent + len(chunk) if run is None and self._budget.elements == left else 0
                if silent > MAX_SILENT_BYTES or len(self._names) > MAX_DISTINCT_NAMES:
                    raise too_complex()
            self._parser.Parse(rest, True)
        except (expat.ExpatError, ValueError, LookupError):  # LookupError: also an unknown encoding
            raise damaged_xml() from None

    def _take(self, data: bytes, run: Bulk | None) -> tuple[bytes, Bulk | None]:
        """Read as far as possible. Returns what must wait for more bytes, and the Bulk that will take it."""
        while True:
            if run is not None:
                end = data.find(b"</")
                data, whole = self._skim(data, end if end >= 0 else len(data), run)
                if whole and end < 0:
                    return data, run
            tag = min((tag for tag in self._bulk if tag in data), key=data.index, default=b"")
            cut = data.index(tag) + len(tag) if tag else len(data)
            self._parser.Parse(data[:cut], False)
            self._fed += cut
            data = data[cut:]
            if not tag:
                return b"", None
            # Not so when the tag stood in a comment, or the parser still holds bytes back.
            run = self._bulk[tag] if self._opened + len(tag) == self._fed else None
            self._runs_left -= 1
            if not self._runs_left:
                self._bulk = {}

    def _skim(self, data: bytes, end: int, run: Bulk) -> tuple[bytes, bool]:
        """Hand the whole elements before `end` to a Bulk. Returns what is left, and whether it took them."""
        cut = data.rfind(b">", 0, end) + 1
        if (cut == 0 and len(data) > MAX_SILENT_BYTES) or not run.read(data[:cut]):
            return data, False
        return data[cut:], True

    def _mark(self, _: dict[str, str]) -> None:
        """Remember where the start tag of an element with bulk content began."""
        self._opened = self._parser.CurrentByteIndex


def _watch_elements(
    parser: expat.XMLParserType,
    starts: Mapping[str, StartHandler],
    ends: Mapping[str, EndHandler],
    budget: XmlBudget,
) -> None:
    """Call the handlers; count elements and their depth."""
    depth = 0
    find_start, find_end = starts.get, ends.get

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.elements -= 1
        if depth > MAX_DEPTH or budget.elements < 0:
            raise too_complex()
        handler = find_start(name)
        if handler is not None:
            handler(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler = find_end(name)
        if handler is not None:
            handler()

    parser.StartElementHandler = start
    parser.EndElementHandler = end


def _limit_prefixes(parser: expat.XMLParserType) -> None:
    """Refuse floods of namespace prefixes, which the parser keeps for good."""
    left = MAX_DISTINCT_NAMES

    def declare(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise too_complex()

    parser.StartNamespaceDeclHandler = declare


def _refuse_declarations(parser: expat.XMLParserType) -> None:
    """Refuse any DTD as the parser sees it: a search for bytes would miss other encodings."""

    def refuse(*_: object) -> None:
        raise ModelRefused(
            "dtd_forbidden",
            "The 3MF file contains a document type declaration, which 3MF forbids because it can hide "
            f"attacks. {EXPORT_AGAIN}",
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse


def damaged_xml() -> ModelRefused:
    """The refusal for XML that cannot be read."""
    return ModelRefused("damaged", f"The model data inside the 3MF file is damaged. {EXPORT_AGAIN}")


def too_complex() -> ModelRefused:
    """The refusal for documents beyond the limits of any real model."""
    return ModelRefused(
        "too_complex",
        "The 3MF file is far more complex than any printable model. Reduce the number of parts, copies "
        "or triangles and export it again.",
    )
