"""How heavy the usual materials are: what a catalog's material weighs where nobody said."""

from __future__ import annotations

import re
from decimal import Decimal

# Grams per cm³, from the makers' data sheets of unfilled material.
_BY_TYPE = {
    "ABS": Decimal("1.04"),
    "ASA": Decimal("1.07"),
    "HIPS": Decimal("1.04"),
    "PA": Decimal("1.12"),
    "PC": Decimal("1.19"),
    "PCTG": Decimal("1.23"),
    "PET": Decimal("1.34"),
    "PETG": Decimal("1.27"),
    "PLA": Decimal("1.24"),
    "PP": Decimal("0.90"),
    "PVA": Decimal("1.23"),
    "RESIN": Decimal("1.15"),
    "TPU": Decimal("1.21"),
}
_SAME_AS = {"NYLON": "PA", "TPE": "TPU", "FLEX": "TPU", "BVOH": "PVA"}
_OF_METHOD = {"FILAMENT": "PLA", "RESIN": "RESIN"}
_WORD = re.compile(r"[A-Z]+")


def types_in(name: str) -> frozenset[str]:
    """The types of plastic that a name or a slicer's word mentions, without additions.

    >>> sorted(types_in("Filament (PLA)")), sorted(types_in("PETG-CF")), types_in("Wood")
    (['PLA'], ['PETG'], frozenset())
    """
    words = {_SAME_AS.get(word, word) for word in _WORD.findall(name.upper())}
    return frozenset(words & _BY_TYPE.keys())


def usual(name: str, method: str) -> Decimal | None:
    """The density of a material by its name, or else by its method. None where neither tells."""
    known = sorted(types_in(name)) or [_OF_METHOD.get(method.upper(), "")]
    return _BY_TYPE.get(known[0]) if len(known) == 1 else None
