"""Results as Markdown."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, right: int = 1) -> str:
    """A table; the columns from number `right` on hold figures and are aligned to the right."""
    rule = ["---" if column < right else "---:" for column in range(len(head))]
    lines = [head, rule, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def machine() -> str:
    """What the figures were measured on."""
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"
    )


def progress(text: str) -> None:
    """Say on standard error what is going on; standard output is for the report."""
    print(text, file=sys.stderr, flush=True)
