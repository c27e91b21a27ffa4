"""The lab share: what lies on it, and how files come, go and move there without a person's work being lost.

Whatever the agent takes away it first sets aside by a rename and looks at it there, where nobody saves over
it any more. Only what it knows to be in the cloud is removed then; anything else goes back. Whatever it
puts is complete before it has its name, and never takes a name that is in use. A crash leaves files in
the agent's own folder, and `recover` brings back those that were set aside.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from agent import names
from agent.disk import Digest, Disk
from agent.names import FOLDERS, OWN, Key
from agent.plan import Base, Local

log = logging.getLogger(__name__)

_MARKER = "share.json"


class NotMounted(Exception):
    """The share is not there: its marker is missing."""


class Changed(Exception):
    """Somebody was at the file since we looked; the next round sees it as it is then."""


class Broken(Exception):
    """What arrived is not what was announced."""


class Share:
    """A folder with the status folders in it."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.root = names.without_length_limit(root)
        self._disk = disk
        # Name and state of each file when it was seen last, and what it hashed to: by time and size.
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}
        self._hashed: dict[tuple[str, str, int, int], str] = {}

    # --- the marker ---------------------------------------------------------------------

    def mark(self) -> str:
        """Make the folder a share; the id of the one that it is."""
        self._disk.mkdir(self.root / OWN)
        try:
            return self.share_id()
        except NotMounted:
            text = json.dumps({"share_id": uuid.uuid4().hex}).encode()
            new = self.root / OWN / f"{uuid.uuid4().hex}.new"
            self._disk.write(new, [text])
            self._disk.rename_new(new, self.root / OWN / _MARKER)
            return self.share_id()

    def share_id(self) -> str:
        """Which share this is. Raises NotMounted."""
        try:
            text = b"".join(self._disk.pieces(self.root / OWN / _MARKER))
            return str(json.loads(text)["share_id"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotMounted(f"{self.root} holds no PrintLab share: its marker is missing.") from error

    def path(self, folder: str, name: str) -> Path:
        """Where a file lies. Raises ValueError for a name that could lie elsewhere."""
        if not names.is_safe(folder, name):
            raise ValueError(f"unsafe name: {folder!r}/{name!r}")
        place = self.root / folder
        # A junction or link in place of a status folder would lead out of the share.
        if Path(os.path.realpath(place)) != Path(os.path.realpath(self.root)) / folder:
            raise ValueError(f"{place} leads out of the share")
        return place / name

    # --- looking ------------------------------------------------------------------------

    def scan(self, index: Mapping[Key, Base]) -> dict[Key, Local]:
        """Everything on the share. An unknown file is hashed once it has stood still from scan to scan.

        Raises NotMounted when the share went away meanwhile: what was not listed is not deleted.
        """
        found: dict[Key, Local] = {}
        seen: dict[tuple[str, str], tuple[int, int]] = {}
        for folder in FOLDERS:
            for entry in sorted(self._disk.entries(self.root / folder), key=lambda each: each.name):
                key = names.key(folder, entry.name)
                if not names.is_safe(folder, entry.name) or key in found:
                    continue
                state = (entry.size, entry.mtime_ns)
                seen[folder, entry.name] = state
                md5 = self._md5(folder, entry.name, state, index.get(key))
                found[key] = Local(folder, entry.name, *state, md5)
        self._ensure_mounted()
        self._seen = seen
        self._hashed = {place: md5 for place, md5 in self._hashed.items() if seen.get(place[:2]) == place[2:]}
        return found

    def _md5(self, folder: str, name: str, state: tuple[int, int], base: Base | None) -> str | None:
        if base and (base.size, base.mtime_ns) == state:
            return base.md5
        place = (folder, name, *state)
        if place not in self._hashed and self._seen.get((folder, name)) == state:
            try:
                digest = self._disk.digest(self.path(folder, name))
            except OSError:  # open in another program, or gone
                return None
            if digest.size == state[0]:
                self._hashed[place] = digest.md5
        return self._hashed.get(place)

    def seen(self, folder: str, name: str) -> Local | None:
        """A file as it is now, hashed; None where there is none. Raises OSError when it is locked."""
        path = self.path(folder, name)
        entry = self._disk.entry(path)
        if entry is None:
            return None
        return Local(folder, name, entry.size, entry.mtime_ns, self._disk.digest(path).md5)

    def digest(self, local: Local) -> Digest:
        """The bytes of a file as they are now. Raises Changed when they are not those that were seen."""
        found = self._disk.digest(self.path(local.folder, local.name))
        if found.md5 != local.md5:
            raise Changed(local.name)
        return found

    def pieces(self, local: Local) -> Iterable[bytes]:
        """The bytes of a file."""
        return self._disk.pieces(self.path(local.folder, local.name))

    # --- putting ------------------------------------------------------------------------

    def _ensure_mounted(self) -> None:
        """Nothing may be written where the share is mounted while it is not."""
        if self._disk.entry(self.root / OWN / _MARKER) is None:
            raise NotMounted(f"{self.root} is not mounted any more.")

    def receive(self, pieces: Iterable[bytes], size: int, md5: str, sha256: str | None) -> Path:
        """Write a file under a temporary name and verify it. Raises Broken, and OSError on a full disk."""
        self._ensure_mounted()
        folder = self.root / OWN / "incoming"
        self._disk.mkdir(folder)
        path = folder / f"{uuid.uuid4().hex}.part"
        try:
            found = self._disk.write(path, pieces)
            if (found.size, found.md5) != (size, md5):
                raise Broken("it did not arrive as it was announced")
            if sha256 not in {None, found.sha256}:
                raise Broken("the cloud's file is damaged: it is not what the student sent")
        except Exception:
            self.drop(path)
            raise
        return path

    def drop(self, path: Path) -> None:
        """Remove one of the agent's own temporary files, if it is still there."""
        if self._disk.entry(path):
            self._disk.unlink(path)

    def put(self, source: Path, folder: str, name: str) -> Local:
        """Give one of the agent's own files its name. Raises Changed when somebody has taken that."""
        self._ensure_mounted()
        target = self.path(folder, name)
        self._disk.mkdir(target.parent)
        # Looked at before it has its name: afterwards it may be a person's.
        entry = self._disk.entry(source)
        if entry is None:
            self._ensure_mounted()
            raise Changed(name)
        try:
            self._disk.rename_new(source, target)
        except FileExistsError:
            raise Changed(name) from None
        return Local(folder, name, entry.size, entry.mtime_ns, None)

    def replace(self, source: Path, over: Local, folder: str, name: str) -> Local:
        """The same, in place of a file that holds what was seen. Raises Changed."""
        aside = self.set_aside(over)
        try:
            placed = self.put(source, folder, name)
        except Changed:  # a person's new file is there; the one that was set aside is in the cloud
            self.remove(aside)
            raise
        except OSError:
            self._bring_back(aside, over.folder, over.name)
            raise
        # Noted in the index as new, the old one would pass for a person's if a power cut brought it back.
        self._disk.settle(self.path(folder, name).parent)
        self.remove(aside)
        return placed

    # --- taking away --------------------------------------------------------------------

    def set_aside(self, local: Local) -> Path:
        """Take a file away, provided that it holds what was seen. Raises Changed, with it where it was."""
        self._ensure_mounted()
        folder = self.root / OWN
        for part in ("aside", uuid.uuid4().hex, local.folder):
            folder /= part
            self._disk.mkdir(folder)
        aside = folder / local.name
        try:
            self._disk.rename_new(self.path(local.folder, local.name), aside)
        except FileNotFoundError:
            self._tidy(aside)
            self._ensure_mounted()  # the whole share may be gone, and that is nobody's change
            raise Changed(local.name) from None
        except OSError:
            self._tidy(aside)
            raise
        if self._disk.digest(aside).md5 != local.md5:
            self._bring_back(aside, local.folder, local.name)
            raise Changed(local.name)
        return aside

    def remove(self, aside: Path) -> None:
        """Let go of a file that was set aside, because the cloud has it."""
        self._disk.unlink(aside)
        self._tidy(aside)

    def place(self, aside: Path, local: Local, folder: str, name: str) -> Local:
        """Put a file that was set aside where it belongs. Raises Changed, with it back where it came from."""
        try:
            placed = self.put(aside, folder, name)
        except (Changed, OSError):
            self._bring_back(aside, local.folder, local.name)
            raise
        self._tidy(aside)
        return placed

    def recover(self, index: Mapping[Key, Base]) -> int:
        """After a crash: bring back what was set aside, and drop what never arrived; how many came back.

        What the agent had set aside to replace, and has replaced, does not come back. A file that another
        program has open just now waits for the next time, and holds nothing else up.
        """
        self._ensure_mounted()
        for entry in self._disk.entries(self.root / OWN / "incoming"):
            self._later(partial(self._disk.unlink, self.root / OWN / "incoming" / entry.name))
        back = 0
        for attempt in self._disk.folders(self.root / OWN / "aside"):
            for folder in FOLDERS:
                for entry in self._disk.entries(attempt / folder):
                    path, base = attempt / folder / entry.name, index.get(names.key(folder, entry.name))
                    own = base.md5 if base else None
                    back += self._later(partial(self._bring_back, path, folder, entry.name, own))
                self._disk.rmdir(attempt / folder)
            self._disk.rmdir(attempt)
        return back

    def _later(self, do: Callable[[], None]) -> bool:
        """Do one thing that can wait; True when it is done."""
        try:
            do()
        except OSError as error:
            log.warning("waits: %s", error)
            self._ensure_mounted()
            return False
        return True

    def _bring_back(self, aside: Path, folder: str, name: str, own: str | None = None) -> None:
        """To where it was, or beside it where somebody has saved a new one meanwhile; never nowhere.

        Beside it there is no need for what is the agent's `own`: that came from the cloud.
        """
        md5 = self._disk.digest(aside).md5
        for attempt in (name, names.changed_copy(name, md5)):
            target = self.root / folder / attempt
            self._disk.mkdir(target.parent)
            if self._disk.entry(target) and md5 in {own, self._disk.digest(target).md5}:
                self._disk.unlink(aside)
                break
            try:
                self._disk.rename_new(aside, target)
                break
            except FileExistsError:
                continue
        self._tidy(aside)

    def _tidy(self, aside: Path) -> None:
        self._disk.rmdir(aside.parent)
        self._disk.rmdir(aside.parent.parent)
