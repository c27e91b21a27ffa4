"""The few things that the agent does to a file system, each one step that happens or does not."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PIECE = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A plain file in a folder."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Digest:
    """What identifies some bytes."""

    size: int
    md5: str
    sha256: str


class Disk:
    """The local file system, or a share that is mounted there."""

    def entries(self, folder: Path) -> list[Entry]:
        """The plain files in a folder, without links and folders; none where there is no folder."""
        found: list[Entry] = []
        try:
            with os.scandir(folder) as listing:
                for each in listing:
                    with suppress(FileNotFoundError):  # it went while we looked
                        if each.is_file(follow_symlinks=False):
                            stat = os.stat(each.path, follow_symlinks=False)
                            found.append(Entry(each.name, stat.st_size, stat.st_mtime_ns))
        except FileNotFoundError:
            return []
        return found

    def folders(self, folder: Path) -> list[Path]:
        """The folders in a folder, by name; none where there is no folder."""
        try:
            with os.scandir(folder) as listing:
                return sorted(folder / each.name for each in listing if each.is_dir(follow_symlinks=False))
        except FileNotFoundError:
            return []

    def entry(self, path: Path) -> Entry | None:
        """The file as it is now, None without one."""
        try:
            stat = os.stat(path, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return Entry(path.name, stat.st_size, stat.st_mtime_ns)

    def pieces(self, path: Path) -> Iterator[bytes]:
        """The bytes of a file."""
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    def digest(self, path: Path) -> Digest:
        """What identifies the bytes of a file."""
        return digest(self.pieces(path))

    def write(self, path: Path, pieces: Iterable[bytes]) -> Digest:
        """Make a new file and see it onto the disk."""
        size, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
        with path.open("xb") as file:
            for piece in pieces:
                size += file.write(piece)
                md5.update(piece)
                sha256.update(piece)
            file.flush()
            os.fsync(file.fileno())
        return Digest(size, md5.hexdigest(), sha256.hexdigest())

    def rename_new(self, source: Path, target: Path) -> None:
        """Rename to a name that is free. Raises FileExistsError, with nothing done."""
        if os.name == "nt":
            source.rename(target)  # refuses by itself
        else:
            _link_and_unlink(source, target)

    def unlink(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def mkdir(self, path: Path) -> None:
        """Make sure that there is a folder in its folder, which is there as long as the share is mounted."""
        path.mkdir(exist_ok=True)

    def rmdir(self, path: Path) -> None:
        """Remove a folder if it is empty."""
        with suppress(OSError):
            path.rmdir()

    def settle(self, folder: Path) -> None:
        """See the names in a folder onto the disk, where the system can."""
        with suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _link_and_unlink(source: Path, target: Path) -> None:
    """POSIX renames over whatever is there; a link does not."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}:
            raise
        if os.path.lexists(target):  # a share without links: the best that there is
            raise FileExistsError(errno.EEXIST, "exists", str(target)) from None
        source.rename(target)
        return
    source.unlink()


def digest(pieces: Iterable[bytes]) -> Digest:
    """What identifies some bytes."""
    size, md5, sha256 = 0, hashlib.md5(usedforsecurity=False), hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        md5.update(piece)
        sha256.update(piece)
    return Digest(size, md5.hexdigest(), sha256.hexdigest())
