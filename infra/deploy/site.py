"""The pages and what they load, in the bucket behind CloudFront."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from infra.local.static import TYPES, cache_control


def packed(root: Path) -> bytes:
    """All that browsers may ask for below `root`, as a zip; the same files give the same bytes."""
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        for path in sorted(_published(root)):
            archive.writestr(ZipInfo(path.relative_to(root).as_posix()), path.read_bytes())
    return out.getvalue()


def _published(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (
            Path(folder, name) for name in files if not name.startswith(".") and not name.endswith(".d.ts")
        )


def publish(s3: Any, bucket: str, archive: bytes) -> tuple[int, int]:
    """Make `bucket` hold exactly the site in `archive`; how many files were sent and removed.

    Pages come after what they load, and what nothing names any more goes last: no page names a file that is
    not there. Whoever opens one in these seconds may get modules of both. Stopped anywhere, it goes on when
    it is called again.
    """
    there = {item["Key"]: item["ETag"].strip('"') for item in _objects(s3, bucket)}
    sent = 0
    with ZipFile(io.BytesIO(archive)) as site:
        names = sorted(site.namelist(), key=lambda name: (name.endswith(".html"), name))
        for name in names:
            body = site.read(name)
            same = there.get(name) == hashlib.md5(body, usedforsecurity=False).hexdigest()
            if not same or not _is_told_of_rightly(s3, bucket, name):
                s3.put_object(Bucket=bucket, Key=name, Body=body, **_headers(name))
                sent += 1
    stale = sorted(there.keys() - set(names))
    for name in stale:
        s3.delete_object(Bucket=bucket, Key=name)
    return sent, len(stale)


def _is_told_of_rightly(s3: Any, bucket: str, name: str) -> bool:
    """Whether browsers hear of a file what they should; the listing knows of bytes only."""
    found, right = s3.head_object(Bucket=bucket, Key=name), _headers(name)
    return {key: found.get(key) for key in right} == right


def _headers(name: str) -> dict[str, str]:
    return {
        "ContentType": TYPES.get(Path(name).suffix, "application/octet-stream"),
        "CacheControl": cache_control(name),
    }


def _objects(s3: Any, bucket: str) -> list[Any]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item for page in pages for item in page.get("Contents", [])]
