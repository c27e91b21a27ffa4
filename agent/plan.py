"""What is to be done so that share and cloud agree: a pure function of both and of what was agreed last.

The cases are numbered as in docs/sync.md, and each has its test. "Base" is what the agent last saw equal in
both places. What differs from it on the share is a person's work, and is never deleted or overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from agent import names
from agent.names import Key


@dataclass(frozen=True)
class Remote:
    """A file that the share must hold; `url` is None where the agent has just placed it there itself."""

    job_id: str
    folder: str
    name: str
    size: int
    md5: str
    sha256: str | None = None
    url: str | None = None

    @property
    def key(self) -> Key:
        """Where it belongs."""
        return names.key(self.folder, self.name)


@dataclass(frozen=True)
class Local:
    """A file on the share. `md5` is None while it may still be written to, or is locked."""

    folder: str
    name: str
    size: int
    mtime_ns: int
    md5: str | None

    @property
    def key(self) -> Key:
        """Where it lies."""
        return names.key(self.folder, self.name)

    @property
    def content(self) -> tuple[str, str, str | None]:
        """What it is, and where."""
        return self.folder, self.name, self.md5


@dataclass(frozen=True)
class Base:
    """What a place held when share and cloud agreed last; size and time tell whether it was touched since."""

    job_id: str
    folder: str
    name: str
    size: int
    mtime_ns: int
    md5: str

    @property
    def key(self) -> Key:
        """Which place."""
        return names.key(self.folder, self.name)


@dataclass(frozen=True)
class Adopt:
    """Both are equal already: only note it."""

    local: Local
    remote: Remote


@dataclass(frozen=True)
class Forget:
    """There is nothing on either side any more: only note it."""

    key: Key


@dataclass(frozen=True)
class Upload:
    """A person's file goes up; `replaces` is the content that it was made over, as far as that is known."""

    local: Local
    replaces: str | None


@dataclass(frozen=True)
class Conflict:
    """A person changed what is not taken up: it stays under another name, and the cloud's file comes back."""

    local: Local


@dataclass(frozen=True)
class Move:
    """The same bytes belong elsewhere."""

    local: Local
    remote: Remote


@dataclass(frozen=True)
class Download:
    """The cloud's file comes, over the agent's own earlier one if there is one."""

    remote: Remote
    over: Local | None


@dataclass(frozen=True)
class Delete:
    """The agent's own file, untouched, is of a job that is gone or elsewhere."""

    local: Local


Action = Adopt | Forget | Upload | Conflict | Move | Download | Delete
# People's work first; nothing is deleted before what replaces it is there.
_ORDER = (Adopt, Forget, Upload, Conflict, Move, Download, Delete)


def plan(
    remote: Mapping[Key, Remote],
    local: Mapping[Key, Local],
    index: Mapping[Key, Base],
    extensions: frozenset[str],
) -> list[Action]:
    """Everything to be done, in the order in which it is to be done."""
    own = _own(remote, local, index)
    spare = dict(own)
    found: list[Action] = []
    for key in sorted(remote.keys() | local.keys() | index.keys()):
        here, there, base = local.get(key), remote.get(key), index.get(key)
        if there and here is None:
            found.append(_missing(there, spare))
        elif there and here:
            found.extend(_both(here, there, base, extensions))
        elif here and key not in own:
            found.extend(_only_here(here, base, extensions))
        elif here is None and base:
            found.append(Forget(key))  # case 9
    found.extend(Delete(left) for left in spare.values())  # case 7
    return sorted(found, key=lambda action: _ORDER.index(type(action)))


def _own(
    remote: Mapping[Key, Remote], local: Mapping[Key, Local], index: Mapping[Key, Base]
) -> dict[Key, Local]:
    """The agent's own untouched files where the cloud has none.

    As good as its own, should the index be lost, is what the cloud has elsewhere under the same name.
    """
    held = {(key[1], there.md5) for key, there in remote.items()}
    return {
        key: here
        for key, here in local.items()
        if key not in remote
        and here.md5 is not None
        and (((base := index.get(key)) and here.md5 == base.md5) or (key[1], here.md5) in held)
    }


def _missing(there: Remote, spare: dict[Key, Local]) -> Action:
    same = [here for here in spare.values() if here.md5 == there.md5]
    same.sort(key=lambda here: here.name != there.name)
    if same:
        return Move(spare.pop(same[0].key), there)  # case 2
    return Download(there, None)  # case 1


def _both(here: Local, there: Remote, base: Base | None, extensions: frozenset[str]) -> list[Action]:
    if here.md5 is None:
        return []  # case 10
    if here.md5 == there.md5:
        agreed = base is not None and base.md5 == here.md5 and base.mtime_ns == here.mtime_ns
        return [] if agreed else [Adopt(here, there)]  # case 3
    if base and here.md5 == base.md5:
        return [Download(there, here)]  # case 4
    if _goes_up(here, extensions):
        return [Upload(here, base.md5 if base else None)]  # case 5
    return [Conflict(here)]  # case 6


def _only_here(here: Local, base: Base | None, extensions: frozenset[str]) -> list[Action]:
    if here.md5 is None or not _goes_up(here, extensions):
        return []  # cases 10 and 11
    return [Upload(here, base.md5 if base else None)]  # case 8


def _goes_up(here: Local, extensions: frozenset[str]) -> bool:
    return here.size > 0 and names.is_of_a_job(here.name) and names.extension(here.name) in extensions
