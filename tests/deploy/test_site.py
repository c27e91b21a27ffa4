"""The site in its bucket: what browsers are told of a file is as much a part of it as its bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.deploy import site
from tests.stack.emulated_aws import EmulatedAws

BUCKET = "site-of-a-test"
FILES = {
    "index.html": b"<p>one</p>",
    "js/page.js": b"import '/vendor/lib@1/lib.js'",
    "vendor/lib@1/lib.js": b"1",
}


@pytest.fixture(scope="module")
def s3(account: EmulatedAws) -> Any:
    client = account.client("s3")
    client.create_bucket(Bucket=BUCKET)
    return client


@pytest.fixture
def archive(tmp_path: Path) -> bytes:
    for name, body in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(body)
    return site.packed(tmp_path)


def told(s3: Any, name: str) -> tuple[str, str]:
    """What browsers hear of a file besides its bytes."""
    found = s3.head_object(Bucket=BUCKET, Key=name)
    return found["ContentType"], found.get("CacheControl", "")


def test_every_file_comes_with_its_type_and_its_age(s3: Any, archive: bytes) -> None:
    assert site.publish(s3, BUCKET, archive) == (3, 0)
    assert told(s3, "index.html") == ("text/html; charset=utf-8", "no-cache")
    assert told(s3, "vendor/lib@1/lib.js") == (
        "text/javascript; charset=utf-8",
        "public, max-age=31536000, immutable",
    )
    assert site.publish(s3, BUCKET, archive) == (0, 0)


@pytest.mark.parametrize(
    "before",
    [{"ContentType": "text/plain", "CacheControl": "no-cache"}, {"ContentType": "text/html; charset=utf-8"}],
)
def test_the_same_bytes_are_sent_again_where_something_else_is_told_of_them(
    s3: Any, archive: bytes, before: dict[str, str]
) -> None:
    site.publish(s3, BUCKET, archive)
    s3.put_object(Bucket=BUCKET, Key="index.html", Body=FILES["index.html"], **before)
    assert site.publish(s3, BUCKET, archive) == (1, 0)
    assert told(s3, "index.html") == ("text/html; charset=utf-8", "no-cache")
