"""Which of the old files are a job's, which one the student sent, and what they are called from now on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status
from infra.import_legacy import storage
from infra.import_legacy.records import Old
from infra.import_legacy.storage import OldFile
from infra.import_legacy.values import shown

# What not every file system has in a name.
_RESERVED = re.compile(r'[/\\:*?"<>|\x00-\x1f]')


def one_of_each(old: Old, status: Status) -> list[OldFile]:
    """Of files of one name in several folders the one where the job stands, else where its row says."""
    said = str(old.job.values.get("file_path") or "").replace("\\", "/").split("/")
    # The old system left the files of rejected jobs where they were.
    order = [status.folder, *said[-2:-1], *(["Uploaded"] if status is Status.REJECTED else [])]
    same: defaultdict[str, list[OldFile]] = defaultdict(list)
    for file in old.files:
        same[file.name.casefold()].append(file)
    chosen = []
    for files in same.values():
        best = min(
            files, key=lambda f: (order.index(f.folder) if f.folder in order else len(order), -f.modified)
        )
        chosen.append(best)
        for other in files:
            if other is not best:
                old.job.note(
                    "file_path", f"{other.place} is a second file of that name", f"left; {best.place} taken"
                )
    return chosen


def original(old: Old, found: Sequence[OldFile]) -> OldFile | None:
    """The file that the student sent; where it is lost, the model that the job was printed from."""
    models = [file for file in found if filenames.extension(file.name) in filenames.MODEL_EXTENSIONS]
    own = [file for file in models if storage.stem_of(file.name).casefold() == old.stem.casefold()]
    said = storage.last_part(str(old.job.values.get("file_path") or ""))
    for file in sorted(own, key=lambda f: filenames.extension(f.name) != ending(old)):
        return file
    for file in (f for f in models if f.name == said):
        old.job.note(
            "file_path", "the student's own file is not in the storage", f"{file.place} stands for it"
        )
        return file
    old.job.note("file_path", f"{shown(said)} is in none of the status folders", "taken without its file")
    return None


def ending(old: Old) -> str:
    """The ending of the student's file, as far as the row tells."""
    told = [
        str(old.job.values.get(name) or "") for name in ("original_filename", "file_path", "display_name")
    ]
    endings = [filenames.extension(text) for text in told]
    return next((told for told in endings if told in filenames.MODEL_EXTENSIONS), ".stl")


def new_names(
    old: Old, found: Sequence[OldFile], original: OldFile | None, name: str
) -> list[tuple[OldFile, str]]:
    """Each file under the job's new name, with what its old name says behind the old one."""
    named: list[tuple[OldFile, str]] = []
    taken: set[str] = set()
    for file in sorted(found, key=lambda f: (f is not original, f.name)):
        last = filenames.extension(file.name)
        rest = "" if file is original else _rest(old, file.name[: len(file.name) - len(last)])
        new = f"{name}{rest}"[: filenames.MAX_NAME_LENGTH - len(last)] + last
        while new.casefold() in taken:
            new = filenames.beside(new, hashlib.sha256(file.place.encode()).hexdigest()[:8])
        taken.add(new.casefold())
        named.append((file, new))
    return named


def _rest(old: Old, stem: str) -> str:
    own = old.stem and stem.casefold().startswith(old.stem.casefold())
    rest = stem[len(old.stem) :] if own else f"_{stem}"
    return _RESERVED.sub("_", unicodedata.normalize("NFC", rest))


def authoritative(old: Old, named: Sequence[tuple[OldFile, str]], original: str) -> str:
    """The new name of the file that the job is printed from; `original`, the student's, where it is lost."""
    said = storage.last_part(str(old.job.values.get("file_path") or "")).casefold()
    return next((new for file, new in named if file.name.casefold() == said), original)
