"""What a submission must say before it becomes a job."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from chalicelib.domain import filenames
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.errors import InvalidInput

DISCIPLINES = (
    "Art",
    "Architecture",
    "Landscape Architecture",
    "Interior Design",
    "Engineering",
    "Hobby/Personal",
    "Other",
)
MIN_FILE_BYTES = 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
# What fits a gateway request: 6 MB of Lambda payload, base64 and the form around it.
MAX_INLINE_BYTES = 4 * 1024 * 1024

# A deliverable address in the plain form that mail servers agree on (RFC 5321's dot-string); no
# quotes, no comments, and nothing that could end a header line.
_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@"
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
# A name opens the mails that go to whatever address the form names: with a link it would be an advertisement.
_LINK = re.compile(r"://|\bwww\.|@", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Submission:
    """The student's form and the file it announces. `size` in bytes, `sha256` in hex."""

    student_name: str
    student_email: str
    discipline: str
    class_number: str
    method: str
    printer: str
    color: str
    acknowledged_minimum_charge: bool
    filename: str
    size: int
    sha256: str

    @property
    def extension(self) -> str:
        """The file's ending in lower case."""
        return filenames.extension(self.filename)


def check(form: Submission, catalog: Catalog) -> None:
    """Raise InvalidInput naming every field that is wrong, in words for the student."""
    problems = _about_the_student(form) | _about_the_choice(form, catalog) | _about_the_file(form)
    if problems:
        raise InvalidInput("Please correct the marked fields.", fields=problems)


def is_email(text: str) -> bool:
    """True for what can be an e-mail address, at most 100 characters."""
    return len(text) <= 100 and _EMAIL.fullmatch(text) is not None


def _about_the_student(form: Submission) -> dict[str, str]:
    problems: dict[str, str] = {}
    if not 2 <= len(form.student_name.strip()) <= 100:
        problems["student_name"] = "Please give your name, 2 to 100 characters."
    elif filenames.has_control_characters(form.student_name):
        problems["student_name"] = "The name contains invisible control characters."
    elif _LINK.search(form.student_name):
        problems["student_name"] = "Please give your name only, without an address or a link."
    if not is_email(form.student_email):
        problems["student_email"] = "Please give an e-mail address such as jane@example.edu."
    if form.discipline not in DISCIPLINES:
        problems["discipline"] = f"Please choose one of: {', '.join(DISCIPLINES)}."
    if not 1 <= len(form.class_number.strip()) <= 50:
        problems["class_number"] = "Please give a class number such as ARCH 4000, or N/A."
    elif filenames.has_control_characters(form.class_number):
        problems["class_number"] = "The class number contains invisible control characters."
    if not form.acknowledged_minimum_charge:
        problems["acknowledged_minimum_charge"] = (
            "A job can only be taken when the minimum charge is accepted."
        )
    return problems


def _about_the_choice(form: Submission, catalog: Catalog) -> dict[str, str]:
    methods = [m.id for m in catalog.methods]
    if form.method not in methods:
        return {"method": f"Please choose one of: {', '.join(methods)}."}
    problems: dict[str, str] = {}
    if form.printer not in {p.id for p in catalog.printers_for(form.method)}:
        names = ", ".join(p.name for p in catalog.printers_for(form.method))
        problems["printer"] = f"Please choose a printer for {form.method}: {names}."
    if form.color not in catalog.colors_for(form.method):
        colors = ", ".join(catalog.colors_for(form.method))
        problems["color"] = f"Please choose a color for {form.method}: {colors}."
    return problems


def _about_the_file(form: Submission) -> dict[str, str]:
    problem = filenames.problem_with_upload_name(form.filename)
    if problem:
        return {"filename": problem}
    if form.size < MIN_FILE_BYTES:
        return {"size": "The file is smaller than 1 KB: it holds no model. Please export it again."}
    if form.size > MAX_FILE_BYTES:
        return {"size": "The file is larger than 50 MB. Please simplify the model and export it again."}
    if not _SHA256.fullmatch(form.sha256):
        return {"sha256": "Must be the file's SHA-256 as 64 lower-case hex digits."}
    return {}


def duplicate_guard(sha256: str, email: str) -> str:
    """The key under which an active job reserves (file, student).

    The address goes in hashed: guards outlive what a glance at the table should tell.
    """
    student = hashlib.sha256(email.strip().lower().encode()).hexdigest()
    return f"file#{sha256}#{student}"


def short_id_guard(short_id: str) -> str:
    """The key under which a job reserves its short id."""
    return f"short#{short_id}"
