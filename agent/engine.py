"""One round of the agent: look at both sides, plan, and do what is planned, one thing after the other."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from agent import names
from agent.cloud import Cloud, Missing, Offline, Refused
from agent.index import Index
from agent.manifest import Manifest
from agent.names import Key
from agent.plan import (
    Action,
    Adopt,
    Base,
    Conflict,
    Delete,
    Download,
    Forget,
    Local,
    Move,
    Remote,
    Upload,
    plan,
)
from agent.progress import Progress, Silent
from agent.report import Report, name_of, reason
from agent.share import Broken, Changed, Share

log = logging.getLogger(__name__)

# A picture of the cloud that would empty the share is a mistake until a person says otherwise.
MOST_DELETED = 50
_MOST_DELETED_SHARE = 0.5
# So many files in a row that did not get through are the network's fault, a single one is its own.
_LOST_IN_A_ROW = 3


class NotLeading(Exception):
    """Another agent leads at this share, or the lease has run out."""


class TooManyDeletions(Exception):
    """The plan would take away most of what the agent has put there."""


class Engine:
    """The agent's work at one share. `may_act` says whether it leads, asked again before each step."""

    def __init__(
        self,
        share: Share,
        index: Index,
        cloud: Cloud,
        manifest: Manifest,
        *,
        may_act: Callable[[], bool],
        transfers: int = 1,
        delete_many: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._share, self._index, self._cloud, self._manifest = share, index, cloud, manifest
        self._may_act = may_act
        self._transfers = transfers
        self._delete_many = delete_many
        self._progress = progress or Silent()
        # What the cloud would not take, as it was then: only another content is worth asking again.
        self._declined: set[tuple[str, str, str | None]] = set()
        # How often each file did not come by its link, or not as announced.
        self._failed: Counter[tuple[Key, str]] = Counter()
        self._lost = 0
        self._unknown: list[Base] = []

    def round(self) -> Report:
        """Bring share and cloud together as far as it goes now.

        Raises NotMounted, NotLeading, Offline, Refused, TooManyDeletions; what was done until then stays.
        """
        self._share.share_id()
        self._ensure_leading()
        self._recover()
        self._manifest.update(self._cloud)
        report = Report(
            errors=[f"{name}: this name is not safe on a share" for name in self._manifest.unsafe]
        )
        actions = self._plan(report)
        self._refuse_to_empty(actions)
        self._apply(actions, report)
        return report

    def _recover(self) -> None:
        """What a crash left. A file that has its name but no note in the index yet is the agent's own."""
        known = self._index.all()
        self._share.recover(known)
        self._unknown = []
        for intended in self._index.intended():
            base = known.get(intended.key)
            if base is None or base.md5 != intended.md5:
                try:
                    found = self._share.seen(intended.folder, intended.name)
                except OSError:  # locked: it may be anybody's until it can be read
                    self._unknown.append(intended)
                else:
                    if found and found.md5 == intended.md5:
                        self._agree(found, intended.job_id, intended.md5)

    def _plan(self, report: Report) -> list[Action]:
        index = self._index.all()
        local = self._share.scan(index)
        report.unsettled = sum(each.md5 is None for each in local.values())
        actions = plan(self._manifest.files(), local, index, self._manifest.extensions)
        return [action for action in actions if not self._is_declined(action)]

    def _is_declined(self, action: Action) -> bool:
        return isinstance(action, Upload) and action.local.content in self._declined

    def _refuse_to_empty(self, actions: Sequence[Action]) -> None:
        deleted = sum(isinstance(action, Delete) for action in actions)
        if deleted > MOST_DELETED and not self._delete_many:
            held = len(self._index.all())
            if deleted > held * _MOST_DELETED_SHARE:
                raise TooManyDeletions(
                    f"The cloud does not know {deleted} of {held} files any more. If that is right, "
                    "run once with --delete-many."
                )

    def _ensure_leading(self) -> None:
        if not self._may_act():
            raise NotLeading("Another agent leads at this share.")

    # --- doing --------------------------------------------------------------------------

    def _apply(self, actions: Sequence[Action], report: Report) -> None:
        downloads = [action for action in actions if isinstance(action, Download)]
        coming = [action.remote for action in actions if isinstance(action, Download | Move)]
        places = [Base(each.job_id, each.folder, each.name, each.size, 0, each.md5) for each in coming]
        self._index.intend([*self._unknown, *places])
        for action in actions:
            if not isinstance(action, Download | Delete):
                self._attempt(action, report, partial(self._do, action, report))
        self._progress.start(len(downloads), sum(action.remote.size for action in downloads))
        for download, fetched in self._fetched(downloads):
            self._attempt(download, report, partial(self._keep, download, fetched))
        self._progress.end()
        for action in actions:
            if isinstance(action, Delete):
                self._attempt(action, report, partial(self._delete, action))
        self._index.intend(self._unknown)

    def _attempt(self, action: Action, report: Report, do: Callable[[], None]) -> None:
        """Do one thing. What cannot be done now waits for the next round; what stops everything is raised."""
        kind = type(action).__name__.lower()
        try:
            self._ensure_leading()
            do()
            report.done[kind] += 1
            self._lost = 0
        except Changed:
            report.waiting[kind] += 1
        except (Broken, Missing) as error:
            report.waiting[kind] += 1
            self._not_come(action, error, report)
        except Offline as error:
            self._lost += 1
            if self._lost >= _LOST_IN_A_ROW:
                self._lost = 0
                raise
            report.waiting[kind] += 1
            report.errors.append(f"{name_of(action)}: {error}")
        except Refused as refusal:
            if refusal.status in {401, 403, 429}:
                raise
            report.waiting[kind] += 1
            report.errors.append(f"{name_of(action)}: {refusal}")
            if isinstance(action, Upload) and (refusal.status == 404 or refusal.code == "invalid_input"):
                self._declined.add(action.local.content)
        except ValueError as error:
            report.errors.append(str(error))
        except OSError as error:
            report.waiting[kind] += 1
            report.errors.append(f"{name_of(action)}: {reason(error)}")

    def _not_come(self, action: Action, error: Exception, report: Report) -> None:
        """Ask for new links, but ever more rarely for a file that never comes: it reads the whole cloud."""
        log.info("%s waits: %s", name_of(action), error)
        if isinstance(action, Download):
            failed = (action.remote.key, action.remote.md5)
            self._failed[failed] += 1
            if self._failed[failed] > 1:
                report.errors.append(f"{name_of(action)}: {error}")
            if self._failed[failed].bit_count() > 1:  # the first, the second, the fourth, the eighth time
                return
        self._manifest.start_anew()

    def _do(self, action: Action, report: Report) -> None:
        if isinstance(action, Adopt):
            self._agree(action.local, action.remote.job_id, action.remote.md5)
        elif isinstance(action, Forget):
            self._index.forget_key(action.key)
        elif isinstance(action, Upload):
            self._upload(action)
        elif isinstance(action, Move):
            self._move(action)
        elif isinstance(action, Conflict):
            report.conflicts.append(self._keep_beside(action.local))

    def _agree(self, local: Local, job_id: str, md5: str) -> None:
        self._index.put(Base(job_id, local.folder, local.name, local.size, local.mtime_ns, md5))

    def _fetched(self, downloads: list[Download]) -> Iterator[tuple[Download, Callable[[], Path]]]:
        """Each file with its answer, several on their way at a time."""
        if self._transfers == 1:
            yield from ((each, partial(self._fetch, each.remote)) for each in downloads)
            return
        with ThreadPoolExecutor(self._transfers) as pool:
            running = [(each, pool.submit(self._fetch, each.remote)) for each in downloads]
            try:
                for each, future in running:
                    yield each, future.result
            finally:
                for _, future in running:
                    future.cancel()

    def _fetch(self, remote: Remote) -> Path:
        """The file under a temporary name, verified."""
        self._share.path(remote.folder, remote.name)
        if remote.url is None:
            raise Changed(remote.name)
        pieces = self._progress.watched(self._cloud.download(remote.url))
        return self._share.receive(pieces, remote.size, remote.md5, remote.sha256)

    def _keep(self, action: Download, fetched: Callable[[], Path]) -> None:
        """Give the file its name, in place of the agent's own earlier one."""
        remote, over, arrived = action.remote, action.over, fetched()
        try:
            if over:
                placed = self._share.replace(arrived, over, remote.folder, remote.name)
            else:
                placed = self._share.put(arrived, remote.folder, remote.name)
        except Changed:
            if over:
                self._touched(over)
            raise
        finally:
            self._share.drop(arrived)
        self._agree(placed, remote.job_id, remote.md5)
        self._failed.pop((remote.key, remote.md5), None)
        self._progress.arrived()

    def _touched(self, local: Local) -> None:
        """It was changed without its time telling so: it is not what was agreed on any more."""
        self._index.forget(local.folder, local.name)

    def _move(self, action: Move) -> None:
        local, remote = action.local, action.remote
        aside = self._set_aside(local)
        placed = self._share.place(aside, local, remote.folder, remote.name)
        self._agree(placed, remote.job_id, remote.md5)
        self._index.forget(local.folder, local.name)

    def _delete(self, action: Delete) -> None:
        self._share.remove(self._set_aside(action.local))
        self._index.forget(action.local.folder, action.local.name)

    def _set_aside(self, local: Local) -> Path:
        try:
            return self._share.set_aside(local)
        except Changed:
            self._touched(local)
            raise

    def _upload(self, action: Upload) -> None:
        local = action.local
        digest = self._share.digest(local)
        ticket = self._cloud.announce(local.name, digest.size, digest.sha256, action.replaces)
        if ticket.candidate_id is None:
            self._agree(local, ticket.job_id, digest.md5)
            self._manifest.start_anew()
            return
        self._cloud.upload(ticket.post or {}, self._share.pieces(local), digest.size)
        placed = self._cloud.complete(ticket.candidate_id)
        self._agree(local, placed.job_id, digest.md5)
        self._manifest.note_placed(placed, digest.size, digest.md5)
        log.info("%s went up as %s/%s", local.name, placed.folder, placed.name)

    def _keep_beside(self, local: Local) -> str:
        """A person's version of what is not taken up: under another name, so that the cloud's comes back."""
        name = names.changed_copy(local.name, local.md5 or "")
        self._share.place(self._share.set_aside(local), local, local.folder, name)
        self._index.forget(local.folder, local.name)
        log.warning("%s was changed on the share: kept as %s", local.name, name)
        return f"{local.folder}/{name}"
