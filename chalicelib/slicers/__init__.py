"""What slicers write into their files of the print: weight, time, filament, layers. Bytes in, facts out.

The files come from lab PCs and nobody has checked them: what is absurd, cut off or hostile gives no
fact, and no error.
"""

from __future__ import annotations

from typing import BinaryIO

from chalicelib.slicers import bgcode, comments, package
from chalicelib.slicers.facts import Facts

__all__ = ["READABLE", "Facts", "read"]

_READERS = {
    ".gcode": comments.read,
    ".gco": comments.read,
    ".g": comments.read,
    ".bgcode": bgcode.read,
    ".3mf": package.read,
}
READABLE = frozenset(_READERS)


def read(file: BinaryIO, size: int, extension: str) -> Facts | None:
    """What the file of that many bytes says of the print; None where it says nothing. Seeks, reads little."""
    facts = _READERS[extension](file, size)
    return None if facts == Facts() else facts
