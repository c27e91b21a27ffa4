"""Backups by hand: `python -m infra.backup make | list | check | prune PLACE`.

PLACE is a folder or s3://bucket/prefix. `make` copies what is new since the last backup there; the lab
goes on meanwhile. `check` reads a backup back, the newest unless --stamp names another, and every byte of
it unless --sample says how many files are enough. `prune` lets go of what is older than docs/backup.md
says. All need the functions' environment; `python -m infra.connect .data infra.backup make PLACE` takes
the local one's.
"""

from __future__ import annotations

import argparse
import sys

from chalicelib.aws import places
from chalicelib.aws.places import Place
from chalicelib.services import backup_store, backups, clock
from chalicelib.services.backup_store import Damaged, Manifest


def main(arguments: list[str]) -> int:
    """0 when it was done, 1 when the backup is damaged or there is none."""
    options = _options(arguments)
    place = places.place(options.place)
    try:
        done: int = options.run(place, options)
    except Damaged as damaged:
        print(f"Damaged: {damaged}", file=sys.stderr)
        return 1
    return done


def newest(place: Place) -> str:
    """The stamp of the last whole backup. Raises Damaged."""
    stamps = backup_store.stamps(place)
    if not stamps:
        raise Damaged("there is no whole backup")
    return stamps[-1]


def _make(place: Place, _: argparse.Namespace) -> int:
    now = clock.now()
    made = backups.make(place, now)
    assert made  # nothing stops it
    backups.proven(place, made, now)
    print(_told(made.manifest))
    print(f"{made.new_files} files with {_megabytes(made.new_bytes)} were new; {made.seconds:.1f} s")
    return 0


def _list(place: Place, _: argparse.Namespace) -> int:
    for stamp in backup_store.stamps(place):
        print(_told(backup_store.read_manifest(place, stamp)))
    return 0


def _check(place: Place, options: argparse.Namespace) -> int:
    manifest = backups.check(place, options.stamp or newest(place), options.sample)
    print(f"{_told(manifest)}: whole")
    return 0


def _prune(place: Place, _: argparse.Namespace) -> int:
    gone = backups.prune(place, clock.now())
    print(f"let go: {', '.join(gone) or 'nothing'}")
    return 0


def _told(manifest: Manifest) -> str:
    rows, files = sum(manifest.rows.values()), manifest.files
    size = _megabytes(manifest.file_bytes)
    return f"{manifest.stamp}  {manifest.rows['jobs']} jobs, {rows} rows, {files} files, {size}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.backup", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run in (("make", _make), ("list", _list), ("check", _check), ("prune", _prune)):
        command = commands.add_parser(name)
        command.add_argument("place", metavar="PLACE")
        command.set_defaults(run=run)
        if name == "check":
            command.add_argument("--stamp", help="a backup by its name; the newest if none is given")
            command.add_argument("--sample", type=int, help="how many files' bytes to read; all if not given")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
