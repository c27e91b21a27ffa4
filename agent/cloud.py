"""The cloud as the agent sees it: what it answers, and how it fails. http_cloud.py speaks to the real one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol


class Offline(Exception):
    """It does not answer: the network, or a part of the cloud, is down. Later."""


class Refused(Exception):
    """It said no, and would say so again."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Missing(Exception):
    """The file is not at its link any more: it has moved on, or the link has run out."""


@dataclass(frozen=True)
class SharedFile:
    """A file of a job."""

    name: str
    size: int
    md5: str
    sha256: str | None
    url: str


@dataclass(frozen=True)
class SharedJob:
    """All files of a job and their folder; None where the share holds nothing of it."""

    job_id: str
    folder: str | None
    files: tuple[SharedFile, ...]


@dataclass(frozen=True)
class Page:
    """A page of the manifest."""

    jobs: tuple[SharedJob, ...]
    full: bool
    more: bool
    cursor: str
    extensions: frozenset[str]


@dataclass(frozen=True)
class Ticket:
    """`candidate_id` and the form to send the file by; None when the job has it already."""

    job_id: str
    folder: str
    candidate_id: str | None
    post: dict[str, Any] | None


@dataclass(frozen=True)
class Placed:
    """Where a file that went up is now."""

    job_id: str
    folder: str
    name: str


@dataclass(frozen=True)
class Leadership:
    """Whether this agent may change the share, for so many seconds from when it asked."""

    leads: bool
    leader: str | None
    seconds: float


@dataclass
class Health:
    """How the agent is, for people to see."""

    last_success_at: str | None = None
    pending_downloads: int = 0
    pending_uploads: int = 0
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)


class Cloud(Protocol):
    """Every call raises Offline or Refused."""

    def manifest(self, cursor: str | None, *, archived: bool) -> Page:
        """What the share must hold: everything, or what may have changed since `cursor`."""

    def download(self, url: str) -> Iterator[bytes]:
        """The bytes at a link. Raises Missing."""

    def announce(self, name: str, size: int, sha256: str, replaces: str | None) -> Ticket:
        """A person's file is about to go up."""

    def upload(self, post: dict[str, Any], pieces: Iterable[bytes], size: int) -> None:
        """Send it to the store."""

    def complete(self, candidate_id: str) -> Placed:
        """It is there: place it beside its job."""

    def heartbeat(self, share_id: str, instance: str, *, lead: bool, health: Health) -> Leadership:
        """Say how the agent is, and ask to lead."""
