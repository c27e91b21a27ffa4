"""The task of Windows, as far as other systems can tell: its definition, and what Windows is asked to do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PureWindowsPath
from typing import Any
from xml.etree import ElementTree

import pytest

from agent import windows_task
from agent.__main__ import main
from agent.windows_task import NETWORK_SERVICE, commands, definition, registration

_NAMES = {"": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
PROGRAM: Any = PureWindowsPath(r"C:\Program Files\PrintLab\printlab-agent.exe")
CONFIG: Any = PureWindowsPath(r"C:\Labs & Co\agent.toml")


def told(account: str = NETWORK_SERVICE) -> ElementTree.Element:
    text = definition([str(PROGRAM)], PROGRAM.parent, CONFIG, account)
    return ElementTree.fromstring(text.encode("utf-16"))


def find(task: ElementTree.Element, path: str) -> str | None:
    return task.findtext(path, namespaces=_NAMES)


def test_it_starts_the_agent_with_this_configuration() -> None:
    task = told()
    assert find(task, "Actions/Exec/Command") == str(PROGRAM)
    assert find(task, "Actions/Exec/Arguments") == r'run --config "C:\Labs & Co\agent.toml"'
    assert find(task, "Actions/Exec/WorkingDirectory") == str(PROGRAM.parent)


def test_it_starts_with_the_pc_and_again_whenever_it_has_ended() -> None:
    task = told()
    for trigger in ("BootTrigger", "RegistrationTrigger"):
        assert find(task, f"Triggers/{trigger}/Repetition/Interval") == "PT1M"
        assert task.find(f"Triggers/{trigger}/Repetition/Duration", _NAMES) is None, "for ever"
    assert find(task, "Settings/MultipleInstancesPolicy") == "IgnoreNew"
    assert find(task, "Settings/ExecutionTimeLimit") == "PT0S"
    assert find(task, "Settings/DisallowStartIfOnBatteries") == "false"


@pytest.mark.parametrize(
    ("account", "logon", "password"),
    [
        (NETWORK_SERVICE, None, None),
        (r"LAB\printlab$", "Password", ""),
        (r"LAB\<printlab>", "Password", "*"),  # asked for, and in no argument
    ],
)
def test_it_runs_as_the_account(account: str, logon: str | None, password: str | None) -> None:
    task, asked = told(account), registration(Path("task.xml"), account)
    assert find(task, "Principals/Principal/UserId") == account
    assert find(task, "Principals/Principal/LogonType") == logon
    assert find(task, "Principals/Principal/RunLevel") == "LeastPrivilege"
    assert asked[:7] == ["schtasks", "/Create", "/F", "/TN", "PrintLab agent", "/XML", "task.xml"]
    assert asked[7:] == ([] if password is None else ["/RU", account, "/RP", password])


def test_what_is_stopped_does_not_start_again_by_itself() -> None:
    assert [command[1] for command in commands("stop")] == ["/Change", "/End"]
    assert "/DISABLE" in commands("stop")[0]
    assert [command[1] for command in commands("start")] == ["/Change", "/Run"]
    assert [command[1] for command in commands("remove")] == ["/End", "/Delete"]


def test_on_windows_it_is_registered_as_utf_16(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """schtasks takes no other encoding."""
    written: list[bytes] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        written.append(Path(command[6]).read_bytes())
        return subprocess.CompletedProcess(command, 0)

    config = tmp_path / "agent.toml"
    config.write_text('server = "https://x"\nworkstation = "w"\nshare = "s"\nstate = "t"\n')
    monkeypatch.setattr(windows_task, "_ensure_windows", lambda: None)
    monkeypatch.setattr(subprocess, "run", run)
    assert main(["task", "install", "--config", str(config)]) == 0
    [text] = written
    assert text[:2] in {b"\xff\xfe", b"\xfe\xff"}
    assert str(config) in text.decode("utf-16")


@pytest.mark.skipif(os.name == "nt", reason="there are tasks")
def test_elsewhere_it_says_what_to_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["task", "start"]) == 2
    assert "systemd" in capsys.readouterr().err
    assert main(["task", "install", "--config", str(tmp_path / "none.toml")]) == 2
    assert "cannot be read" in capsys.readouterr().err
