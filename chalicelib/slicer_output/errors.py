"""Why a slicer's output tells nothing, as a code for programs and a sentence for staff."""

from __future__ import annotations

from typing import Literal, get_args

UnreadableCode = Literal[
    "unsupported_format",  # an ending that no reader knows
    "unknown_slicer",  # G-code that names no slicer we know
    "not_sliced",  # a project that was saved before slicing
    "nothing_told",  # sliced, but without weight, time and filament
    "damaged",  # cut off, or not what the ending says
    "too_complex",  # more to read than any real file needs
]

UNREADABLE_CODES: frozenset[str] = frozenset(get_args(UnreadableCode))


class Unreadable(Exception):
    """The file's facts cannot be read; it may still be printed. `code` is one of `UNREADABLE_CODES`."""

    def __init__(self, code: UnreadableCode, message: str) -> None:
        super().__init__(message)
        self.code: UnreadableCode = code
        self.message = message


def damaged() -> Unreadable:
    """The refusal of a file that ends too early or contradicts itself."""
    return Unreadable("damaged", "The file is damaged or cut off. Save it again from the slicer.")


def too_complex() -> Unreadable:
    """The refusal of a file that would cost more to read than any real one."""
    return Unreadable("too_complex", "The file holds far more data than a slicer writes. It was not read.")
