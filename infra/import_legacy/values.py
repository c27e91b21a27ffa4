"""The values of one old row: read by a rule, and every mend or loss noted with its place."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from chalicelib.domain.filenames import has_control_characters

_SHOWN = 60
# The old system is younger than this; what says otherwise is a zero or a clock that was never set.
_EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)
_TRUE = frozenset({"1", "t", "true", "y", "yes"})
_FALSE = frozenset({"0", "f", "false", "n", "no", ""})


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong at one place of the old system, and what was made of it."""

    table: str
    row: str
    column: str
    wrong: str
    done: str


@dataclass(frozen=True)
class Row:
    """One old row. Times without a zone are of `zone`; none is later than `now`."""

    table: str
    id: str
    values: Mapping[str, Any]
    problems: list[Problem]
    zone: tzinfo
    now: datetime

    def note(self, column: str, wrong: str, done: str) -> None:
        """Put a problem on the list."""
        self.problems.append(Problem(self.table, self.id, column, wrong, done))

    def text(self, column: str, longest: int, otherwise: str = "") -> str:
        """One line of at most `longest` characters; `otherwise` where there is none."""
        value = self.values.get(column)
        line = one_line("" if value is None else str(value))
        if line and value is not None and has_hidden(str(value)):
            self.note(column, f"{shown(value)} holds control characters", f"taken as {shown(line)}")
        if len(line) > longest:
            self.note(column, f"{len(line)} characters, {longest} are the most", "cut off")
        if not line and otherwise and column in self.values:
            self.note(column, "empty", f"“{otherwise}” stands in its place")
        return line[:longest].rstrip() or otherwise

    def moment(self, column: str) -> datetime | None:
        """A time in UTC; None where there is none that can be true."""
        value = self.values.get(column)
        if value is None or value == "":
            return None
        read = _moment(value, self.zone)
        if read is None or read < _EARLIEST:
            self.note(
                column, f"{shown(value)} is no time of the lab, such as 2024-03-05 14:30:00", "left out"
            )
            return None
        if read > self.now:
            self.note(column, f"{shown(value)} lies in the future", "taken as the time of the import")
        return min(read, self.now)

    def number(self, column: str, places: str, largest: int) -> Decimal | None:
        """A number from 0 to `largest`, rounded half up to as many places as `places` has."""
        value = self.values.get(column)
        if value is None or value == "":
            return None
        read = exact(value)
        if read is None or not 0 <= read <= largest:
            self.note(column, f"{shown(value)} is no number from 0 to {largest}", "left out")
            return None
        return read.quantize(Decimal(places), rounding=ROUND_HALF_UP)

    def flag(self, column: str, otherwise: bool = False) -> bool:
        """True or false; `otherwise` where it does not say."""
        value = self.values.get(column)
        if value is None:
            return otherwise
        said = str(value).strip().lower()
        if said not in _TRUE | _FALSE:
            self.note(
                column, f"{shown(value)} is neither true nor false", f"taken as {str(otherwise).lower()}"
            )
            return otherwise
        return said in _TRUE

    def document(self, column: str) -> Any:
        """A JSON value, which SQLite keeps as text; None where there is none or it cannot be read."""
        value = self.values.get(column)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError:
            self.note(column, f"{shown(value)} is no JSON", "left out")
            return None


def one_line(text: str) -> str:
    """The text with its blanks and control characters as single spaces, each letter written in one way.

    >>> one_line(" Jane\\n Doe ")
    'Jane Doe'
    """
    visible = "".join(" " if _hidden(c) else c for c in text)
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def has_hidden(text: str) -> bool:
    """True where the text holds what people cannot see: control characters, overrides of its direction."""
    return any(_hidden(c) for c in text.strip())


def _hidden(character: str) -> bool:
    return has_control_characters(character) or unicodedata.category(character) == "Cs"


def shown(value: Any) -> str:
    """A value as a report names it: short, on one line.

    >>> shown("a" * 99).count("a")
    60
    """
    line = one_line(str(value))
    return f"“{line[:_SHOWN]}…”" if len(line) > _SHOWN else f"“{line}”"


def exact(value: Any) -> Decimal | None:
    """The number that a column meant; None where it holds none.

    A float is the shortest decimal that reads as it: the old system kept money and weights that way.

    >>> exact(4.35)
    Decimal('4.35')
    """
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    try:
        read = Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation:
        return None
    return read if read.is_finite() else None


def cents(dollars: Decimal) -> int:
    """Dollars as cents, half up.

    >>> cents(Decimal("4.345"))
    435
    """
    return int((dollars * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value).strip())
        except ValueError:
            return None
    try:
        local = value if value.tzinfo else value.replace(tzinfo=zone)
        moment: datetime = local.astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1 in a zone that is ahead
        return None
    return moment
