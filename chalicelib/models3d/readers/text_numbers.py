"""Numbers from text, strictly ASCII, many at a time."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import EXPORT_AGAIN, ModelRefused

_Number = TypeVar("_Number", np.float64, np.int64)
_END = 4611686018427387904
"""2^62, exact in both kinds. It stands last: reading it proves that everything before it was read."""


def parse_numbers(text: bytes, kind: type[_Number], separator: str = " ") -> NDArray[_Number]:
    """All numbers of `text`, which must hold nothing else; raises ModelRefused `damaged`.

    numpy's own reader silently stops at what it cannot read. It takes "nan" and "inf" (refused later, by
    value) but, unlike Python's float(), no underscores and no digits of other scripts.
    """
    try:
        numbers = np.fromstring(text + f"{separator}{_END}".encode(), dtype=kind, sep=separator)
    except (ValueError, DeprecationWarning):  # newer numpy, or warnings turned into errors
        raise damaged_numbers() from None
    if not numbers.size or numbers[-1] != _END:
        raise damaged_numbers()
    return numbers[:-1]


def damaged_numbers() -> ModelRefused:
    """The refusal for text where a number should stand."""
    return ModelRefused(
        "damaged", f"The file is damaged: something else stands where numbers should be. {EXPORT_AGAIN}"
    )
