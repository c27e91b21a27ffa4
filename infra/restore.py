"""Restoring a backup into an empty PrintLab: `python -m infra.restore PLACE [--stamp STAMP]`.

PLACE is a folder or s3://bucket/prefix; the newest backup there is taken unless one is named. It needs the
functions' environment, and tables, bucket and queues that are there and in which nobody has worked: a new
stage, or `python -m infra.offline DATA infra.restore PLACE` for a data folder of this machine. Nobody
can work there meanwhile, and the functions rest. Stopped halfway, the same command goes on.

What is not brought back as it was: mails that were waiting are held for a person (students may have got
them since); every session ends; counters and the figures of the backup's own days are counted anew. See
docs/backup.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

from chalicelib.aws import audits, counters, documents, events, files, jobs, places, rows
from chalicelib.aws import trail as archive
from chalicelib.aws.places import Place
from chalicelib.aws.rows import Row
from chalicelib.aws.tables import ConfigDocument, Finding, OutboxMessage
from chalicelib.aws.transactions import ConditionFailed
from chalicelib.domain import backups
from chalicelib.domain.audit import PLACES
from chalicelib.domain.events import EventType, happened
from chalicelib.domain.people import SYSTEM
from chalicelib.services import auditing, backup_store, clock, figures, filing, integrity, restoring, trail
from chalicelib.services.backup_store import Damaged, Entry, Manifest
from chalicelib.services.consistent_copy import TABLES
from infra import new_place
from infra.backup import newest
from infra.new_place import NotEmpty

_AT_ONCE = 8
_HELD = "held when a backup was restored: the student may have got this mail since. Retry it if not."


def restore(place: Place, stamp: str) -> list[Finding]:
    """Bring a backup back and count it; what an audit finds afterwards. Raises Damaged, NotEmpty."""
    manifest = backup_store.read_manifest(place, stamp)
    _begin(manifest)
    _files(place, manifest)
    for table in TABLES:
        lines = backup_store.lines(place, manifest.tables[table])
        rows.put(table, _as_restored(table, map(json.loads, lines)))
    _count()
    _recount_days(manifest)
    found = audit()
    new_place.check_rows(manifest, Counter(config=1))
    _end(manifest)
    return found


def _begin(manifest: Manifest) -> None:
    """Leave a mark while it is not finished: functions rest, nobody gets in, only the same one may go on."""
    stamp = restoring.under_way()
    if stamp is None:
        new_place.clear()
        mark = ConfigDocument(id=documents.RESTORE, version=0, data={"stamp": manifest.stamp})
        mark.updated_by, mark.updated_at = SYSTEM.name, clock.now()
        mark.save(condition=ConfigDocument.id.does_not_exist())
    elif stamp != manifest.stamp:
        raise NotEmpty(f"The backup {stamp} is being restored here. Let that one finish first: STAMP={stamp}")


def _end(manifest: Manifest) -> None:
    """Put it on record and take the mark away at once: a run in between would fork the chain."""
    details = {"operation": "restore", "backup": manifest.stamp}
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, SYSTEM, clock.now(), details)
    mark, still_there = ConfigDocument(id=documents.RESTORE), ConfigDocument.id.exists()
    try:
        events.record([told], lambda transaction: transaction.delete(mark, condition=still_there))
    except ConditionFailed:
        raise NotEmpty("Another run has just finished this restore.") from None


# --- files ----------------------------------------------------------------------------


def _files(place: Place, manifest: Manifest) -> None:
    """Put every file where it was; what is there already from a run before is left."""
    there = {(file.key, file.size, file.etag) for file in files.versions("") if file.is_latest}
    entries = backup_store.entries(place, manifest.listing)
    missing = (entry for entry in entries if (entry.key, entry.size, entry.etag) not in there)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(lambda entry: _file(place, entry), missing):
            pass


def _file(place: Place, entry: Entry) -> None:
    try:
        body = backup_store.fetch(place, entry.sha256)
    except Damaged as damaged:
        raise Damaged(f"{damaged}: the bytes of {entry.key}") from None
    with body:
        files.put(entry.key, body, entry.content_type)


# --- rows -----------------------------------------------------------------------------


def _as_restored(table: str, found: Iterable[Row]) -> Iterator[Row]:
    """The rows as they come back: no mail goes out by itself, and no session of before counts."""
    if table == "outbox":
        yield from map(_held, found)
    elif table == "workstations":
        # Epochs only grow: no session since the backup, however often ended, can have a greater one.
        epoch = {"N": str(int(clock.now().timestamp()))}
        yield from ({**row, "token_epoch": epoch} for row in found)
    else:
        yield from found


def _held(row: Row) -> Row:
    """A mail that was waiting waits for a person. Whether it was sent since, no older state can tell."""
    row.pop("claimed_until", None)
    if row["queue"]["S"] != "mail" or row["state"]["S"] != "waiting":
        return row
    done_at: str = OutboxMessage.done_at.serialize(clock.now())  # type: ignore[no-untyped-call]
    held = {"state": "failed", "waiting": "failed", "last_error": _HELD, "done_at": done_at}
    return row | {name: {"S": value} for name, value in held.items()}


# --- figures --------------------------------------------------------------------------


def _count() -> None:
    """Set the counters to what the table holds; done twice at once, they say the same."""
    totals: Counter[str] = Counter()
    for job in jobs.everyone("status", "file_size"):
        totals[job.status.value] += 1
        totals[counters.STORED_BYTES] += int(job.file_size)
    counters.reset(totals, clock.now())


def _recount_days(manifest: Manifest) -> None:
    """The figures of a day go on while it is copied, so those of the backup's days are added up again."""
    first = backups.begun_at(manifest.stamp).date() - timedelta(days=1)
    last = datetime.fromisoformat(manifest.finished_at).date()
    first = min([first, *_told_of_by_imports(first, last)])
    doubtful = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for day, missing in figures.differences_in(doubtful).items():
        figures.repair(day, missing)


def _told_of_by_imports(first: date, last: date) -> Iterator[date]:
    """The days on which that happened which joined the trail by an import in these days."""
    for day in archive.import_days():
        if first <= day <= last:
            for told in trail.events_of(day):
                yield happened(told["id"], told["details"]).date()


def audit() -> list[Finding]:
    """Compare all rows with all files now, however young they are."""
    now = clock.now()
    seen = audits.make("restore", SYSTEM.name, None, auditing.WINDOW, now + 2 * filing.GRACE)
    found: list[Finding] = []
    while seen.place < len(PLACES):
        part = integrity.look(seen)
        found += part.findings
        seen.after_name, seen.after_key = part.after or ("", "")
        seen.place += 0 if part.after else 1
    return found


# --- the command ----------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """0 when everything is back and agrees."""
    parser = argparse.ArgumentParser(prog="python -m infra.restore", description=__doc__)
    parser.add_argument("place", metavar="PLACE")
    parser.add_argument("--stamp", help="a backup by its name; else the one that was begun, else the newest")
    options = parser.parse_args(arguments)
    place = places.place(options.place)
    try:
        stamp = options.stamp or restoring.under_way() or newest(place)
        found = restore(place, stamp)
    except (Damaged, NotEmpty) as problem:
        print(f"Not restored: {problem}", file=sys.stderr)
        return 1
    return _told(backup_store.read_manifest(place, stamp), found)


def _told(manifest: Manifest, found: list[Finding]) -> int:
    print(f"Restored {manifest.stamp}: {manifest.rows['jobs']} jobs, {manifest.files} files.")
    for finding in found:
        print(f"audit: {finding.kind}: {finding.key or finding.job_id}")
    broken = trail.verify()
    print("The audit trail holds." if broken is None else f"The audit trail is broken: {broken}")
    print("Everything agrees." if not found else f"The audit has {len(found)} findings; see docs/runbook.md.")
    return 1 if found or broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
