"""What a backup is, in the place where it lies.

    backups/<stamp>.json      a manifest, written last: what it names is there, and nothing else counts
    bytes/ab/<sha-256>        content, each under its own hash: files, and lists of rows and files
    unfinished/<id>           a list of files whose bytes a backup that goes on has copied so far

Content is stored once, however many backups name it: a night costs only what is new. As a name tells the
content, two backups at once cannot spoil each other, and whoever reads can tell what is damaged.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import islice
from typing import IO, Any

from chalicelib.aws.places import NoSuchPiece, Place
from chalicelib.domain import backups

SCHEMA = "printlab/backup/1"
BYTES = "bytes/"
MANIFESTS = "backups/"
UNFINISHED = "unfinished/"

_LINES = 20_000
_CHUNK = 1 << 20
# Above this, content waits on the disk.
_IN_MEMORY = 8 << 20


class Damaged(Exception):
    """A piece of a backup is missing, or is not what it was; says which."""


@dataclass(frozen=True)
class Entry:
    """One object: its version when it was copied, and the name of its bytes."""

    key: str
    version_id: str
    size: int
    etag: str
    content_type: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """One whole backup: for each table its number of rows and its lists, for the files the same."""

    stamp: str
    finished_at: str
    rows: dict[str, int]
    tables: dict[str, list[str]]
    files: int
    file_bytes: int
    listing: list[str]

    @property
    def lists(self) -> list[str]:
        """Every list that this backup consists of."""
        return [sha256 for parts in (*self.tables.values(), self.listing) for sha256 in parts]


def piece(sha256: str) -> str:
    """Where content is."""
    return f"{BYTES}{sha256[:2]}/{sha256}"


# --- content --------------------------------------------------------------------------


def temporary() -> IO[bytes]:
    """Somewhere to put content of any size for a moment."""
    return tempfile.SpooledTemporaryFile(_IN_MEMORY)


def copied(source: IO[bytes], target: IO[bytes]) -> str:
    """Copy all that `source` holds; the SHA-256 of it."""
    digest = hashlib.sha256()
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()


def store(place: Place, content: bytes) -> str:
    """Store content; the name of it."""
    sha256 = hashlib.sha256(content).hexdigest()
    with temporary() as body:
        body.write(content)
        place.put(piece(sha256), body)
    return sha256


def fetch(place: Place, sha256: str) -> IO[bytes]:
    """Stored content, read and compared with its name. Raises Damaged."""
    body = temporary()
    try:
        with place.open(piece(sha256)) as source:
            same = copied(source, body) == sha256
    except NoSuchPiece:
        raise Damaged(f"{piece(sha256)} is missing") from None
    if not same:
        raise Damaged(f"{piece(sha256)} is not what was stored")
    body.seek(0)
    return body


# --- lists ----------------------------------------------------------------------------


def store_lines(place: Place, lines: Iterable[str]) -> list[str]:
    """Store lines in lists of a bearable size; their names. The same lines make the same lists."""
    stream, names = iter(lines), []
    while some := list(islice(stream, _LINES)):
        names.append(store(place, _packed(some)))
    return names


def _packed(lines: Iterable[str]) -> bytes:
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), compresslevel=6, mtime=0)


def lines(place: Place, names: Iterable[str]) -> Iterator[str]:
    """The lines of stored lists. Raises Damaged."""
    for name in names:
        with fetch(place, name) as body, gzip.open(body, "rt", encoding="utf-8") as text:
            for line in text:
                yield line.removesuffix("\n")


def entries(place: Place, names: Iterable[str]) -> Iterator[Entry]:
    """The files that stored lists tell of. Raises Damaged."""
    for line in lines(place, names):
        yield Entry(**json.loads(line))


def files_of(place: Place, stamp: str) -> Iterator[Entry]:
    """The files of a backup. Raises Damaged."""
    yield from entries(place, read_manifest(place, stamp).listing)


def line_of(entry: Entry) -> str:
    """An entry in a list."""
    return canonical(asdict(entry))


def canonical(document: Mapping[str, Any]) -> str:
    """JSON on one line, the same for the same document."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def note_unfinished(place: Place, name: str, copied_files: Iterable[Entry]) -> None:
    """Write down what has been copied so far, for a run that goes on where this one stops."""
    with temporary() as body:
        body.write(_packed(line_of(entry) for entry in copied_files))
        place.put(f"{UNFINISHED}{name}", body)


def unfinished(place: Place) -> dict[str, list[Entry]]:
    """What runs that have not ended have copied, by the name of the piece."""
    return {found.name: _noted(place, found.name) for found in place.pieces(UNFINISHED)}


def _noted(place: Place, name: str) -> list[Entry]:
    """One that cannot be read tells of nothing: its files are copied again."""
    try:
        with place.open(name) as body, gzip.open(body, "rt", encoding="utf-8") as text:
            return [Entry(**json.loads(line)) for line in text]
    except (NoSuchPiece, OSError, EOFError, zlib.error, ValueError, TypeError):
        return []


# --- manifests ------------------------------------------------------------------------


def stamps(place: Place) -> list[str]:
    """The names of the whole backups, oldest first."""
    found = (piece.name.removeprefix(MANIFESTS).removesuffix(".json") for piece in place.pieces(MANIFESTS))
    return sorted(name for name in found if backups.is_stamp(name))


def write_manifest(place: Place, manifest: Manifest) -> None:
    """Make a backup whole."""
    document = {"schema": SCHEMA, **asdict(manifest)}
    document["digest"] = _digest(document)
    with temporary() as body:
        body.write(json.dumps(document, indent=2).encode())
        place.put(_manifest(manifest.stamp), body)


def read_manifest(place: Place, stamp: str) -> Manifest:
    """The manifest of a backup. Raises Damaged, also where it is of another schema."""
    name = _manifest(stamp)
    try:
        with place.open(name) as body:
            document = json.loads(body.read())
        digest, schema = document.pop("digest"), document["schema"]
        whole = digest == _digest(document)
    except NoSuchPiece:
        raise Damaged(f"{name} is missing") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(f"{name} cannot be read") from None
    if schema != SCHEMA:
        raise Damaged(f"{name} is of the form {schema}; this version of PrintLab reads {SCHEMA}")
    if not whole:
        raise Damaged(f"{name} is not what was stored")
    del document["schema"]
    return Manifest(**document)


def forget_manifest(place: Place, stamp: str) -> None:
    """From here on that backup does not count."""
    place.delete(_manifest(stamp))


def _manifest(stamp: str) -> str:
    return f"{MANIFESTS}{stamp}.json"


def _digest(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document).encode()).hexdigest()
