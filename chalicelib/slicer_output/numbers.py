"""Numbers and lengths of time as slicers write them. What is not one is None, never an error."""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})(?![\d.])", re.ASCII)
_SIGNED = re.compile(r"\s*(-?\d{1,6}(?:\.\d{1,9})?)(?![\d.])", re.ASCII)
_SPAN = re.compile(
    r"(\d{1,6}(?:\.\d{1,3})?)\s*(d|h|m|s)(?:ays?|ours?|in(?:utes?|s)?|ec(?:onds?|s)?)?\b", re.ASCII
)
_SECONDS_IN = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_LONGEST_S = 366 * 86_400
MAX_EXTRUDERS = 64


def number(text: str | None) -> Decimal | None:
    """The number that the text begins with, unsigned.

    >>> number("14.29 g"), number("nan"), number("-1")
    (Decimal('14.29'), None, None)
    """
    match = _NUMBER.match(text or "")
    return Decimal(match[1]) if match else None


def positive(text: str | None) -> Decimal | None:
    """As `number`; slicers that do not know write 0."""
    return number(text) or None


def signed(text: str | None) -> Decimal | None:
    """As `number`, of coordinates."""
    match = _SIGNED.match(text or "")
    return Decimal(match[1]) if match else None


def numbers(text: str | None) -> list[Decimal | None]:
    """A list with commas, one for each extruder."""
    return [number(part) for part in text.split(",", MAX_EXTRUDERS)[:MAX_EXTRUDERS]] if text else []


def count(text: str | None) -> int | None:
    """A whole number above 0."""
    value = positive(text)
    return int(value) if value and value == int(value) else None


def seconds(text: str | None) -> int | None:
    """A length of time: plain seconds, or with units.

    >>> seconds("1d 9h 3m 55s"), seconds("2 hours 15 minutes"), seconds("5364")
    (119035, 8100, 5364)
    """
    parts = _SPAN.findall((text or "").lower())
    total = sum(Decimal(value) * _SECONDS_IN[unit] for value, unit in parts) if parts else number(text)
    return round(total) if total and total <= _LONGEST_S else None
