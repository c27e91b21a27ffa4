"""Files on our own origin: signed addresses work as the store made them, everything else stays out."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from botocore.config import Config
from localstack_client.session import Session

from infra.http_client import File, HttpClient
from infra.local.environment import BUCKET
from tests.endpoint import not_on_localstack

KEY = "Uploaded/Ädä Lovelace + co.stl"
CONTENT = bytes(range(256)) * 64


@pytest.fixture(scope="module")
def s3(cloud: Session) -> Iterator[Any]:
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    client = cloud.client("s3", config=config)
    client.put_object(Bucket=BUCKET, Key=KEY, Body=CONTENT, ContentType="text/html")
    yield client
    client.delete_object(Bucket=BUCKET, Key=KEY)


def _ours(s3: Any, url: str) -> str:
    """A signed address as the application hands it out."""
    return url.replace(s3.meta.endpoint_url, "/_files")


def _download(s3: Any, **options: Any) -> str:
    parameters = {"Bucket": BUCKET, "Key": KEY, **options.pop("Params", {})}
    return _ours(s3, s3.generate_presigned_url("get_object", Params=parameters, **options))


def _form(s3: Any, key: str, size: int) -> dict[str, Any]:
    post = s3.generate_presigned_post(
        BUCKET, key, Conditions=[["content-length-range", size, size]], ExpiresIn=60
    )
    return {"url": _ours(s3, post["url"]), "fields": post["fields"]}


def test_a_signed_download(http: HttpClient, s3: Any) -> None:
    disposition = f"attachment; filename*=UTF-8''{quote('Ädä.stl')}"
    answer = http.get(_download(s3, Params={"ResponseContentDisposition": disposition}))
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Disposition"] == disposition
    assert answer.headers["ETag"]


def test_a_part_of_a_file(http: HttpClient, s3: Any) -> None:
    answer = http.request("GET", _download(s3), headers={"Range": "bytes=10-19"})
    assert (answer.status, answer.body) == (206, CONTENT[10:20])
    assert answer.headers["Content-Range"] == f"bytes 10-19/{len(CONTENT)}"


def test_a_stored_file_never_acts_as_a_page_of_ours(http: HttpClient, s3: Any) -> None:
    headers = http.get(_download(s3)).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_signed_upload_of_50_mb(http: HttpClient, s3: Any) -> None:
    content = hashlib.sha256(b"seed").digest() * (50 * 1024 * 1024 // 32)
    stored = http.upload(_form(s3, "_incoming/big", len(content)), content)
    assert stored.status == 204
    body = s3.get_object(Bucket=BUCKET, Key="_incoming/big")["Body"]
    assert hashlib.sha256(body.read()).digest() == hashlib.sha256(content).digest()
    s3.delete_object(Bucket=BUCKET, Key="_incoming/big")


def test_an_upload_of_another_size_is_refused_by_the_store(http: HttpClient, s3: Any) -> None:
    answer = http.upload(_form(s3, "_incoming/small", 1000), b"x" * 1001)
    assert answer.status == 400
    assert b"EntityTooLarge" in answer.body


@pytest.mark.parametrize(
    "change", ["key", "policy", pytest.param("x-amz-signature", marks=not_on_localstack)]
)
def test_a_changed_form_is_refused_by_the_store(http: HttpClient, s3: Any, change: str) -> None:
    form = _form(s3, "_incoming/mine", 4)
    form["fields"][change] = base64.b64encode(b"changed").decode()
    assert http.upload(form, b"data").status in {400, 403}


def test_a_form_without_a_signature_does_not_reach_the_store(http: HttpClient) -> None:
    answer = http.post_form(f"/_files/{BUCKET}", {"key": "_incoming/x"}, {"file": File("x", b"data")})
    assert (answer.status, answer.json()["error"]) == (403, "forbidden")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("query", ["", "?list-type=2", "?versions", "?policy=x"])
def test_nothing_without_a_signature(http: HttpClient, s3: Any, method: str, query: str) -> None:
    answer = http.request(method, f"/_files/{BUCKET}/{quote(KEY)}{query}", body=b"")
    assert answer.status == 403
    assert CONTENT[:100] not in answer.body


def test_credentials_in_headers_are_not_passed_on(http: HttpClient, s3: Any) -> None:
    url = _download(s3).replace("X-Amz-Signature=", "X-Amz-Signature=0")
    answer = http.request("GET", url, headers={"Authorization": "AWS4-HMAC-SHA256 whatever", "Cookie": "a=b"})
    assert answer.status == 403


def test_an_expired_address_is_refused(http: HttpClient, s3: Any) -> None:
    assert http.get(_download(s3, ExpiresIn=-1)).status in {400, 403}


def test_a_signature_for_another_key_is_refused(http: HttpClient, s3: Any) -> None:
    assert http.get(_download(s3).replace(quote(KEY), "Pending/other.stl")).status == 403


def test_a_delete_is_refused_even_when_signed(http: HttpClient, s3: Any) -> None:
    url = s3.generate_presigned_url("delete_object", Params={"Bucket": BUCKET, "Key": KEY})
    assert http.request("DELETE", _ours(s3, url)).status == 403
    assert s3.head_object(Bucket=BUCKET, Key=KEY)


@pytest.mark.parametrize(
    "path",
    ["/", "/other-bucket/key", "//{bucket}/key", "/{bucket}/../other-bucket/key", "/{bucket}x/key", "/."],
)
def test_no_other_bucket(http: HttpClient, path: str) -> None:
    target = f"{http.base_url}/_files{path.format(bucket=BUCKET)}?X-Amz-Signature=x"
    assert http.request("GET", target).status == 404
