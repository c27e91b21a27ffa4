"""What lab IT installs: the Linux script is run, the Windows files are held to what they must say."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

INSTALL = Path("opener/install").resolve()

pytest.importorskip("tkinter", reason="install.sh refuses a Python without tkinter")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who owns nothing yet; their Python is ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    return {**kept, "HOME": str(tmp_path), "PYTHON": sys.executable}


def install(home: dict[str, str], *options: str) -> str:
    command = ["sh", str(INSTALL / "install.sh"), *options]
    return subprocess.run(
        command, env=home, check=True, capture_output=True, text=True, timeout=60, cwd="/"
    ).stdout


def test_installed_for_one_person(home: dict[str, str], tmp_path: Path) -> None:
    install(home)
    share, slicer = tmp_path / "share", tmp_path / "slicer"
    (share / "Uploaded").mkdir(parents=True)
    (share / "Uploaded" / "a b.stl").write_text("solid")
    slicer.write_text('#!/bin/sh\nprintf "%s" "$1" >"$0.args"\n')
    slicer.chmod(0o755)
    config = tmp_path / ".config/printlab-opener/config.ini"
    assert "PrusaSlicer" in config.read_text()
    config.write_text(
        f"[main]\nAUTHORITATIVE_STORAGE_BASE_PATH = {share}\n"
        f"[slicer_a]\nname = A\npath = {slicer}\nextensions = .stl\n"
    )
    entry = (tmp_path / ".local/share/applications/printlab-opener.desktop").read_text()
    assert "MimeType=x-scheme-handler/print3d;" in entry.splitlines()
    match = re.search(r'^Exec="(.+)" %u$', entry, re.MULTILINE)
    assert match
    program = match[1]
    subprocess.run([program, "--check"], env=home, check=True, timeout=60)
    link = f"print3d://open?path={share}/Uploaded/a%20b.stl"
    subprocess.run([program, link], env=home, check=True, timeout=60)
    log = (tmp_path / ".local/state/printlab-opener/opener.log").read_text()
    assert f"opened in A: '{share}/Uploaded/a b.stl'" in log

    install(home)  # again, as an update: the configuration stays
    assert str(share) in config.read_text()
    install(home, "--remove")
    assert not Path(program).exists()
    assert config.exists()


def test_the_desktop_entry_is_sound(home: dict[str, str], tmp_path: Path) -> None:
    validate = shutil.which("desktop-file-validate")
    if validate is None:
        pytest.skip("desktop-file-validate is not installed (Debian: apt-get install desktop-file-utils)")
    install(home)
    entry = tmp_path / ".local/share/applications/printlab-opener.desktop"
    answer = subprocess.run([validate, str(entry)], capture_output=True, text=True, timeout=60, check=False)
    assert (answer.returncode, answer.stdout) == (0, "")


def test_unknown_options_change_nothing(home: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        install(home, "--all")
    assert not (tmp_path / ".local").exists()


def test_register_bat_quotes_program_and_link() -> None:
    """No Windows here: the lines that count are held to the letter."""
    raw = (INSTALL / "register.bat").read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")  # cmd.exe loses its labels otherwise
    text = raw.decode("ascii")
    assert 'reg add "%KEY%" /v "URL Protocol" /t REG_SZ /d "" /f' in text
    assert r'reg add "%KEY%\shell\open\command" /ve /t REG_SZ /d "\"%OPENER%\" \"%%1\"" /f' in text
    assert r'set "KEY=%ROOT%\Software\Classes\print3d"' in text
    assert 'set "OPENER=%~dp0printlab-opener.exe"' in text
    assert re.findall(r"\bpause\b|set /p|choice", text) == []  # deployed without anybody to answer


def test_the_spec_names_files_that_exist() -> None:
    text = (INSTALL / "printlab-opener.spec").read_text("utf-8")
    tree = ast.parse(text)
    names = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {"printlab-opener", "register.bat", "config.example.ini", "__main__.py"} <= names
    assert (INSTALL / "register.bat").is_file()
    assert (INSTALL.parent / "config.example.ini").is_file()
    assert (INSTALL.parent / "__main__.py").is_file()
