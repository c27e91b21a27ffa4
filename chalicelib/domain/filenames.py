"""Names of files: what students may send, what is stored, and what belongs to a job."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.lifecycle import Status

MODEL_EXTENSIONS = (".stl", ".obj", ".3mf")
SLICER_EXTENSIONS = (
    ".3mf",
    ".gcode",
    ".gco",
    ".g",
    ".bgcode",
    ".form",
    ".idea",
    ".data",
    ".sl1",
    ".sl1s",
    ".factory",
)
METADATA_SUFFIX = ".metadata.json"
INCOMING = "_incoming"
THUMBNAILS = "_thumbnails"
TRAIL = "_trail"
EXPORTS = "exports"
ORPHANED = "Orphaned"
MAX_NAME_LENGTH = 200

# Without vowels (no accidental words) and without letters and digits that look alike.
SHORT_ID_ALPHABET = "CDFGHJKMNPQRTVWXY34679"
SHORT_ID_LENGTH = 6
_DISPLAY_NAME = re.compile(rf"(?:[A-Za-z0-9]+_){{3}}([{SHORT_ID_ALPHABET}]{{{SHORT_ID_LENGTH}}})")

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
)
# Bidirectional overrides make "gpj.exe" read as "exe.jpg"; no honest file name needs them.
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def new_short_id() -> str:
    """Six characters that people can read aloud, e.g. "K7FWCD"."""
    return "".join(secrets.choice(SHORT_ID_ALPHABET) for _ in range(SHORT_ID_LENGTH))


def extension(filename: str) -> str:
    """The ending in lower case with its dot, "" where there is none."""
    dot = filename.rfind(".")
    return filename[dot:].lower() if dot > 0 else ""


def has_control_characters(text: str) -> bool:
    """True for control characters, line breaks and bidirectional overrides."""
    return any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} or c in _BIDI_CONTROLS for c in text)


def problem_with_upload_name(filename: str) -> str | None:
    """Why a student's file name is refused, in words for the student; None when it is fine."""
    stem = filename[: -len(extension(filename)) or None]
    if not stem.strip(" .") or not filename:
        return "The file needs a name before its ending, such as bracket.stl."
    if len(filename) > MAX_NAME_LENGTH:
        return f"The file name is longer than {MAX_NAME_LENGTH} characters. Please rename the file."
    if has_control_characters(filename):
        return "The file name contains invisible control characters. Please rename the file."
    if "/" in filename or "\\" in filename or ":" in filename:
        return "The file name contains /, \\ or :, which look like a path. Please rename the file."
    if stem.split(".")[0].strip().lower() in _RESERVED:
        return f"“{stem}” is a name that Windows reserves for a device. Please rename the file."
    if extension(filename) not in MODEL_EXTENSIONS:
        return f"Only {', '.join(MODEL_EXTENSIONS)} files can be printed."
    return None


def problem_with_candidate_name(filename: str) -> str | None:
    """Why a file from the lab share is not taken up as a slicer's, in words for staff; None when it is."""
    if len(filename) > MAX_NAME_LENGTH:
        return f"The file name is longer than {MAX_NAME_LENGTH} characters."
    if has_control_characters(filename) or set(filename) & set('/\\:*?"<>|'):
        return "The file name contains characters that not every file system has."
    if filename != unicodedata.normalize("NFC", filename) or filename.rstrip(" .") != filename:
        return "The file name is spelled in a way that not every file system keeps."
    if short_id_in(filename) is None:
        return "The file name does not begin with the name of a job."
    if extension(filename) not in SLICER_EXTENSIONS:
        return f"Only {', '.join(SLICER_EXTENSIONS)} files are taken up."
    return None


def beside(filename: str, mark: str) -> str:
    """Another name of the same job for a file whose own name is taken.

    >>> beside("JoseNunez_Filament_TrueRed_K7FWCD_PLA.gcode", "9f86d081")
    'JoseNunez_Filament_TrueRed_K7FWCD_PLA_9f86d081.gcode'
    """
    ending = extension(filename)
    last = f"_{mark}{ending}"
    return filename[: len(filename) - len(ending)][: MAX_NAME_LENGTH - len(last)] + last


def _ascii_words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.findall(r"[A-Za-z0-9]+", plain.replace("'", ""))


def _camel(words: Iterable[str]) -> str:
    return "".join(word[:1].upper() + word[1:] for word in words)


def display_name(student_name: str, method: str, color: str, short_id: str) -> str:
    """`FirstAndLastName_Method_Color_ShortId`, safe as an object key and on any file system.

    Letters that have no ASCII form are left out; a name with none becomes "Student".
    The parts hold no underscore and the short id has a fixed length, so no job's
    name is the beginning of another's.

    >>> display_name("José María Núñez", "Filament", "True Red", "K7FWCD")
    'JoseNunez_Filament_TrueRed_K7FWCD'
    """
    words = _ascii_words(student_name)
    person = _camel([words[0], words[-1]] if len(words) > 1 else words) or "Student"
    parts = (person[:40], _camel(_ascii_words(method))[:20], _camel(_ascii_words(color))[:20], short_id)
    return "_".join(part or "X" for part in parts)


def file_key(status: Status, filename: str) -> str:
    """The object key of a job's file while the job has `status`."""
    return f"{status.folder}/{filename}"


def metadata_key(status: Status, name: str) -> str:
    """The object key of the record that lies beside a job's files."""
    return file_key(status, name + METADATA_SUFFIX)


def incoming_key(upload_id: str, ending: str) -> str:
    """Where an upload lands before it is a job."""
    return f"{INCOMING}/{upload_id}{ending}"


def thumbnail_key(job_id: str) -> str:
    """Pictures stay put while the job moves."""
    return f"{THUMBNAILS}/{job_id}.png"


def belongs_to(filename: str, name: str) -> bool:
    """True when `filename` is one of the files of the job displayed as `name`.

    Whatever people add to the name in their slicer: no job's name is the beginning of another's.
    """
    return filename.startswith(name)


def short_id_in(filename: str) -> str | None:
    """The short id of the job that `filename` is of by its name, None where it is no job's name.

    >>> short_id_in("JoseNunez_Filament_TrueRed_K7FWCD_PLA.gcode")
    'K7FWCD'
    """
    match = _DISPLAY_NAME.match(filename)
    return match[1] if match else None


@dataclass(frozen=True)
class Candidate:
    """A file that could be printed: the student's original or what a slicer saved beside it."""

    name: str
    size: int
    modified_at: datetime
    is_original: bool


def candidates(files: Iterable[tuple[str, int, datetime]], name: str, original: str) -> list[Candidate]:
    """The job's printable files out of (file name, bytes, modified), original first, then newest first."""
    found = [
        Candidate(filename, size, modified, filename == original)
        for filename, size, modified in files
        if belongs_to(filename, name)
        and (filename == original or extension(filename) in SLICER_EXTENSIONS)
        and not filename.endswith(METADATA_SUFFIX)
    ]
    found.sort(key=lambda c: c.modified_at, reverse=True)
    return sorted(found, key=lambda c: not c.is_original)


def recommended(files: list[Candidate]) -> str | None:
    """The newest slicer output, else the original, else nothing."""
    sliced = [c for c in files if not c.is_original]
    best = sliced[0] if sliced else next(iter(files), None)
    return best.name if best else None
