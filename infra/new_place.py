"""Whether the place that a backup is restored into is new: nobody has worked in it, before or meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from chalicelib.aws import events, files, outbox, rows
from chalicelib.aws import trail as archive
from chalicelib.aws.files import StoredFile
from chalicelib.aws.rows import Row
from chalicelib.domain.filenames import TRAIL
from chalicelib.domain.people import SYSTEM
from chalicelib.services.backup_store import Manifest
from chalicelib.services.consistent_copy import TABLES

# What nights leave where nobody works, and the keys of such rows.
_KEYS = {"events": ("job_id", "id"), "chains": ("job_id",), "days": ("day", "shard"), "outbox": ("id",)}
_DIGEST = re.compile(TRAIL + r"/digests/(\d{4}-\d\d-\d\d)\.json")
_ELSEWHERE = "Restore into a new place, where nobody has worked yet."
# Figures are counted anew, and a day may come to stand in other shards than before.
_COUNTED = [table for table in TABLES if table != "days"]


class NotEmpty(Exception):
    """There is something in the place of what should be restored."""


def clear() -> None:
    """Let go of what the nights of a new place have left. Raises NotEmpty where there is anything else.

    Whatever has come since it was looked at stays: somebody else may have begun to restore.
    """
    nights = [(table, row) for table in TABLES for row in _of_nights(table)]
    told = Counter(row["day"]["S"] for table, row in nights if table == "events")
    digests = [_of_a_night(version, told) for version in files.versions("")]
    # Stopped in between, what is left are events that no digest seals: those of a night as well.
    for version in digests:
        files.delete(version.key, version.version_id)
    for table, row in nights:
        rows.delete(table, row, *_KEYS[table])


def _of_nights(table: str) -> list[Row]:
    """The rows of a table, all of which nightly functions wrote: events of their own, and what follows."""
    found = []
    for row in rows.scan(table):
        if not _is_of_a_night(table, row):
            raise NotEmpty(f"The table of {table} is not empty. {_ELSEWHERE}")
        found.append(row)
    return found


def _is_of_a_night(table: str, row: Row) -> bool:
    if table == "outbox":
        return bool(row["queue"]["S"] == outbox.AUDITS)
    told_by = row.get("triggered_by", {"S": SYSTEM.name})["S"]
    return table == "days" or (
        table in _KEYS and row["job_id"]["S"] == events.SYSTEM_EVENTS and told_by == SYSTEM.name
    )


def _of_a_night(version: StoredFile, told: Counter[str]) -> StoredFile:
    """A digest that seals nothing but the events that are `told` of its day; other files are somebody's."""
    day = _DIGEST.fullmatch(version.key)
    if not day or archive.read_digest(date.fromisoformat(day[1]))["events"] > told[day[1]]:
        raise NotEmpty(f"The bucket is not empty: it holds {version.key}. {_ELSEWHERE}")
    return version


def check_rows(manifest: Manifest, more: Counter[str]) -> None:
    """Raises NotEmpty where a table has other rows than the backup and `more`: somebody has been at work."""
    for table in _COUNTED:
        found, due = sum(1 for _ in rows.scan(table)), manifest.rows[table] + more[table]
        if found != due:
            raise NotEmpty(
                f"The table of {table} holds {found} rows where the backup has {due}: somebody has worked "
                "here meanwhile. Restore into another place, or empty this one."
            )
