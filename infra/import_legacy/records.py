"""The old system's rows and files about one job, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from infra.import_legacy import jobs, storage
from infra.import_legacy.storage import OldFile
from infra.import_legacy.values import Row


@dataclass(frozen=True)
class Old:
    """The old system's rows about one job."""

    id: str
    job: Row
    events: list[Row]
    payments: list[Row]
    files: list[OldFile]

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return stem(self.job)


def stem(row: Row) -> str:
    """What the names of a job's files begin with, by its display name, else by its file's path."""
    named = storage.last_part(str(row.values.get("display_name") or ""))
    return storage.stem_of(named or storage.last_part(str(row.values.get("file_path") or "")))


def grouped(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    """Rows by the job that they are about."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[jobs.job_id(str(row.values.get(column) or ""))].append(row)
    return found
