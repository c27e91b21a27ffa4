"""What slicers' files tell, kept by content: the same bytes tell the same, wherever a job moves them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws.files import StoredFile
from chalicelib.aws.tables import Transient

_KEPT = timedelta(days=30)


def find(files: list[StoredFile], reader: int) -> dict[str, Any]:
    """What version `reader` of the reading found in these files, by key; those never read are left out."""
    ids = {file.key: _id(file, reader) for file in files}
    rows = {row.id: row.answer for row in Transient.batch_get(sorted(set(ids.values())))} if ids else {}
    return {key: rows[row_id] for key, row_id in ids.items() if row_id in rows}


def keep(file: StoredFile, reader: int, found: Mapping[str, Any], now: datetime) -> None:
    """Remember what was found. Whoever reads at the same time writes the same."""
    Transient(id=_id(file, reader), answer=dict(found), expires_at=now + _KEPT).save()


def _id(file: StoredFile, reader: int) -> str:
    return f"sliced#{reader}#{file.etag}#{file.size}#{file.name.rpartition('.')[2].lower()}"
