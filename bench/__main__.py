"""`python -m bench`: every benchmark in a process of its own, and one Markdown report of them all."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

from bench.report import machine, progress

BENCHMARKS = (
    "models",
    "listing",
    "audit",
    "cold_import",
    "workflow",
    "load",
    "sync",
    "dashboard",
    "lighthouse",
)


def main() -> int:
    """Run them one after the other; 1 when one fails or misses its limit."""
    failed = []
    print(f"# PrintLab, measured\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}.\n", flush=True)
    for name in BENCHMARKS:
        progress(f"bench.{name}")
        if subprocess.run([sys.executable, "-m", f"bench.{name}"]).returncode:
            failed.append(name)
        print(flush=True)
    if failed:
        print(f"**Failed or over a limit: {', '.join(failed)}.**")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
