"""What is wrong with a field, in words for the person who filled it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_NUMBER = "Give a number."
_WHOLE_NUMBER = "Give a whole number."
_YES_OR_NO = "Say true or false."
_DAY = "Give a day, such as 2026-01-31."

_WORDS: Mapping[str, str] = {
    "missing": "This is missing.",
    "extra_forbidden": "This field is not known.",
    "string_type": "Give a text.",
    "string_unicode": "This text has characters that cannot be stored.",
    "string_too_short": "Write at least {min_length} characters.",
    "string_too_long": "Write at most {max_length:,} characters.",
    # Whatever else has a pattern is written by programs.
    "string_pattern_mismatch": "Use small letters, digits and hyphens only.",
    "greater_than": "Give more than {gt:,.10g}.",
    "greater_than_equal": "Give at least {ge:,.10g}.",
    "less_than": "Give less than {lt:,.10g}.",
    "less_than_equal": "Give at most {le:,.10g}.",
    "finite_number": _NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_max_places": "Give at most {decimal_places} digits after the point.",
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "literal_error": "Give {expected}.",
    "enum": "Give {expected}.",
    "list_type": "Give a list.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length:,}.",
    "value_error": "{error}",
}


def words(problem: ErrorDetails) -> str:
    """One of pydantic's findings as a sentence; never its own words, which speak of inputs and types."""
    context = problem.get("ctx", {})
    if problem["type"] == "string_too_short" and context["min_length"] == 1:
        return "Please fill this in."
    return _WORDS.get(problem["type"], "This is not what belongs here.").format(**context)
