"""Bringing the bytes of files into a backup's place, each of them once."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from chalicelib.aws import files
from chalicelib.aws.files import StoredFile
from chalicelib.aws.places import Place
from chalicelib.services import backup_store
from chalicelib.services.backup_store import Entry

log = logging.getLogger(__name__)

_AT_ONCE = 8
# Between two batches a run is stopped in time and its work written down: a batch must not take minutes.
_BATCH = 500
_BATCH_BYTES = 1 << 30


@dataclass
class Copies:
    """What the place holds of the files bucket: known from the last backup, or copied by this run.

    A version of an object never changes, so what was once copied is known by its key and version.
    """

    place: Place
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    new_files: int = 0
    new_bytes: int = 0
    notes: list[str] = field(default_factory=list)
    _named: set[str] = field(default_factory=set)

    @classmethod
    def known(cls, place: Place) -> Copies:
        """What the newest backup and unfinished ones name, as far as it is really there."""
        there = {found.name: found.size for found in place.pieces(backup_store.BYTES)}
        copies = cls(place)
        for stamp in backup_store.stamps(place)[-1:]:
            try:
                copies._take_over(backup_store.files_of(place, stamp), there)
            except backup_store.Damaged:
                log.exception("copying anew what that backup cannot tell of", extra={"stamp": stamp})
        for note, noted in backup_store.unfinished(place).items():
            copies._take_over(noted, there)
            copies.notes.append(note)
        return copies

    def _take_over(self, some: Iterable[Entry], there: dict[str, int]) -> None:
        for entry in some:
            if there.get(backup_store.piece(entry.sha256)) == entry.size:
                self._know(entry)

    def _know(self, entry: Entry) -> None:
        self.entries[entry.key, entry.version_id] = entry
        self._named.add(entry.sha256)

    def find(self, file: StoredFile) -> Entry | None:
        """The entry of exactly that version, None where its bytes are not in the place."""
        return self.entries.get((file.key, file.version_id))

    def copy(self, wanted: Iterable[StoredFile], may_go_on: Callable[[], bool] = lambda: True) -> bool:
        """Copy what the place lacks of `wanted`; False when it was stopped before the end.

        What is gone meanwhile is left out: whoever removed it has changed the job, or it was no job's.
        """
        missing = [file for file in wanted if self.find(file) is None]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for batch in _batches(missing):
                if not may_go_on():
                    return False
                made = [entry for entry in pool.map(self._copy, batch) if entry]
                for entry in made:
                    self._know(entry)
                self.new_files += len(made)
                self.new_bytes += sum(entry.size for entry in made)
                self._note(made)
        return True

    def _copy(self, file: StoredFile) -> Entry | None:
        try:
            source, content_type = files.open_version(file.key, file.version_id)
        except files.Missing:
            return None
        with source, backup_store.temporary() as body:
            sha256 = backup_store.copied(source, body)
            # Bytes that are there without a name may be about to be removed: then they are written anew.
            if sha256 not in self._named:
                self.place.put(backup_store.piece(sha256), body)
        return Entry(file.key, file.version_id, file.size, file.etag, content_type, sha256)

    def add(self, key: str, content: bytes, etag: str, content_type: str) -> Entry:
        """An object that is not in the bucket like this, as a backup should hold it."""
        return Entry(key, "", len(content), etag, content_type, backup_store.store(self.place, content))

    def _note(self, made: list[Entry]) -> None:
        if made:
            name = uuid.uuid4().hex
            backup_store.note_unfinished(self.place, name, made)
            self.notes.append(f"{backup_store.UNFINISHED}{name}")

    def forget_notes(self) -> None:
        """A manifest names all of it now."""
        for note in self.notes:
            self.place.delete(note)


def _batches(wanted: Iterable[StoredFile]) -> Iterator[list[StoredFile]]:
    """In their order, each of a bearable number of files and bytes."""
    batch: list[StoredFile] = []
    size = 0
    for file in wanted:
        if batch and (len(batch) == _BATCH or size + file.size > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch
