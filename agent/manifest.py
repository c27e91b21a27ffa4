"""The agent's picture of the cloud: all jobs that the share must hold, kept up by what may have changed."""

from __future__ import annotations

from dataclasses import replace

from agent import names
from agent.cloud import Cloud, Placed, Refused, SharedFile, SharedJob
from agent.names import Key
from agent.plan import Remote


class Manifest:
    """Whole or nothing: while a listing is under way the picture is the earlier one."""

    def __init__(self, *, archived: bool) -> None:
        self._archived = archived
        self._cursor: str | None = None
        self._jobs: dict[str, SharedJob] = {}
        self.extensions: frozenset[str] = frozenset()
        self.unsafe: list[str] = []

    def start_anew(self) -> None:
        """Ask for everything the next time."""
        self._cursor = None

    def update(self, cloud: Cloud) -> None:
        """Bring the picture up to date. Raises what the cloud raises, with the picture as it was."""
        jobs, cursor = ({} if self._cursor is None else dict(self._jobs)), self._cursor
        while True:
            try:
                page = cloud.manifest(cursor, archived=self._archived)
            except Refused as refusal:
                if refusal.status in {400, 410} and cursor is not None:  # too long ago
                    jobs, cursor = {}, None
                    continue
                raise
            jobs.update({job.job_id: job for job in page.jobs})
            cursor = page.cursor
            if not page.more:
                break
        self._jobs = {job_id: job for job_id, job in jobs.items() if job.folder is not None}
        self._cursor, self.extensions = cursor, page.extensions

    def files(self) -> dict[Key, Remote]:
        """Everything that the share must hold, by place; what cannot lie there safely is in `unsafe`."""
        found: dict[Key, Remote] = {}
        self.unsafe = []
        for job in sorted(self._jobs.values(), key=lambda each: each.job_id):
            for file in sorted(job.files, key=lambda each: each.name):
                remote = _remote(job, file)
                if not names.is_safe(remote.folder, remote.name) or remote.key in found:
                    self.unsafe.append(f"{remote.folder}/{remote.name}")
                else:
                    found[remote.key] = remote
        return found

    def note_placed(self, placed: Placed, size: int, md5: str) -> None:
        """The agent has just placed a file: it need not wait to be told."""
        job = self._jobs.get(placed.job_id)
        if job is None or job.folder != placed.folder:
            self.start_anew()  # the job has moved meanwhile; only the cloud knows where all of it is now
            return
        new = SharedFile(placed.name, size, md5, None, "")
        others = tuple(file for file in job.files if file.name != placed.name)
        self._jobs[job.job_id] = replace(job, files=(*others, new))


def _remote(job: SharedJob, file: SharedFile) -> Remote:
    folder = job.folder or ""
    return Remote(job.job_id, folder, file.name, file.size, file.md5, file.sha256, file.url or None)
