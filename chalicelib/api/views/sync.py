"""What the agents of the lab PCs are told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.api.views.students import PresignedPost
from chalicelib.domain import filenames
from chalicelib.domain.alerts import SILENT
from chalicelib.services.agents import Leadership, Seen
from chalicelib.services.candidates import Announced, Placed
from chalicelib.services.share import Manifest


class SharedFileView(BaseModel):
    """A file that the share must hold.

    `etag`: the MD5 of its bytes in hex, as the store computed it; `sha256`: for students' originals only.
    """

    name: str
    size: int
    etag: str
    sha256: str | None
    modified_at: Time
    url: str


class SharedJobView(BaseModel):
    """All files of a job, and the folder they are in; null where the share holds nothing of the job.

    `left`: the folders that the job has left lately.
    """

    job_id: str
    display_name: str | None
    folder: str | None
    left: list[str]
    files: list[SharedFileView]


class ManifestPage(BaseModel):
    """`full`: of a listing of everything; `more`: ask again at once. `cursor` is where to ask next.

    `extensions`: the files beside a job that are taken up.
    """

    jobs: list[SharedJobView]
    full: bool
    more: bool
    cursor: str
    extensions: list[str]

    @classmethod
    def of(cls, page: Manifest) -> ManifestPage:
        """From a page of the manifest."""
        return cls(
            jobs=[
                SharedJobView(
                    job_id=job.job_id,
                    display_name=job.display_name,
                    folder=job.folder,
                    left=list(job.left),
                    files=[SharedFileView(**vars(file)) for file in job.files],
                )
                for job in page.jobs
            ],
            full=page.full,
            more=page.more,
            cursor=page.cursor,
            extensions=list(filenames.SLICER_EXTENSIONS),
        )


class CandidateTicket(BaseModel):
    """`state` is upload, with the form to send the file by, or present when the job has this very file."""

    state: Literal["upload", "present"]
    job_id: str
    folder: str
    candidate_id: str | None
    expires_at: Time | None
    post: PresignedPost | None

    @classmethod
    def of(cls, announced: Announced) -> CandidateTicket:
        """From an announced file."""
        job, upload = announced.job, announced.upload
        return cls(
            state="upload" if upload else "present",
            job_id=job.id,
            folder=job.status.folder,
            candidate_id=upload.id if upload else None,
            expires_at=upload.expires_at if upload else None,
            post=PresignedPost(**announced.post) if announced.post else None,
        )


class PlacedCandidate(BaseModel):
    """Where the file is, and under which name: another than its own where that was taken."""

    job_id: str
    folder: str
    name: str

    @classmethod
    def of(cls, placed: Placed) -> PlacedCandidate:
        """From a file beside its job."""
        return cls(job_id=placed.job.id, folder=placed.job.status.folder, name=placed.name)


class LeadershipView(BaseModel):
    """Whether the agent may change the share, for so many seconds from when it asked; else who may."""

    leads: bool
    leader: str | None
    seconds: float

    @classmethod
    def of(cls, leadership: Leadership) -> LeadershipView:
        """From a heartbeat."""
        return cls(**vars(leadership))


class AgentView(BaseModel):
    """An agent as it was last heard of; `silent` when that is too long ago."""

    workstation_id: str
    instance: str
    share_id: str
    leads: bool
    silent: bool
    last_heard_at: Time
    last_success_at: Time | None
    hostname: str
    version: str
    pending_downloads: int
    pending_uploads: int
    conflicts: int
    errors: list[str]

    @classmethod
    def of(cls, seen: Seen, now: datetime) -> AgentView:
        """From what it said."""
        heard = seen.heard
        return cls(
            workstation_id=heard.workstation_id,
            leads=seen.leads,
            silent=now - heard.at > SILENT,
            last_heard_at=heard.at,
            **heard.said,
        )


class AgentList(BaseModel):
    """Every agent that was heard of in the last days."""

    agents: list[AgentView]

    @classmethod
    def of(cls, known: list[Seen], now: datetime) -> AgentList:
        """From the agents that are known."""
        return cls(agents=[AgentView.of(seen, now) for seen in known])
