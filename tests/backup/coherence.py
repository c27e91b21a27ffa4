"""That a backup is of one moment: all that it holds of each job agrees. Read from its lists alone."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from chalicelib.aws import files
from chalicelib.aws.places import Place
from chalicelib.aws.tables import Job
from chalicelib.domain import filenames
from chalicelib.domain.audit import STATUS_OF
from chalicelib.services import backup_store, metadata

_plain = TypeDeserializer()
_PROMISED = {"JobCreated": "receipt", "StaffApproved": "approval", "StaffRejected": "rejection"}


class Backup:
    """The rows and files of one backup."""

    def __init__(self, place: Place, stamp: str) -> None:
        self._place = place
        self._manifest = backup_store.read_manifest(place, stamp)
        self.entries = {entry.key: entry for entry in backup_store.files_of(place, stamp)}
        self.jobs = {row["id"]["S"]: Job.from_raw_data(row) for row in self._raw("jobs")}
        self._by_short_id = {job.short_id: job for job in self.jobs.values()}

    def _raw(self, table: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in backup_store.lines(self._place, self._manifest.tables[table])]
        assert len(found) == self._manifest.rows[table]
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as plain values."""
        raw = self._raw(table)
        return [{name: _plain.deserialize(value) for name, value in row.items()} for row in raw]

    def lines(self, prefix: str) -> list[dict[str, Any]]:
        """The JSON lines of the files whose keys start with `prefix`."""
        found: list[dict[str, Any]] = []
        for key, entry in self.entries.items():
            if key.startswith(prefix):
                with backup_store.fetch(self._place, entry.sha256) as stored:
                    found += map(json.loads, stored)
        return found

    def check(self) -> None:
        """Everything below."""
        events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in sorted(self.rows("events"), key=lambda row: str(row["id"])):
            events[event["job_id"]].append(event)
        self._check_chains(events)
        promised: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for row in self.rows("outbox"):
            job_id, kind, number = row["id"].split(".")
            promised[job_id].add((kind, int(number)))
        for job in self.jobs.values():
            self._check_history(job, events[job.id], promised[job.id])
            self._check_files(job)
        for key in self.entries:
            self._check_owner(key)
        self._check_guards()

    def _check_chains(self, events: dict[str, list[dict[str, Any]]]) -> None:
        ends = {row["job_id"]: (row["last_id"], row["hash"]) for row in self.rows("chains")}
        assert ends == {job_id: (told[-1]["id"], told[-1]["hash"]) for job_id, told in events.items()}
        for told in events.values():
            previous = [event["previous"] for event in told[1:]]
            assert previous == [event["hash"] for event in told[:-1]]

    def _check_history(self, job: Job, told: list[dict[str, Any]], promised: set[tuple[str, int]]) -> None:
        details = [json.loads(event["details"]) for event in told]
        assert [way["to_status"] for way in details if "to_status" in way][-1] == job.status.value
        mails = {kind for kind, _ in promised}
        # A job of a backlog came without mails.
        assert not mails or mails >= {
            _PROMISED[e["event_type"]] for e in told if e["event_type"] in _PROMISED
        }
        # A promise of a change that the row does not know of would stand in the way of that change.
        assert all(number <= job.version for _, number in promised)

    def _check_files(self, job: Job) -> None:
        assert job.original_key in self.entries
        assert self.entries[job.original_key].sha256 == job.file_hash
        record = files.json_body(metadata.document(job))
        entry = self.entries[filenames.metadata_key(job.status, job.display_name)]
        assert entry.etag == hashlib.md5(record).hexdigest()
        with backup_store.fetch(self._place, entry.sha256) as stored:
            assert stored.read() == record

    def _check_owner(self, key: str) -> None:
        folder, _, name = key.partition("/")
        if folder in STATUS_OF:
            owner = self._by_short_id[filenames.short_id_in(name) or ""]
            assert (owner.status.folder, filenames.belongs_to(name, owner.display_name)) == (folder, True), (
                key
            )

    def _check_guards(self) -> None:
        held = {row["id"]: row["job_id"] for row in self.rows("guards") if not row["id"].startswith("staff#")}
        owed = {f"short#{job.short_id}": job.id for job in self.jobs.values()}
        assert {name: holder for name, holder in held.items() if name.startswith("short#")} == owed
        holders = {job.id for job in self.jobs.values() if job.holds_guard}
        assert {holder for name, holder in held.items() if name.startswith("file#")} == holders
