"""While a backup is restored the rest of the lab may be half there: nothing is done on it."""

from __future__ import annotations

from chalicelib.aws import documents
from chalicelib.domain.errors import Unavailable


def under_way() -> str | None:
    """The stamp of the backup, from the first row of its restore until all is there and counted."""
    mark = documents.find(documents.RESTORE)
    return str(mark.data["stamp"]) if mark else None


def refuse_meanwhile() -> None:
    """Raises Unavailable while a backup is restored."""
    if under_way():
        raise Unavailable("PrintLab is being restored from a backup. Please come later.", component="lab")
