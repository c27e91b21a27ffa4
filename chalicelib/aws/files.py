"""The files bucket: object versions, copies, signed URLs.

The bucket is versioned. Whoever removes an object names the version it means, so
that a late or repeated delete can never take a newer object of the same key.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import IO, Any
from urllib.parse import quote

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from chalicelib.config import settings


@dataclass(frozen=True)
class StoredFile:
    """One version of one object; `size` in bytes, `etag` the MD5 of what was written at once."""

    key: str
    version_id: str
    size: int
    modified_at: datetime
    is_latest: bool = True
    etag: str = ""

    @property
    def name(self) -> str:
        """The key without its folder."""
        return self.key.rpartition("/")[2]


@dataclass(frozen=True)
class Written:
    """A version that we wrote; `repeated`: the client had to ask twice, so a twin may lie below it."""

    key: str
    version_id: str
    etag: str
    repeated: bool


@dataclass(frozen=True)
class Head:
    """What the store says of an object; `sha256` in hex where the store computed one."""

    size: int
    version_id: str
    sha256: str | None
    etag: str


class Missing(Exception):
    """The object version meant is not there (any more)."""


@contextmanager
def _missing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] in {404, 412}:
            raise Missing from error
        raise


@cache
def client() -> Any:
    """The S3 client, made on first use."""
    return Session().client(
        "s3",
        config=Config(signature_version="s3v4", max_pool_connections=64, s3={"addressing_style": "path"}),
    )


def _bucket() -> str:
    return settings().files_bucket


def head(key: str) -> Head | None:
    """Facts about the current version, None when there is none."""
    try:
        with _missing():
            answer = client().head_object(Bucket=_bucket(), Key=key, ChecksumMode="ENABLED")
    except Missing:
        return None
    checksum = answer.get("ChecksumSHA256")
    return Head(
        size=answer["ContentLength"],
        version_id=answer["VersionId"],
        sha256=base64.b64decode(checksum).hex() if checksum and "-" not in checksum else None,
        etag=answer["ETag"].strip('"'),
    )


def versions(prefix: str, after: str = "") -> Iterator[StoredFile]:
    """Every version of every object whose key starts with `prefix`, those after the key `after` only.

    In the order of keys, page by page.
    """
    marker = {"KeyMarker": after} if after else {}
    pages = client().get_paginator("list_object_versions").paginate(Bucket=_bucket(), Prefix=prefix, **marker)
    for page in pages:
        yield from (_stored(item) for item in page.get("Versions", []) if item["Key"] > after)


def _stored(item: Any) -> StoredFile:
    return StoredFile(
        item["Key"],
        item["VersionId"],
        item["Size"],
        item["LastModified"],
        item["IsLatest"],
        item["ETag"].strip('"'),
    )


def current(prefix: str) -> list[StoredFile]:
    """The current version of every object whose key starts with `prefix`."""
    return [file for file in versions(prefix) if file.is_latest]


def copy(source: StoredFile, key: str) -> Written:
    """Copy exactly that version of `source` to `key`; answers the new version. Raises Missing."""
    with _missing():
        answer = client().copy_object(
            Bucket=_bucket(),
            Key=key,
            CopySource={"Bucket": _bucket(), "Key": source.key, "VersionId": source.version_id},
            # Said, because an older version of `key` itself must not look like a copy that changes nothing.
            StorageClass="STANDARD",
        )
    return _written(key, answer)


def delete(key: str, version_id: str) -> None:
    """Remove one version; removing what is gone already is no error."""
    client().delete_object(Bucket=_bucket(), Key=key, VersionId=version_id)


def put_json(key: str, document: Any) -> Written:
    """Write a JSON document."""
    return put(key, json_body(document), "application/json")


def json_body(document: Any) -> bytes:
    """What `put_json` writes: the same bytes for the same document."""
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode()


def put(key: str, body: bytes | IO[bytes], content_type: str) -> Written:
    """Write an object at once, out of an open file piece by piece: its ETag is the MD5 of its bytes."""
    return _written(key, client().put_object(Bucket=_bucket(), Key=key, Body=body, ContentType=content_type))


def _written(key: str, answer: Any) -> Written:
    etag = answer.get("CopyObjectResult", answer)["ETag"].strip('"')
    return Written(key, answer["VersionId"], etag, repeated=answer["ResponseMetadata"]["RetryAttempts"] > 0)


def read(key: str, version_id: str | None = None) -> bytes:
    """The whole object, the current version unless one is named. Raises Missing. Models are at most 50 MB."""
    version = {"VersionId": version_id} if version_id else {}
    with _missing():
        body: bytes = client().get_object(Bucket=_bucket(), Key=key, **version)["Body"].read()
    return body


def open_version(key: str, version_id: str) -> tuple[IO[bytes], str]:
    """The bytes of a version, to be read once, and their content type. Raises Missing."""
    with _missing():
        answer = client().get_object(Bucket=_bucket(), Key=key, VersionId=version_id)
    return answer["Body"], answer["ContentType"]


def sha256(key: str, version_id: str) -> str:
    """The SHA-256 of a version in hex, read a piece at a time. Raises Missing."""
    digest = hashlib.sha256()
    with _missing():
        body = client().get_object(Bucket=_bucket(), Key=key, VersionId=version_id)["Body"]
    for piece in body.iter_chunks(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def read_range(file: StoredFile, start: int, length: int) -> bytes:
    """Some bytes of the current version, as long as it holds what `file` says. Raises Missing.

    Not by the version's id: the local cloud knows ranges of current versions only, and would send all.
    """
    wanted = f"bytes={start}-{start + length - 1}"
    with _missing():
        answer = client().get_object(Bucket=_bucket(), Key=file.key, IfMatch=file.etag, Range=wanted)
        body: bytes = answer["Body"].read()
    return body


def presign_download(key: str, filename: str, expires_s: int, *, inline: bool = False) -> str:
    """A URL that downloads `key` under the name `filename` for `expires_s` seconds."""
    kind = "inline" if inline else "attachment"
    url: str = client().generate_presigned_url(
        "get_object",
        Params={
            "Bucket": _bucket(),
            "Key": key,
            "ResponseContentDisposition": f"{kind}; filename*=UTF-8''{quote(filename)}",
        },
        ExpiresIn=expires_s,
    )
    return _public(url)


def presign_post(key: str, *, size: int, sha256: str, expires_s: int) -> dict[str, Any]:
    """A form that lets a browser store exactly this many bytes with this SHA-256 under `key`."""
    fields = {
        "Content-Type": "application/octet-stream",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode(),
    }
    form: dict[str, Any] = client().generate_presigned_post(
        _bucket(),
        key,
        Fields=dict(fields),
        Conditions=[{name: value} for name, value in fields.items()] + [["content-length-range", size, size]],
        ExpiresIn=expires_s,
    )
    return {"url": _public(form["url"]), "fields": form["fields"]}


def _public(url: str) -> str:
    """The same URL by the address that browsers and lab PCs can reach."""
    public = settings().files_url
    endpoint: str = client().meta.endpoint_url
    return url.replace(endpoint, public, 1) if public else url


def ping() -> None:
    """Raise when the bucket cannot be reached."""
    client().head_bucket(Bucket=_bucket())
