"""Which version's data a folder holds and where its tables are: no start works on what it cannot see."""

from __future__ import annotations

from pathlib import Path

from infra.local import dynamodb_local

# One more whenever an older version could not read, or would spoil, what this one writes.
FORMAT = 1
_NAME = "FORMAT"
_WAYS = {False: "in memory with a journal", True: "in DynamoDB Local's file"}


class Unfit(Exception):
    """This start would not do right by the data in the folder; says what would."""


def claim(data: Path, asked: str | None) -> bool:
    """Note that this version works on `data`; True where its tables are in DynamoDB Local's file.

    They stay where the first start has put them. `asked` is what DURABLE says: "1", "0" or nothing.
    Raises Unfit.
    """
    _check_format(data)
    tables = data / "tables"
    known = _durable(data, tables)
    durable = known or False if not asked else asked == "1"
    if known not in (None, durable):
        raise Unfit(
            f"The tables of {data} are {_WAYS[not durable]}, and DURABLE={asked} would not see them. "
            "Leave DURABLE out, or bring them across by a backup and a restore: docs/one-pc.md."
        )
    if durable and (reason := dynamodb_local.missing()):
        raise Unfit(reason)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # mails, tables and files come here
    if durable:
        tables.mkdir(mode=0o700, exist_ok=True)
    elif tables.is_dir():
        tables.rmdir()  # of a first start with DURABLE=1 that came to nothing
    _note_format(data)
    return durable


def _durable(data: Path, tables: Path) -> bool | None:
    """Whether the tables are in DynamoDB Local's file; None before the first start has made any."""
    if tables.is_dir():
        return True if any(tables.iterdir()) else None
    return False if (data / "state").is_dir() else None


def _check_format(data: Path) -> None:
    file = data / _NAME
    found = int(file.read_text()) if file.exists() else 0
    if found > FORMAT:
        raise Unfit(
            f"The data in {data} is of a later version (format {found}; this one knows {FORMAT}). "
            "Go back to that version, or restore a backup into a new folder."
        )


def _note_format(data: Path) -> None:
    new = data / f"{_NAME}.new"
    new.write_text(f"{FORMAT}\n")
    new.replace(data / _NAME)
