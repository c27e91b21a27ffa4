"""Names of files: what students may send, what is stored, and what belongs to a job."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import filenames
from chalicelib.domain.lifecycle import Status

KEEP = [
    "bracket.stl",
    "Bracket.STL",
    "part.obj",
    "plate.3mf",
    "two.dots.stl",
    "with space (final) [v2], it's 100%.stl",
    "Bücherstütze – Größe 3.stl",
    "花瓶.stl",
    "مزهرية.stl",
    "Ваза.3mf",
    "פרח.obj",
    "🚀👩‍🚀.stl",
    "con-artist.stl",
    "console.stl",
    "com10.stl",
    "x" * 196 + ".stl",
]

REFUSE = [
    ("", "needs a name"),
    ("   .stl", "needs a name"),
    ("..stl", "needs a name"),
    ("x" * 197 + ".stl", "longer than 200"),
    ("x" * 296 + ".stl", "longer than 200"),
    ("../../etc/passwd.stl", "look like a path"),
    ("..\\..\\boot.stl", "look like a path"),
    ("C:part.stl", "look like a path"),
    ("part.stl:hidden.stl", "look like a path"),
    ("a/b.stl", "look like a path"),
    ("part\0.stl", "control characters"),
    ("part\r\nX-Evil: 1.stl", "control characters"),
    ("part\x7f.stl", "control characters"),
    ("part\x85.stl", "control characters"),
    ("part\u2028.stl", "control characters"),
    ("part\u202elts.exe.stl", "control characters"),  # right-to-left override
    ("part\u2066.stl", "control characters"),
    ("CON.stl", "reserves"),
    ("con.v1.stl", "reserves"),
    ("Nul.obj", "reserves"),
    ("lpt9.3mf", "reserves"),
    ("aux .stl", "reserves"),
    ("part", "can be printed"),
    (".stl", "can be printed"),
    ("part.exe", "can be printed"),
    ("part.stl.exe", "can be printed"),
    ("part.stl.", "can be printed"),
    ("part.stl ", "can be printed"),
    ("part.gcode", "can be printed"),
]


@pytest.mark.parametrize("name", KEEP)
def test_honest_names_in_any_script_are_kept(name: str) -> None:
    assert filenames.problem_with_upload_name(name) is None


@pytest.mark.parametrize(("name", "reason"), REFUSE)
def test_dangerous_names_are_refused_in_words_for_the_student(name: str, reason: str) -> None:
    assert reason in (filenames.problem_with_upload_name(name) or "")


@pytest.mark.parametrize(
    ("filename", "ending"),
    [("a.stl", ".stl"), ("a.b.OBJ", ".obj"), ("a", ""), (".stl", ""), ("a.", "."), ("", "")],
)
def test_extension(filename: str, ending: str) -> None:
    assert filenames.extension(filename) == ending


@pytest.mark.parametrize(
    ("student", "method", "color", "expected"),
    [
        ("Jane Doe", "Filament", "True Red", "JaneDoe_Filament_TrueRed_K7FWCD"),
        ("jane van der doe", "Resin", "Clear", "JaneDoe_Resin_Clear_K7FWCD"),
        ("Cher", "Filament", "Black", "Cher_Filament_Black_K7FWCD"),
        ("José María Núñez", "Filament", "Blue", "JoseNunez_Filament_Blue_K7FWCD"),
        ("Conan O'Brien", "Filament", "Blue", "ConanOBrien_Filament_Blue_K7FWCD"),
        ("王小明", "Filament", "Blue", "Student_Filament_Blue_K7FWCD"),
        ("../../etc passwd", "Filament", "Blue", "EtcPasswd_Filament_Blue_K7FWCD"),
        ("a" * 100, "Filament", "Blue", "A" + "a" * 39 + "_Filament_Blue_K7FWCD"),
        ("Jane Doe", "Filament", "银", "JaneDoe_Filament_X_K7FWCD"),
    ],
)
def test_display_name(student: str, method: str, color: str, expected: str) -> None:
    assert filenames.display_name(student, method, color, "K7FWCD") == expected


@given(st.text(max_size=100), st.text(max_size=20), st.text(max_size=20))
def test_a_display_name_is_safe_everywhere(student: str, method: str, color: str) -> None:
    name = filenames.display_name(student, method, color, filenames.new_short_id())
    assert re.fullmatch(r"(?:[A-Za-z0-9]{1,40}_){3}[A-Z0-9]{6}", name)


def test_short_ids_have_no_look_alikes_and_no_vowels() -> None:
    seen = {filenames.new_short_id() for _ in range(500)}
    assert len(seen) == 500
    assert not set("".join(seen)) & set("AEIOU01258LSZBabcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize("status", Status)
def test_the_folder_is_the_status(status: Status) -> None:
    assert filenames.file_key(status, "a.stl") == f"{status.folder}/a.stl"
    assert filenames.metadata_key(status, "a") == f"{status.folder}/a.metadata.json"


NAME = "JaneDoe_Filament_Blue_K7FWCD"
THEN = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filename", "mine"),
    [
        (f"{NAME}.stl", True),
        (f"{NAME}.metadata.json", True),
        (f"{NAME}_0.2mm_PLA_MK4S_1h2m.gcode", True),
        (f"{NAME} (1).3mf", True),
        (f"{NAME}-fixed.gcode.3mf", True),
        (f"{NAME}v2.gcode", True),
        ("JaneDoe_Filament_Blue_K7FWCC.stl", False),
        ("JaneDoe_Filament_Blue.stl", False),
        (f"Copy of {NAME}.stl", False),
    ],
)
def test_what_belongs_to_a_job(filename: str, mine: bool) -> None:
    assert filenames.belongs_to(filename, NAME) is mine


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_job_owns_the_files_of_another(one: str, other: str) -> None:
    mine = filenames.display_name(one, "Filament", "Blue", "K7FWCD")
    theirs = filenames.display_name(other, "Filament", "Blue", "K7FWCC")
    assert not filenames.belongs_to(theirs + ".stl", mine)


def _file(name: str, minutes: int) -> tuple[str, int, datetime]:
    return name, 1000 + minutes, THEN + timedelta(minutes=minutes)


def test_candidates_are_the_original_and_what_slicers_saved() -> None:
    found = filenames.candidates(
        [
            _file(f"{NAME}.gcode", 2),
            _file(f"{NAME}.metadata.json", 9),
            _file(f"{NAME}_new.3mf", 5),
            _file(f"{NAME}.stl", 0),
            _file(f"{NAME}.stl.bak", 8),
            _file(f"{NAME}.txt", 8),
            _file("JohnRoe_Filament_Blue_K7FWCC.gcode", 8),
        ],
        NAME,
        f"{NAME}.stl",
    )
    assert [(c.name, c.is_original) for c in found] == [
        (f"{NAME}.stl", True),
        (f"{NAME}_new.3mf", False),
        (f"{NAME}.gcode", False),
    ]
    assert (found[1].size, found[1].modified_at) == (1005, THEN + timedelta(minutes=5))


def test_the_newest_slicer_file_is_recommended_else_the_original_else_nothing() -> None:
    original, older, newer = _file(f"{NAME}.3mf", 9), _file(f"{NAME}_a.3mf", 1), _file(f"{NAME}_b.gcode", 2)

    def recommended(*files: tuple[str, int, datetime]) -> str | None:
        return filenames.recommended(filenames.candidates(files, NAME, f"{NAME}.3mf"))

    assert recommended(original, older, newer) == f"{NAME}_b.gcode"
    assert recommended(original) == f"{NAME}.3mf"
    assert recommended() is None


@pytest.mark.parametrize("ending", filenames.SLICER_EXTENSIONS)
def test_every_slicer_ending_is_a_candidate(ending: str) -> None:
    found = filenames.candidates([_file(f"{NAME}{ending}", 1)], NAME, f"{NAME}.stl")
    assert [c.name for c in found] == [f"{NAME}{ending}"]
