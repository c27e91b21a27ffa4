"""What a submission must say before it becomes a job."""

from __future__ import annotations

from dataclasses import replace
from email.headerregistry import Address
from typing import Any

import pytest

from chalicelib.domain import submissions
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.submissions import MAX_FILE_BYTES, MIN_FILE_BYTES, Submission

CATALOG = Catalog.from_data(
    1,
    {
        "methods": [{"id": "Filament", "description": ""}, {"id": "Resin", "description": ""}],
        "printers": [
            {"id": "mk4", "name": "MK4", "methods": ["Filament"], "build_volume_mm": [1, 2, 3],
             "active": True},
            {"id": "old", "name": "Old", "methods": ["Filament"], "build_volume_mm": [1, 2, 3],
             "active": False},
            {"id": "form3", "name": "F3", "methods": ["Resin"], "build_volume_mm": [1, 2, 3],
             "active": True},
        ],
        "materials": [
            {"id": "pla", "name": "PLA", "method": "Filament", "price_per_gram_cents": 10,
             "colors": ["Blue", "Black"], "active": True},
            {"id": "petg", "name": "PETG", "method": "Filament", "price_per_gram_cents": 12,
             "colors": ["Gold"], "active": False},
            {"id": "resin", "name": "Resin", "method": "Resin", "price_per_gram_cents": 20,
             "colors": ["Clear", "Black"], "active": True},
        ],
    },
)  # fmt: skip

FORM = Submission(
    student_name="Jane Doe",
    student_email="jane@example.edu",
    discipline="Architecture",
    class_number="ARCH 4000",
    method="Filament",
    printer="mk4",
    color="Blue",
    acknowledged_minimum_charge=True,
    filename="bracket.stl",
    size=20_000,
    sha256="0f" * 32,
)


def _problems(**changes: Any) -> dict[str, str]:
    try:
        submissions.check(replace(FORM, **changes), CATALOG)
    except InvalidInput as refusal:
        problems: dict[str, str] = refusal.details["fields"]
        return problems
    return {}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"student_name": "Li"},
        {"student_name": "王小明"},
        {"student_name": "x" * 100},
        {"student_name": "<script>alert(1)</script>"},
        {"student_email": "o'brien+lab@mail.example.ac.uk"},
        {"student_email": "a@xn--bcher-kva.de"},
        {"student_email": "x" * 64 + "@example.edu"},
        {"class_number": "N/A"},
        {"class_number": "x" * 50},
        {"color": "Black"},
        {"method": "Resin", "printer": "form3", "color": "Clear"},
        {"filename": "花瓶.3MF"},
        {"size": MIN_FILE_BYTES},
        {"size": MAX_FILE_BYTES},
    ],
)
def test_what_is_accepted(changes: dict[str, Any]) -> None:
    assert _problems(**changes) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("student_name", ""),
        ("student_name", "x"),
        ("student_name", "  x  "),
        ("student_name", "x" * 101),
        ("student_name", "Jane\r\nBcc: all@example.edu"),
        ("student_name", "You won! https://evil.example/prize"),
        ("student_name", "Claim it at WWW.evil.example"),
        ("student_name", "Write to prize@evil.example"),
        ("student_name", "Jane\u202eeoD"),
        ("student_email", ""),
        ("student_email", "jane"),
        ("student_email", "jane@"),
        ("student_email", "@example.edu"),
        ("student_email", "jane@example"),
        ("student_email", "jane@example..edu"),
        ("student_email", "jane@-example.edu"),
        ("student_email", "jane..doe@example.edu"),
        ("student_email", ".jane@example.edu"),
        ("student_email", "jane.@example.edu"),
        ("student_email", "jane doe@example.edu"),
        ("student_email", " jane@example.edu"),
        ("student_email", "jane@example.edu\n"),
        ("student_email", "jane@example.edu,all@example.edu"),
        ("student_email", '"jane doe"@example.edu'),
        ("student_email", "Jane <jane@example.edu>"),
        ("student_email", "jäne@example.edu"),
        ("student_email", "x" * 65 + "@example.edu"),
        ("student_email", "jane@" + "x" * 60 + "." + "y" * 40 + ".edu"),
        ("discipline", "Astrology"),
        ("discipline", "architecture"),
        ("class_number", ""),
        ("class_number", "   "),
        ("class_number", "x" * 51),
        ("class_number", "ARCH\x004000"),
        ("method", "Laser"),
        ("printer", "form3"),
        ("printer", "old"),  # switched off in the catalog
        ("printer", ""),
        ("color", "Clear"),
        ("color", "Gold"),  # only of a material that is switched off
        ("color", "blue"),
        ("acknowledged_minimum_charge", False),
        ("filename", "../bracket.stl"),
        ("filename", "bracket.zip"),
        ("size", 0),
        ("size", MIN_FILE_BYTES - 1),
        ("size", MAX_FILE_BYTES + 1),
        ("sha256", "0f" * 31),
        ("sha256", "0F" * 32),
        ("sha256", "zz" * 32),
    ],
)
def test_what_is_refused_names_the_field(field: str, value: Any) -> None:
    problems = _problems(**{field: value})
    assert list(problems) == [field]
    assert problems[field].endswith(".")


def test_everything_wrong_is_named_at_once() -> None:
    problems = _problems(student_name="", student_email="", discipline="", class_number="", color="", size=1)
    assert set(problems) == {
        "student_name",
        "student_email",
        "discipline",
        "class_number",
        "color",
        "size",
    }


def test_what_is_offered_instead_is_said() -> None:
    assert "MK4" in _problems(printer="form3")["printer"]
    assert "Old" not in _problems(printer="form3")["printer"]
    assert "Blue, Black" in _problems(color="Gold")["color"]


@pytest.mark.parametrize("email", ["a@b.co", "A.b-c_d+e@x-y.example.edu", "!#$%&'*+/=?^_`{|}~-@example.edu"])
def test_an_accepted_address_can_be_written_to(email: str) -> None:
    assert _problems(student_email=email) == {}
    assert Address(addr_spec=email).addr_spec == email


def test_a_duplicate_is_the_same_file_of_the_same_student() -> None:
    guard = submissions.duplicate_guard("ab" * 32, "Jane@Example.edu")
    assert guard == submissions.duplicate_guard("ab" * 32, "jane@example.EDU")
    assert guard != submissions.duplicate_guard("ab" * 32, "john@example.edu")
    assert guard != submissions.duplicate_guard("cd" * 32, "jane@example.edu")
    assert "jane" not in guard.lower()


def test_guards_of_files_and_short_ids_never_meet() -> None:
    assert (
        submissions.short_id_guard("K7FWCD").split("#")[0]
        != submissions.duplicate_guard("", "").split("#")[0]
    )
