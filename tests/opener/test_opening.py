"""From the link to the slicer's own arguments, with a real program as the slicer."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

import pytest

from opener import app, config

NAME = "a $(touch x) 'b' & -c;%PATH%.stl"


class Person:
    """Answers dialogs, and remembers what they said."""

    def __init__(self, answer: int | None = None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, list[str]]] = []

    def __call__(self, title: str, message: str, choices: Sequence[str]) -> int | None:
        self.asked.append((title, message, list(choices)))
        return self.answer

    @property
    def titles(self) -> list[str]:
        return [title for title, _, _ in self.asked]


@pytest.fixture
def slicer(tmp_path: Path) -> Path:
    """A program that writes its arguments down, one on each line."""
    program = tmp_path / "bin" / "slicer"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$#" "$@" >"$0.tmp" && mv "$0.tmp" "$0.args"\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def setup(tmp_path: Path, slicer: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write config.ini where the opener finds it; answers the share."""
    share = tmp_path / "share"
    (share / "Uploaded").mkdir(parents=True)
    (share / "Uploaded" / NAME).write_text("solid")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "config" / "printlab-opener" / "config.ini"
    file.parent.mkdir(parents=True)

    def write(*sections: str, main: str = "") -> Path:
        one = f"[slicer_one]\nname = One\npath = {slicer}\nextensions = .stl, .gcode.3mf\n"
        text = f"[main]\nAUTHORITATIVE_STORAGE_BASE_PATH = {share}\nlog = {tmp_path}/opener.log\n{main}\n"
        file.write_text(text + "\n".join(sections or (one,)))
        return share

    return write


def link(path: Path | str) -> str:
    return f"print3d://open?path={quote(str(path), safe='')}"


def arguments_of(slicer: Path) -> list[str]:
    """What the program was started with; it runs on its own, so wait for its file."""
    file = slicer.with_name(slicer.name + ".args")
    deadline = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline, "the slicer was not started"
        time.sleep(0.01)
    return file.read_text().splitlines()


def logged(tmp_path: Path) -> str:
    logging.getLogger("opener").handlers[0].flush()
    return (tmp_path / "opener.log").read_text("utf-8")


def test_one_slicer_opens_at_once(setup: Callable[..., Path], slicer: Path, tmp_path: Path) -> None:
    share, person = setup(), Person()
    assert app.main([link(share / "Uploaded" / NAME)], person) == 0
    assert arguments_of(slicer) == ["1", str(share / "Uploaded" / NAME)]
    assert person.asked == []
    assert f"opened in One: {str(share / 'Uploaded' / NAME)!r}" in logged(tmp_path)
    assert not list(tmp_path.rglob("x")), "a shell has read the file's name"


def test_several_slicers_ask(setup: Callable[..., Path], slicer: Path, tmp_path: Path) -> None:
    two = "[slicer_{0}]\nname = {0}\npath = {1}\nextensions = .stl\n"
    share = setup(two.format("First", "/nowhere/slicer"), two.format("Second", slicer))
    person = Person(1)
    assert app.main([link(share / "Uploaded" / NAME)], person) == 0
    assert [choices for _, _, choices in person.asked] == [["First", "Second"]]
    assert NAME in person.asked[0][1]
    assert arguments_of(slicer)[1] == str(share / "Uploaded" / NAME)

    cancelled = Person(None)
    assert app.main([link(share / "Uploaded" / NAME)], cancelled) == 0
    assert "cancelled" in logged(tmp_path)

    missing = Person(0)
    assert app.main([link(share / "Uploaded" / NAME)], missing) == 1
    assert missing.titles == ["Which slicer?", "First did not start"]


def test_endings_are_compared_as_windows_does(setup: Callable[..., Path], slicer: Path) -> None:
    share = setup()
    (share / "B.GCODE.3MF").write_text("zip")
    assert app.main([link(share / "B.GCODE.3MF")], Person()) == 0
    assert arguments_of(slicer)[1].endswith("B.GCODE.3MF")


@pytest.mark.parametrize(
    ("arguments", "title", "code"),
    [
        (["print3d://open?path=%2Fetc%2Fpasswd"], "This file is not on the lab share", "outside_base"),
        (["print3d://run?path=x"], "This link cannot be opened", "not_our_link"),
        (["print3d://open?path=x", "--load", "evil.ini"], "This link cannot be opened", "several_arguments"),
        ([], "This link cannot be opened", "several_arguments"),
        (["--load"], "This link cannot be opened", "not_our_link"),
    ],
)
def test_a_refusal_is_told_and_logged(
    setup: Callable[..., Path], slicer: Path, tmp_path: Path, arguments: list[str], title: str, code: str
) -> None:
    setup()
    person = Person()
    assert app.main(arguments, person) == 1
    assert person.titles == [title]
    assert f"refused, {code}: {arguments!r}" in logged(tmp_path)
    assert not slicer.with_name("slicer.args").exists()


def test_a_missing_file_and_a_file_without_slicer(setup: Callable[..., Path]) -> None:
    share, person = setup(), Person()
    (share / "notes.txt").write_text("hello")
    assert app.main([link(share / "Uploaded" / "gone.stl")], person) == 1
    assert app.main([link(share / "notes.txt")], person) == 1
    assert person.titles == ["The file is not there", "No slicer is set up for this file"]
    assert "gone.stl" in person.asked[0][1]
    assert ".txt" in person.asked[1][1]


def test_a_slicer_that_is_no_program(setup: Callable[..., Path], slicer: Path) -> None:
    share, person = setup(), Person()
    slicer.chmod(0o644)
    assert app.main([link(share / "Uploaded" / NAME)], person) == 1
    assert person.titles == ["One did not start"]


def test_the_log_is_rotated(
    setup: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup()
    monkeypatch.setattr(app, "_LOG_BYTES", 300)
    for number in range(40):
        app.main([f"print3d://no?{number}"], Person())
    logs = sorted(file.name for file in tmp_path.glob("opener.log*"))
    assert logs == ["opener.log", *(f"opener.log.{n}" for n in range(1, 6))]


def test_control_characters_cannot_forge_log_lines(setup: Callable[..., Path], tmp_path: Path) -> None:
    setup()
    app.main(["print3d://open?path=a\n2026-01-01 INFO opened in One"], Person())
    assert len(logged(tmp_path).splitlines()) == 1


def test_a_log_that_cannot_be_written_keeps_nobody_from_work(
    setup: Callable[..., Path], slicer: Path, tmp_path: Path
) -> None:
    (tmp_path / "opener.log").mkdir()
    share = setup()
    assert app.main([link(share / "Uploaded" / NAME)], Person()) == 0
    assert arguments_of(slicer)[0] == "1"


def test_check_tells_it_staff_what_is_missing(
    setup: Callable[..., Path], slicer: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup()
    assert app.main(["--check"], Person()) == 0
    slicer.unlink()
    assert app.main(["--check"], Person()) == 1
    assert capsys.readouterr().out == f"missing: {slicer}\n"


# --- config.ini --------------------------------------------------------------------------------

SLICER = "[slicer_a]\nname = A\npath = /bin/a\nextensions = .stl\n"
MAIN = "[main]\nAUTHORITATIVE_STORAGE_BASE_PATH = /mnt/lab\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "AUTHORITATIVE_STORAGE_BASE_PATH is missing"),
        ("no section", "cannot be read"),
        ("[main]\nAUTHORITATIVE_STORAGE_BASE_PATH = lab\n" + SLICER, "whole path"),
        (MAIN, "names no slicer"),
        (MAIN + SLICER.replace("name = A\n", ""), "[slicer_a] name is missing"),
        (MAIN + SLICER.replace("/bin/a", "a"), "whole path of a program"),
        (MAIN + SLICER.replace("/bin/a", "/bin/a.BAT"), "not of a script"),
        (MAIN + SLICER.replace("/bin/a", "/bin/a.cmd"), "not of a script"),
        (MAIN + SLICER.replace(".stl", "stl"), "extensions must be endings"),
        (MAIN + SLICER.replace(".stl", ".stl,"), "extensions must be endings"),
        (MAIN + SLICER + SLICER, "cannot be read"),
    ],
)
def test_a_wrong_configuration_says_what_to_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "printlab-opener" / "config.ini"
    file.parent.mkdir()
    file.write_text(text)
    person = Person()
    assert app.main(["print3d://open?path=a"], person) == 1
    ((title, message, _),) = person.asked
    assert title == "The slicer opener is not set up"
    assert says in message
    assert "refused, config" in (tmp_path / "state" / "printlab-opener" / "opener.log").read_text()


def test_a_configuration_as_windows_editors_save_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLS", "/opt/tools")
    file = tmp_path / "config.ini"
    text = MAIN + '[slicer_a]\nname = 100% A\npath = "$TOOLS/a b"\nextensions = .STL , .3mf\n'
    file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    (slicer,) = config.load(file).slicers
    assert (slicer.name, slicer.path, slicer.extensions) == (
        "100% A",
        Path("/opt/tools/a b"),
        (".stl", ".3mf"),
    )


def test_the_example_configuration_is_sound(tmp_path: Path) -> None:
    """Its paths are of Windows; with paths of this system in their place it must load."""
    text = Path("opener/config.example.ini").read_text("utf-8")
    paths = re.findall(r"^(?:path|AUTH\w+) = (.*)$", text, re.MULTILINE)
    assert all(PureWindowsPath(path).is_absolute() for path in paths)
    file = tmp_path / "config.ini"
    file.write_text(re.sub(r"[A-Z]:\\", "/", text))
    loaded = config.load(file)
    assert loaded.base == Path("/PrintLab")
    assert [slicer.name for slicer in loaded.slicers if slicer.opens("a.stl")] == [
        "PrusaSlicer",
        "ideaMaker",
        "PreForm",
    ]
