"""Where backups are kept: a folder of this machine, or a bucket.

Both hold named pieces that appear whole or not at all. A name is a path with slashes; it is never a
student's.
"""

from __future__ import annotations

import os
import re
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from stat import S_ISREG
from typing import IO, Any, Protocol

import botocore.session
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.config import settings

_BUCKET = "s3://"
_NEW = ".new"
# As `Folder.put` calls what it writes; the folder may hold other things of its owner.
_HALF_WRITTEN = re.compile(rf"(^|/)\.[0-9a-f]{{32}}{re.escape(_NEW)}$")


@dataclass(frozen=True)
class Piece:
    """One stored piece."""

    name: str
    size: int
    modified_at: datetime


class NoSuchPiece(Exception):
    """There is nothing of that name."""


class Place(Protocol):
    """What a backup needs of the place where it lies."""

    def put(self, name: str, body: IO[bytes]) -> None:
        """Store what `body` holds from its beginning on; the same name again replaces it."""

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a piece, to be read once. Raises NoSuchPiece."""

    def pieces(self, prefix: str) -> Iterator[Piece]:
        """Every piece whose name starts with `prefix`."""

    def delete(self, name: str) -> None:
        """Remove a piece; one that is gone already is no error."""

    def tidy(self, before: datetime) -> None:
        """Remove what was last written before then and never became a piece."""


def place(where: str) -> Place:
    """The place that "s3://bucket/prefix" or a folder's path names."""
    if where.startswith(_BUCKET):
        bucket, _, prefix = where.removeprefix(_BUCKET).strip("/").partition("/")
        return Bucket(bucket, f"{prefix}/" if prefix else "")
    return Folder(Path(where))


class Folder:
    """A folder; made when the first piece comes, for the eyes of its own user only."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, body: IO[bytes]) -> None:
        """Write beside, sync, rename: a power cut leaves the old piece or the new one."""
        target = self._root / name
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._make(target.parent)
        new = target.with_name(f".{uuid.uuid4().hex}{_NEW}")
        try:
            with open(new, "xb", opener=_for_its_user_only) as file:
                self._give(new)
                body.seek(0)
                while chunk := body.read(1 << 20):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            new.replace(target)
        finally:
            new.unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        """Make a folder of the place, with those that it lies in."""
        if folder != self._root and not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            self._give(folder)

    def _give(self, path: Path) -> None:
        """What root makes belongs to the owner of the place, whose nightly backups go on with it."""
        if sys.platform != "win32" and os.geteuid() == 0:
            owner = self._root.stat()
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a piece. Raises NoSuchPiece."""
        try:
            return (self._root / name).open("rb")
        except FileNotFoundError:
            raise NoSuchPiece(name) from None

    def pieces(self, prefix: str) -> Iterator[Piece]:
        """Every piece below the folder `prefix`, what a crash left half written aside."""
        yield from (found for found in self._files(prefix) if not found.name.endswith(_NEW))

    def delete(self, name: str) -> None:
        """Remove a piece."""
        (self._root / name).unlink(missing_ok=True)

    def tidy(self, before: datetime) -> None:
        """Remove what a process that was killed left half written."""
        for found in self._files(""):
            if _HALF_WRITTEN.search(found.name) and found.modified_at < before:
                self.delete(found.name)

    def _files(self, prefix: str) -> Iterator[Piece]:
        for path in sorted((self._root / prefix).rglob("*")):
            try:
                stat = path.stat()
            except FileNotFoundError:  # let go of by somebody since the folder was listed
                continue
            if S_ISREG(stat.st_mode):
                modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield Piece(path.relative_to(self._root).as_posix(), stat.st_size, modified)


def _for_its_user_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Bucket:
    """A bucket, or the keys of one below a prefix."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix

    def put(self, name: str, body: IO[bytes]) -> None:
        """Store an object. Large ones go in parts; nobody needs their ETag."""
        body.seek(0)
        _client().upload_fileobj(body, self._bucket, self._prefix + name)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of an object. Raises NoSuchPiece."""
        try:
            answer = _client().get_object(Bucket=self._bucket, Key=self._prefix + name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                raise NoSuchPiece(name) from error
            raise
        body: IO[bytes] = answer["Body"]
        return body

    def pieces(self, prefix: str) -> Iterator[Piece]:
        """Every object whose key starts with `prefix`."""
        pages = _client().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
            for item in page.get("Contents", []):
                yield Piece(item["Key"].removeprefix(self._prefix), item["Size"], item["LastModified"])

    def delete(self, name: str) -> None:
        """Remove an object; where the bucket is versioned, its version stays for a while."""
        _client().delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def tidy(self, before: datetime) -> None:
        """Nothing to do: S3 shows whole objects only, and the bucket's own rule ends uploads that stopped."""


@cache
def _client() -> Any:
    """The S3 client for backups, made on first use."""
    core = botocore.session.Session(profile=settings().backups_profile)
    region = None
    if settings().backups_profile:  # leads to AWS itself, whatever keeps the lab's own files
        core.set_config_variable("ignore_configured_endpoint_urls", True)
        region = core.get_scoped_config().get("region")
    config = Config(max_pool_connections=64, s3={"addressing_style": "path"})
    return Session(botocore_session=core).client("s3", region_name=region, config=config)
