"""Paths: of Windows and POSIX, by their text alone and on a real disk."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import filenames
from opener.paths import file_inside, has_control_characters, parts_inside
from opener.refusals import Refusal

LAB = PureWindowsPath("Z:\\PrintLab")
SERVER = PureWindowsPath("\\\\server\\lab\\jobs")
MOUNT = PurePosixPath("/mnt/lab")


def code(text: str, base: PureWindowsPath | PurePosixPath) -> str:
    with pytest.raises(Refusal) as refused:
        parts_inside(text, base)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "base", "parts"),
    [
        ("Z:\\PrintLab\\Uploaded\\a.stl", LAB, ("Uploaded", "a.stl")),
        ("z:\\printlab\\uploaded\\A.STL", LAB, ("uploaded", "A.STL")),
        ("Z:/PrintLab/Uploaded/a.stl", LAB, ("Uploaded", "a.stl")),
        ("Z:\\PrintLab\\console.stl", LAB, ("console.stl",)),
        ("Z:\\PrintLab\\-h.stl", LAB, ("-h.stl",)),
        ("Z:\\PrintLab\\a..b.stl", LAB, ("a..b.stl",)),
        ("Z:\\PrintLab\\%TEMP%\\a.stl", LAB, ("%TEMP%", "a.stl")),
        ("Z:\\a.stl", PureWindowsPath("Z:\\"), ("a.stl",)),
        ("\\\\SERVER\\Lab\\Jobs\\Uploaded\\a.stl", SERVER, ("Uploaded", "a.stl")),
        ("/mnt/lab/Uploaded/a.stl", MOUNT, ("Uploaded", "a.stl")),
        ("/mnt/lab//Uploaded/a.stl", MOUNT, ("Uploaded", "a.stl")),
        ("/mnt/lab/con.stl", MOUNT, ("con.stl",)),
        ("/mnt/lab/a:b.stl", MOUNT, ("a:b.stl",)),
    ],
)
def test_paths_inside(text: str, base: PureWindowsPath | PurePosixPath, parts: tuple[str, ...]) -> None:
    assert parts_inside(text, base) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "control_character_or_long"),
        ("Z:\\PrintLab\\a\0.stl", "control_character_or_long"),
        ("Z:\\PrintLab\\a\n.stl", "control_character_or_long"),
        ("Z:\\PrintLab\\lts\u202e.exe", "control_character_or_long"),
        ("Z:\\PrintLab\\" + "a" * 2000, "control_character_or_long"),
        ("a.stl", "other_drive_or_server"),
        ("PrintLab\\a.stl", "other_drive_or_server"),
        ("\\PrintLab\\a.stl", "other_drive_or_server"),
        ("Z:PrintLab\\a.stl", "other_drive_or_server"),
        ("C:\\Windows\\System32\\cmd.exe", "other_drive_or_server"),
        ("\\\\evil\\share\\a.stl", "other_drive_or_server"),
        ("//evil/share/a.stl", "other_drive_or_server"),
        ("\\\\?\\Z:\\PrintLab\\a.stl", "other_drive_or_server"),
        ("\\\\.\\Z:\\PrintLab\\a.stl", "other_drive_or_server"),
        ("\\\\?\\UNC\\evil\\share\\a.stl", "other_drive_or_server"),
        ("\\\\.\\pipe\\x", "other_drive_or_server"),
        ("\\??\\Z:\\PrintLab\\a.stl", "other_drive_or_server"),
        ("/mnt/lab/a.stl", "other_drive_or_server"),
        ("Z:\\PrintLab", "outside_base"),
        ("Z:\\PrintLab\\", "climbing_or_empty"),
        ("Z:\\Other\\a.stl", "outside_base"),
        ("Z:\\PrintLab2\\a.stl", "outside_base"),
        ("Z:\\a.stl", "outside_base"),
        ("Z:\\PrintLab\\..\\a.stl", "climbing_or_empty"),
        ("Z:\\PrintLab\\Uploaded\\..\\..\\a.stl", "climbing_or_empty"),
        ("Z:/PrintLab/../a.stl", "climbing_or_empty"),
        ("Z:\\PrintLab\\.\\a.stl", "climbing_or_empty"),
        ("Z:\\PrintLab\\\\a.stl", "climbing_or_empty"),
        ("Z:\\PrintLab\\..", "climbing_or_empty"),
        ("Z:\\PrintLab\\.. \\a.stl", "trailing_dot_or_blank"),
        ("Z:\\PrintLab\\...\\a.stl", "trailing_dot_or_blank"),
        ("Z:\\PrintLab\\a.stl.", "trailing_dot_or_blank"),
        ("Z:\\PrintLab\\a.stl ", "trailing_dot_or_blank"),
        ("Z:\\PrintLab.\\a.stl", "trailing_dot_or_blank"),
        ("Z:\\PrintLab\\a.stl:stream", "forbidden_character"),
        ("Z:\\PrintLab\\a.stl::$DATA", "forbidden_character"),
        ("Z:\\PrintLab\\a.exe:a.stl", "forbidden_character"),
        ("Z:\\PrintLab\\C:\\Windows\\a.stl", "forbidden_character"),
        ('Z:\\PrintLab\\a.stl" --gcode "', "forbidden_character"),
        ("Z:\\PrintLab\\*.stl", "forbidden_character"),
        ("Z:\\PrintLab\\a|b.stl", "forbidden_character"),
        ("Z:\\PrintLab\\<a>.stl", "forbidden_character"),
        ("Z:\\PrintLab\\CON", "device_name"),
        ("Z:\\PrintLab\\con.stl", "device_name"),
        ("Z:\\PrintLab\\nul .stl", "device_name"),
        ("Z:\\PrintLab\\aux\\a.stl", "device_name"),
        ("Z:\\PrintLab\\COM1.gcode", "device_name"),
        ("Z:\\PrintLab\\lpt¹.stl", "device_name"),
        ("Z:\\PrintLab\\CONOUT$", "device_name"),
    ],
)
def test_hostile_windows_paths(text: str, expected: str) -> None:
    assert code(text, LAB) == expected


@pytest.mark.parametrize(
    "text",
    [
        "\\\\server\\other\\jobs\\a.stl",
        "\\\\server2\\lab\\jobs\\a.stl",
        "\\\\server\\lab\\a.stl",
        "\\\\?\\UNC\\server\\lab\\jobs\\a.stl",
        "\\\\server\\lab\\jobs\\..\\a.stl",
        "\\\\server@SSL\\lab\\jobs\\a.stl",
        "Z:\\lab\\jobs\\a.stl",
    ],
)
def test_a_base_on_a_server_allows_no_other(text: str) -> None:
    code(text, SERVER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mnt/lab/a.stl", "not_absolute"),
        ("~/a.stl", "not_absolute"),
        ("--help", "not_absolute"),
        ("//mnt/lab/a.stl", "not_absolute"),
        ("Z:\\PrintLab\\a.stl", "not_absolute"),
        ("file:///mnt/lab/a.stl", "not_absolute"),
        ("/etc/passwd", "outside_base"),
        ("/mnt/lab", "outside_base"),
        ("/mnt/lab2/a.stl", "outside_base"),
        ("/MNT/lab/a.stl", "outside_base"),
        ("/mnt/lab/../../etc/passwd", "climbing_or_empty"),
        ("/mnt/lab/Uploaded/../a.stl", "climbing_or_empty"),
        ("/mnt/lab/./a.stl", "climbing_or_empty"),
        ("/mnt/lab/Uploaded/", "not_a_file"),
        ("/mnt/lab/a\0.stl", "control_character_or_long"),
        ("/mnt/lab/a\x1b[2J.stl", "control_character_or_long"),
    ],
)
def test_hostile_posix_paths(text: str, expected: str) -> None:
    assert code(text, MOUNT) == expected


@given(
    st.text(alphabet=st.sampled_from("/\\.: ~aZ%-\0con"), max_size=40),
    st.sampled_from(["", "Z:\\PrintLab\\", "/mnt/lab/"]),
)
def test_whatever_is_accepted_names_a_file_below_the_base(text: str, start: str) -> None:
    for base in (LAB, SERVER, MOUNT):
        try:
            parts = parts_inside(start + text, base)
        except Refusal:
            continue
        joined = base.joinpath(*parts)
        assert joined.is_relative_to(base)
        assert joined != base
        assert ".." not in joined.parts


# --- on the disk --------------------------------------------------------------------------


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A share with a job's file, and what lies outside of it."""
    lab = tmp_path / "lab"
    (lab / "Uploaded").mkdir(parents=True)
    (lab / "Uploaded" / "a.stl").write_text("solid")
    (tmp_path / "secret.stl").write_text("secret")
    return lab


def on_disk(share: Path, *parts: str) -> str:
    with pytest.raises(Refusal) as refused:
        file_inside(share, parts)
    return refused.value.code


def test_a_file_on_the_share(share: Path) -> None:
    assert file_inside(share, ("Uploaded", "a.stl")) == share / "Uploaded" / "a.stl"


def test_a_share_that_is_itself_reached_by_a_link(share: Path, tmp_path: Path) -> None:
    mount = tmp_path / "mount"
    mount.symlink_to(share)
    assert file_inside(mount, ("Uploaded", "a.stl")) == mount / "Uploaded" / "a.stl"


def test_links_out_of_the_share(share: Path, tmp_path: Path) -> None:
    (share / "file.stl").symlink_to(tmp_path / "secret.stl")
    (share / "folder").symlink_to(tmp_path)
    (share / "climbs.stl").symlink_to(Path("..") / "secret.stl")
    assert on_disk(share, "file.stl") == "link_leads_outside"
    assert on_disk(share, "folder", "secret.stl") == "link_leads_outside"
    assert on_disk(share, "climbs.stl") == "link_leads_outside"


def test_links_within_the_share(share: Path) -> None:
    (share / "again.stl").symlink_to(share / "Uploaded" / "a.stl")
    assert file_inside(share, ("again.stl",)).read_text() == "solid"


def test_what_is_no_file(share: Path) -> None:
    os.mkfifo(share / "pipe.stl")
    (share / "round.stl").symlink_to("round.stl")
    assert on_disk(share, "Uploaded") == "not_a_file"
    assert on_disk(share, "pipe.stl") == "not_a_file"
    assert on_disk(share, "round.stl") == "missing"
    assert on_disk(share, "Uploaded", "gone.stl") == "missing"
    assert on_disk(share, "Uploaded", "a.stl", "b.stl") == "missing"
    assert on_disk(share, "x" * 300) == "missing"


def test_a_share_that_is_not_connected(tmp_path: Path) -> None:
    assert on_disk(tmp_path / "nowhere", "a.stl") == "share_missing"


def test_the_server_and_the_opener_know_the_same_control_characters() -> None:
    """What the server lets into a name must open; the two share no code."""
    letters = map(chr, range(sys.maxunicode + 1))
    differ = [c for c in letters if has_control_characters(c) != filenames.has_control_characters(c)]
    assert differ == []
