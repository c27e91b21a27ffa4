"""Which version's data a folder holds, so that an older PrintLab does not work on what it does not know."""

from __future__ import annotations

from pathlib import Path

# One more whenever an older version could not read, or would spoil, what this one writes.
FORMAT = 1
_NAME = "FORMAT"


class TooNew(Exception):
    """A later version has worked on this data."""


def claim(data: Path) -> None:
    """Note that this version works on `data`. Raises TooNew."""
    file = data / _NAME
    found = int(file.read_text()) if file.exists() else 0
    if found > FORMAT:
        raise TooNew(
            f"The data in {data} is of a later version (format {found}; this one knows {FORMAT}). "
            "Go back to that version, or restore a backup into a new folder."
        )
    if found < FORMAT:
        new = file.with_suffix(".new")
        new.write_text(f"{FORMAT}\n")
        new.replace(file)
