"""The comments of G-code text: where slicers leave their notes, mostly as "key = value" or "key: value"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import too_complex
from .source import Source

MAX_COMMENTS = 120_000
_COMMENT = re.compile(rb"^[ \t]*;[ \t]*([^\r\n]+)", re.MULTILINE)
_SEPARATOR = re.compile("[=:,]")
_LONGEST_KEY = 80


@dataclass(frozen=True)
class Comments:
    """All comment lines in view, in order, and their values by key in small letters; the last one counts."""

    lines: list[str]
    values: dict[str, str]

    def search(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first line that the pattern finds something in."""
        return next(filter(None, map(pattern.search, self.lines)), None)


def comments_of(*texts: bytes) -> Comments:
    """The comments of the given parts of a file. Raises Unreadable for more than any slicer writes."""
    lines: list[str] = []
    for text in texts:
        for match in _COMMENT.finditer(text):
            lines.append(match[1].decode("utf-8", "replace").rstrip())
            if len(lines) > MAX_COMMENTS:
                raise too_complex()
    return Comments(lines, dict(_pairs(lines)))


def comments_in(source: Source) -> Comments:
    """The comments at the beginning and the end of a file."""
    return comments_of(source.head, source.tail)


def _pairs(lines: list[str]) -> list[tuple[str, str]]:
    found = ((line, _SEPARATOR.search(line, 0, _LONGEST_KEY)) for line in lines)
    return [(line[: at.start()].strip().lower(), line[at.end() :].strip()) for line, at in found if at]
