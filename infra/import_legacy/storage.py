"""The old storage folder: what lies in its status folders, and which file is whose.

Only names are taken from the database. A path in it is never followed: what is copied was found by listing
the status folders, and symbolic links are left alone.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status

FOLDERS = tuple(status.folder for status in Status)


@dataclass(frozen=True, order=True)
class OldFile:
    """A file in a status folder."""

    folder: str
    name: str
    path: Path = field(compare=False)
    size: int = field(compare=False)
    modified: float = field(compare=False)

    @property
    def place(self) -> str:
        """Its path in the storage folder."""
        return f"{self.folder}/{self.name}"

    def sha256(self) -> str:
        """The hash of its bytes, in hex, read a piece at a time."""
        with self.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()


@dataclass(frozen=True)
class Listing:
    """The files of all status folders; `skipped` are (place, why) of what is none."""

    files: list[OldFile]
    skipped: list[tuple[str, str]]


def listing(root: Path) -> Listing:
    """What lies in the status folders under `root`, whatever their case."""
    found: list[OldFile] = []
    skipped: list[tuple[str, str]] = []
    names = {folder.casefold(): folder for folder in FOLDERS}
    for entry in sorted(os.scandir(root), key=lambda e: e.name):
        folder = names.get(entry.name.casefold())
        if folder is None:
            skipped.append((_legible(entry.name), "not one of the status folders"))
        elif entry.is_symlink() or not entry.is_dir():
            skipped.append((_legible(entry.name), "not a folder"))
        else:
            _list_folder(Path(entry.path), folder, found, skipped)
    return Listing(sorted(found), skipped)


def _list_folder(path: Path, folder: str, found: list[OldFile], skipped: list[tuple[str, str]]) -> None:
    for entry in os.scandir(path):
        place = f"{folder}/{_legible(entry.name)}"
        if entry.is_symlink() or not entry.is_file():
            skipped.append((place, "not a file: only files in the status folders are taken"))
            continue
        if place != f"{folder}/{entry.name}":
            skipped.append((place, "its name is no UTF-8: rename it"))
            continue
        facts = entry.stat()
        found.append(OldFile(folder, entry.name, Path(entry.path), facts.st_size, facts.st_mtime))


def _legible(name: str) -> str:
    """A name that can be written down, whatever bytes the disk has for it."""
    return os.fsencode(name).decode(errors="backslashreplace")


def last_part(path: str) -> str:
    """The name at the end of a path of any system.

    >>> last_part("Z:\\\\storage\\\\Uploaded\\\\a.stl"), last_part("../../etc/passwd")
    ('a.stl', 'passwd')
    """
    return PureWindowsPath(path).name


def stem_of(name: str) -> str:
    """A display name without the ending of a model, which some versions of the old system kept on it."""
    return (
        name[: -len(filenames.extension(name))]
        if filenames.extension(name) in filenames.MODEL_EXTENSIONS
        else name
    )


def is_record(name: str) -> bool:
    """True for the old system's metadata.json: the new one writes its own."""
    return name.casefold().endswith(".json")


class Owners:
    """Whose a file is, by its name: of those jobs whose name it begins with, the one with the longest."""

    def __init__(self, stems: Iterable[tuple[str, str]]) -> None:
        """`stems`: (job id, what its files' names begin with)."""
        self._jobs: defaultdict[str, list[str]] = defaultdict(list)
        for job_id, stem in stems:
            if stem and job_id not in self._jobs[stem.casefold()]:
                self._jobs[stem.casefold()].append(job_id)

    def of(self, name: str) -> list[str]:
        """The ids of the jobs that a file may belong to: none, its owner, or several of the same name."""
        folded = name.casefold()
        for end in range(len(folded), 0, -1):
            # "Jane_Blue_12" is no beginning of "Jane_Blue_123.stl": a name ends where a word does.
            if (end == len(folded) or not folded[end].isalnum()) and folded[:end] in self._jobs:
                return self._jobs[folded[:end]]
        return []
