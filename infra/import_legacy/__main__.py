"""The command; see docs/migration.md.

Needs the functions' environment; `python -m infra.connect .data infra.import_legacy …` takes the local one's.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.services import clock
from infra.import_legacy import source, storage
from infra.import_legacy.run import Import


def main(arguments: list[str] | None = None) -> int:
    """0 when all is taken over, 1 when something could not be written, 2 when nothing could be read."""
    options = _parser().parse_args(arguments)
    try:
        old = source.read(options.database)
        listing = storage.listing(options.storage)
    except (source.Unreadable, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    run = Import(old, listing, options.timezone, clock.now(), not options.dry_run, _progress)
    report = run.run()
    print(report.as_text())
    if options.report:
        _keep(options.report, report.as_json())
    if options.dry_run:
        print("A dry run: nothing was written.")
    return 1 if report.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.import_legacy",
        description="Take over the old system's jobs, history, payments, staff and catalog. May be repeated.",
    )
    parser.add_argument(
        "--database",
        required=True,
        help="sqlite:///old.db or postgresql://user@host/name (PGPASSWORD)",
    )
    parser.add_argument(
        "--storage", required=True, type=Path, help="the folder that holds Uploaded/ … Archived/"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write the report there, as JSON, too")
    parser.add_argument(
        "--timezone",
        type=_zone,
        default=ZoneInfo("UTC"),
        help="of times without one (the old system: UTC)",
    )
    return parser


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise argparse.ArgumentTypeError(f"there is no time zone “{name}”, such as America/Chicago") from None


def _keep(file: Path, text: str) -> None:
    """For the eyes of its own user: a report may quote names and addresses."""
    if file.is_file():
        file.chmod(0o600)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _progress(what: str, done: int, all_of_them: int) -> None:
    if sys.stderr.isatty() or done == all_of_them or done % 500 == 0:
        end = "\n" if done == all_of_them or not sys.stderr.isatty() else ""
        print(f"\r{what}: {done:,} of {all_of_them:,}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
