"""The numbered cases of docs/sync.md, one test each."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from agent.plan import (
    Action,
    Adopt,
    Base,
    Conflict,
    Delete,
    Download,
    Forget,
    Local,
    Move,
    Remote,
    Upload,
    plan,
)

EXTENSIONS = frozenset({".gcode", ".3mf"})
G, STL = "Jane_Filament_Blue_K7FWCD_PLA.gcode", "Jane_Filament_Blue_K7FWCD.stl"


def remote(md5: str, name: str = G, folder: str = "Uploaded") -> Remote:
    return Remote("job", folder, name, 3, md5, None, "url")


def local(md5: str | None, name: str = G, folder: str = "Uploaded", size: int = 3) -> Local:
    return Local(folder, name, size, 7, md5)


def base(md5: str, name: str = G, folder: str = "Uploaded") -> Base:
    return Base("job", folder, name, 3, 7, md5)


def planned(there: list[Remote], here: list[Local], known: list[Base]) -> list[Action]:
    return plan({r.key: r for r in there}, {x.key: x for x in here}, {b.key: b for b in known}, EXTENSIONS)


# Case, what the cloud has, what the share has, what was agreed, what is done.
CASES: list[tuple[int, list[Remote], list[Local], list[Base], list[Action]]] = [
    (1, [remote("A")], [], [], [Download(remote("A"), None)]),
    (1, [remote("A")], [], [base("A")], [Download(remote("A"), None)]),
    (
        2,
        [remote("A", folder="Pending")],
        [local("A")],
        [base("A")],
        [Move(local("A"), remote("A", folder="Pending"))],
    ),
    (  # as good as the agent's own
        2,
        [remote("A", STL, "Pending")],
        [local("A", STL)],
        [],
        [Move(local("A", STL), remote("A", STL, "Pending"))],
    ),
    (3, [remote("A")], [local("A")], [base("A")], []),
    (3, [remote("A")], [local("A")], [], [Adopt(local("A"), remote("A"))]),
    (3, [remote("A")], [local("A")], [base("B")], [Adopt(local("A"), remote("A"))]),
    (4, [remote("B")], [local("A")], [base("A")], [Download(remote("B"), local("A"))]),
    (5, [remote("A")], [local("P")], [base("A")], [Upload(local("P"), "A")]),
    (5, [remote("B")], [local("P")], [base("A")], [Upload(local("P"), "A")]),
    (5, [remote("B")], [local("P")], [], [Upload(local("P"), None)]),
    (6, [remote("A", STL)], [local("P", STL)], [base("A", STL)], [Conflict(local("P", STL))]),
    (6, [remote("A", STL)], [local("P", STL)], [], [Conflict(local("P", STL))]),
    (7, [], [local("A")], [base("A")], [Delete(local("A"))]),
    (
        7,
        [remote("A", STL, "Pending")],
        [local("A", STL, "Pending"), local("A", STL)],
        [base("A", STL, "Pending")],
        [Delete(local("A", STL))],
    ),
    (8, [], [local("P")], [], [Upload(local("P"), None)]),
    (8, [], [local("P")], [base("A")], [Upload(local("P"), "A")]),
    (
        8,
        [remote("A", folder="Pending")],
        [local("A", folder="Pending"), local("P")],
        [base("A", folder="Pending")],
        [Upload(local("P"), None)],
    ),
    (9, [], [], [base("A")], [Forget(base("A").key)]),
    (10, [remote("A")], [local(None)], [base("A")], []),
    (10, [], [local(None)], [], []),
    (11, [], [local("P", "notes.txt")], [], []),
    (11, [], [local("P", STL)], [base("A", STL)], []),
    (11, [], [local("P", "bracket.gcode")], [], []),
    (11, [], [local("P", size=0)], [], []),
]


@pytest.mark.parametrize(("number", "there", "here", "known", "expected"), CASES)
def test_case(
    number: int, there: list[Remote], here: list[Local], known: list[Base], expected: list[Action]
) -> None:
    assert planned(there, here, known) == expected, f"case {number}"


def test_every_case_of_the_page_is_tested_and_no_other() -> None:
    page = (Path(__file__).parents[2] / "docs" / "sync.md").read_text("utf-8")
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)} == {
        case[0] for case in CASES
    }


def test_names_that_windows_takes_for_one_are_one() -> None:
    shouted = local("A", G.upper())
    assert planned([remote("A")], [shouted], [base("A")]) == []
    composed, decomposed = "Jane_Filament_Blue_K7FWCD_\u00e9.gcode", "Jane_Filament_Blue_K7FWCD_e\u0301.gcode"
    assert planned([remote("A", composed)], [local("A", decomposed)], [base("A", composed)]) == []


def test_people_first_deletions_last() -> None:
    other = replace(remote("B", folder="Printing"), job_id="other")
    actions = planned(
        [other],
        [local("A"), local("P", folder="Pending")],
        [base("A")],
    )
    assert [type(action) for action in actions] == [Upload, Download, Delete]


def test_one_file_moves_to_one_place() -> None:
    there = [remote("A", folder="Pending"), remote("A", STL.replace(".stl", "2.gcode"), "Printing")]
    actions = planned(there, [local("A")], [base("A")])
    assert sorted(type(action).__name__ for action in actions) == ["Download", "Move"]
