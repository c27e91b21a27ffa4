"""What a slicer wrote into its output: weight, time, filaments, printer, picture.

`facts(source, name)` reads a bounded part of the file, whatever its size, and answers `SlicerFacts` or raises
`Unreadable`. `VERSION` grows with every change of what is read, so that kept facts are read anew.
"""

from __future__ import annotations

from . import bgcode, gcode, threemf
from .errors import UNREADABLE_CODES, Unreadable
from .facts import Filament, SlicerFacts
from .source import Source

VERSION = 1

__all__ = ["UNREADABLE_CODES", "VERSION", "Filament", "SlicerFacts", "Source", "Unreadable", "facts"]

_READERS = {
    ".gcode": gcode.facts,
    ".gco": gcode.facts,
    ".g": gcode.facts,
    ".bgcode": bgcode.facts,
    ".3mf": threemf.facts,
}


def facts(source: Source, ending: str) -> SlicerFacts:
    """Read a slicer's output by its ending, such as ".gcode". Raises Unreadable."""
    reader = _READERS.get(ending)
    if reader is None:
        raise Unreadable("unsupported_format", f"Weight and time cannot be read from {ending} files.")
    found = reader(source)
    if found.weight_g is None and found.time_s is None and not found.filaments:
        raise Unreadable("nothing_told", "The slicer wrote neither weight nor time into this file.")
    return found
