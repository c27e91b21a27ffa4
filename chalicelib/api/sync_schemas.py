"""What the agents of the lab PCs may send."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from chalicelib.api.schemas import Body, Filename, Id

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Line = Annotated[str, StringConstraints(max_length=300)]


class ManifestQuery(Body):
    """Where to go on, what the share holds of the archive, and how long a page may be."""

    cursor: Annotated[str, StringConstraints(max_length=1000)] | None = None
    archived: bool = False
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class CandidateAnnouncement(Body):
    """A file as it lies on the share.

    `replaces`: the ETag of the cloud's file of the same name that it was made over, when there was one.
    """

    name: Filename
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256
    replaces: Annotated[str, StringConstraints(max_length=100)] | None = None


class Heartbeat(Body):
    """How an agent is. `share_id` stands in the marker file of its share, `instance` in its own database."""

    share_id: Id
    instance: Id
    lead: bool = True
    version: Annotated[str, StringConstraints(max_length=40)]
    hostname: Annotated[str, StringConstraints(max_length=100)]
    last_success_at: AwareDatetime | None = None
    pending_downloads: Count = 0
    pending_uploads: Count = 0
    conflicts: Count = 0
    errors: Annotated[list[Line], Field(max_length=20, default_factory=list)]
