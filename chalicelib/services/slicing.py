"""What the files that slicers saved tell, read once for each content."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from chalicelib import slicer_output
from chalicelib.aws import files, slicings
from chalicelib.aws.files import StoredFile
from chalicelib.domain import filenames
from chalicelib.services import clock
from chalicelib.slicer_output import SlicerFacts, Source, Unreadable

log = logging.getLogger(__name__)

MAX_READ_AT_ONCE = 8
"""Files that one request reads; the next one goes on."""


@dataclass(frozen=True)
class Slicing:
    """What a file tells, or the code and the words why it does not."""

    facts: SlicerFacts | None
    problem: dict[str, str] | None


def of_files(stored: list[StoredFile]) -> dict[str, Slicing]:
    """What each of these files tells, by its name."""
    known = slicings.find(stored, slicer_output.VERSION)
    new = [file for file in stored if file.key not in known]
    for file in new[:MAX_READ_AT_ONCE]:
        known[file.key] = _read(file)
    later = _problem("later", "These are many files at once. Load the list again to read this one.")
    return {file.name: _slicing(known.get(file.key, later)) for file in stored}


def _read(file: StoredFile) -> dict[str, Any]:
    """Read a file and remember it. No file keeps staff from seeing the others."""
    source = Source(file.size, lambda start, length: files.read_range(file, start, length))
    try:
        found = {"facts": slicer_output.facts(source, filenames.extension(file.name)).as_dict()}
    except Unreadable as refusal:
        found = _problem(refusal.code, refusal.message)
    except files.Missing:
        return _problem("moved", "The file was moved while it was read. Load the list again.")
    except Exception:
        log.exception("slicer output not read", extra={"key": file.key})
        return _problem("failed", "Weight and time could not be read just now.")
    slicings.keep(file, slicer_output.VERSION, found, clock.now())
    return found


def _problem(code: str, message: str) -> dict[str, Any]:
    return {"problem": {"code": code, "message": message}}


def _slicing(found: dict[str, Any]) -> Slicing:
    facts = found.get("facts")
    return Slicing(SlicerFacts.from_dict(facts) if facts else None, found.get("problem"))
