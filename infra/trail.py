"""Proving the audit trail and the figures: `python -m infra.trail verify | recount [--repair]`.

`verify` follows every chain and digest and names the first broken link (exit 1). `recount` compares the
figures of the days with their events; `--repair` corrects those of days that are over. Both need the
functions' environment; `python -m infra.connect .data infra.trail verify` takes the local one's.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta

from chalicelib.services import figures, trail


def main(arguments: list[str]) -> int:
    """0 when all holds."""
    parser = argparse.ArgumentParser(prog="python -m infra.trail", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("verify", help="follow every chain and digest")
    recount = commands.add_parser("recount", help="compare the figures of the days with their events")
    today = datetime.now(UTC).date()
    recount.add_argument("--from", dest="first", type=date.fromisoformat, default=today - timedelta(days=90))
    recount.add_argument("--to", dest="last", type=date.fromisoformat, default=today - timedelta(days=1))
    recount.add_argument("--repair", action="store_true", help="correct what is wrong")
    options = parser.parse_args(arguments)
    if options.command == "recount" and options.first > options.last:
        parser.error("--from is later than --to")
    return _verify() if options.command == "verify" else _recount(options, today)


def _verify() -> int:
    broken = trail.verify()
    if broken is None:
        print("The audit trail holds.")
        return 0
    where = f"{broken.day}" + (f", job {broken.job_id}, event {broken.event_id}" if broken.job_id else "")
    print(f"Broken at {where}: {broken.problem}.")
    return 1


def _recount(options: argparse.Namespace, today: date) -> int:
    wrong = 0
    wanted = [options.first + timedelta(days=n) for n in range((options.last - options.first).days + 1)]
    for day, differences in figures.differences_in(wanted).items():
        # A day that goes on changes while it is counted.
        if options.repair and day < today:
            figures.repair(day, differences)
        for name, missing in differences.items():
            wrong += 1
            print(f"{day}  {name}: {missing:+d}")
    print(f"{wrong} figures differed." if wrong else "All figures agree with the events.")
    return 1 if wrong and not options.repair else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
