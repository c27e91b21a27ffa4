"""What was deployed, kept so that it can be deployed again: code, template and site of the last releases.

code/<sha256>.zip  templates/<sha256>.json  sites/<sha256>.zip
releases/<stage>/<time>.json   names the three
releases/<stage>.json          does while a deployment of them is under way
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from infra.deploy.stages import NotReady

KEPT = 10
# Another deployment may be between uploading its parts and naming them in a release.
_GRACE = timedelta(days=1)


@dataclass(frozen=True)
class Release:
    """One deployment, by the keys of its parts."""

    name: str
    commit: str
    code: str
    template: str
    site: str

    @property
    def parts(self) -> tuple[str, str, str]:
        """What makes it another release."""
        return self.code, self.template, self.site


@dataclass(frozen=True)
class Underway:
    """A deployment that was begun and has not come to its end; `back`: to a release that ran before."""

    release: Release
    back: bool


class Releases:
    """The releases of a stage, in the bucket that all stages of the account and region share."""

    def __init__(self, s3: Any, bucket: str, stage: str) -> None:
        self._s3 = s3
        self.bucket = bucket
        self._prefix = f"releases/{stage}/"
        self._underway = f"releases/{stage}.json"

    def prepare(self, region: str) -> None:
        """Make the bucket if there is none; set it right in any case."""
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise NotReady(f"The bucket {self.bucket} cannot be used: {error}") from None
            place = {} if region == "us-east-1" else {"LocationConstraint": region}
            self._s3.create_bucket(
                Bucket=self.bucket, **({"CreateBucketConfiguration": place} if place else {})
            )
        self._s3.put_public_access_block(
            Bucket=self.bucket,
            PublicAccessBlockConfiguration=dict.fromkeys(
                ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
            ),
        )
        encryption = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        self._s3.put_bucket_encryption(
            Bucket=self.bucket, ServerSideEncryptionConfiguration={"Rules": encryption}
        )

        everything = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        tls_only = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": everything,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = {"Version": "2012-10-17", "Statement": [tls_only]}
        self._s3.put_bucket_policy(Bucket=self.bucket, Policy=json.dumps(policy))

    def store(self, kind: str, body: bytes, ending: str) -> str:
        """Keep a part; answers its key, which is the same for the same bytes."""
        key = f"{kind}/{hashlib.sha256(body).hexdigest()}.{ending}"
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return key

    def read(self, key: str) -> bytes:
        """The bytes of a part."""
        body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return body

    def url(self, key: str) -> str:
        """The address of a part, as CloudFormation reads it."""
        url: str = self._s3.generate_presigned_url("get_object", {"Bucket": self.bucket, "Key": key})
        return url.partition("?")[0]

    def remember(self, release: Release) -> None:
        """Note that `release` is what runs now.

        What ran already is no new one: the way back would lead to the same.
        """
        if (last := self.all()[-1:]) and last[0].parts == release.parts:
            return
        body = json.dumps(asdict(release), indent=1).encode()
        self._s3.put_object(Bucket=self.bucket, Key=f"{self._prefix}{release.name}.json", Body=body)

    def all(self) -> list[Release]:
        """The releases of the stage, oldest first."""
        keys = [item["Key"] for item in self._objects(self._prefix)]
        return [Release(**json.loads(self.read(key))) for key in sorted(keys)]

    def underway(self) -> Underway | None:
        """The deployment that has not come to its end."""
        note = self._note(self._underway)
        return Underway(back=note.pop("back"), release=Release(**note)) if note else None

    def note(self, underway: Underway | None) -> None:
        """Note what is under way, or that nothing is."""
        if underway is None:
            self._s3.delete_object(Bucket=self.bucket, Key=self._underway)
            return
        body = json.dumps(asdict(underway.release) | {"back": underway.back}, indent=1).encode()
        self._s3.put_object(Bucket=self.bucket, Key=self._underway, Body=body)

    def before(self, name: str | None) -> Release:
        """The release `name`, or the one before the last. Raises NotReady when there is none.

        A way back that stopped goes on to where it led. A deployment that stopped counts as the last.
        """
        known, underway = self.all(), self.underway()
        ran = list(known)
        if underway and not name:
            if underway.back:
                return underway.release
            if not ran or ran[-1].parts != underway.release.parts:
                ran.append(underway.release)
        found = [each for each in known if each.name == name] if name else ran[-2:-1]
        if not found:
            names = ", ".join(each.name for each in known) or "none"
            raise NotReady(f"There is no such release. Known, oldest first: {names}.")
        return found[0]

    def prune(self) -> None:
        """Forget all but the last releases of this stage, and the parts that no stage names."""
        for old in self.all()[:-KEPT]:
            self._s3.delete_object(Bucket=self.bucket, Key=f"{self._prefix}{old.name}.json")
        notes = filter(None, (self._note(item["Key"]) for item in self._objects("releases/")))
        named = {note[part] for note in notes for part in ("code", "template", "site")}
        young = datetime.now(UTC) - _GRACE
        for kind in ("code/", "templates/", "sites/"):
            for item in self._objects(kind):
                if item["Key"] not in named and item["LastModified"] < young:
                    self._s3.delete_object(Bucket=self.bucket, Key=item["Key"])

    def _note(self, key: str) -> dict[str, Any] | None:
        """What a note says; None where there is none, as when its deployment has just ended."""
        try:
            note: dict[str, Any] = json.loads(self.read(key))
        except self._s3.exceptions.NoSuchKey:
            return None
        return note

    def _objects(self, prefix: str) -> list[Any]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [item for page in pages for item in page.get("Contents", [])]


def name_of_now() -> str:
    """A name for a release that is made now; names sort by time."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}"
