"""Which version's data a folder holds and where its tables are: no start works on what it cannot see."""

from __future__ import annotations

from pathlib import Path

from infra.local import dynamodb_local

# One more whenever an older version could not read, or would spoil, what this one writes.
FORMAT = 1
_NAME = "FORMAT"
_IN_A_FILE = "tables"
_IN_MEMORY = ("*/dynamodb.json", "*/journal")
# Which count, "1" for those in a file, where an earlier version left both.
_DECIDED = "DURABLE"
_WAYS = {False: "in memory with a journal", True: "in DynamoDB Local's file"}


class Unfit(Exception):
    """This start would not do right by the data in the folder; says what would."""


def claim(data: Path, asked: str | None) -> bool:
    """Note that this version works on `data`; True where its tables are in DynamoDB Local's file.

    They stay where the first start has put them. `asked` is what DURABLE says: "1", "0" or nothing.
    Raises Unfit.
    """
    _check_format(data)
    durable = _durable(data, asked)
    if durable and (reason := dynamodb_local.missing()):
        raise Unfit(reason)
    data.mkdir(mode=0o700, parents=True, exist_ok=True)  # mails, tables and files come here
    if durable:
        (data / _IN_A_FILE).mkdir(mode=0o700, exist_ok=True)
    _note(data / _NAME, str(FORMAT))
    return durable


def _durable(data: Path, asked: str | None) -> bool:
    """Where the tables are, or where those of a new folder are to be. Raises Unfit if `asked` is not that."""
    decided = data / _DECIDED
    in_a_file = any((data / _IN_A_FILE).glob("*"))
    in_memory = any(file.stat().st_size for name in _IN_MEMORY for file in (data / "state").glob(name))
    known = decided.read_text().strip() == "1" if decided.exists() else in_a_file
    if in_a_file and in_memory and not decided.exists():
        # An earlier version made tables anew wherever DURABLE led it.
        if not asked:
            raise Unfit(
                f"{data} holds tables both {_WAYS[False]} and {_WAYS[True]}. "
                "Say once, by DURABLE=0 or DURABLE=1, as before, which are the lab's."
            )
        _note(decided, asked)
        return asked == "1"
    if asked and known != (asked == "1") and (in_a_file or in_memory):
        raise Unfit(
            f"The tables of {data} are {_WAYS[known]}, and DURABLE={asked} would not see them. "
            "Leave DURABLE out, or bring them across by a backup and a restore: docs/one-pc.md."
        )
    return known or (asked == "1")


def _check_format(data: Path) -> None:
    file = data / _NAME
    found = int(file.read_text()) if file.exists() else 0
    if found > FORMAT:
        raise Unfit(
            f"The data in {data} is of a later version (format {found}; this one knows {FORMAT}). "
            "Go back to that version, or restore a backup into a new folder."
        )


def _note(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(f"{text}\n")
    new.replace(file)
