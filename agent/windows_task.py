"""The agent as a scheduled task of Windows: it starts with the PC, nobody logged in, and again when it ends.

A task rather than a service: it needs no library of Windows' service interface, and lab IT staff know it from
every other PC. The definition repeats its start every minute, of which Windows ignores all while it runs:
`RestartOnFailure` alone does not start a program again that ended by itself.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

NAME = "PrintLab agent"
# The PC's own account in the domain: it has no password that anybody must know, keep or change.
NETWORK_SERVICE = "S-1-5-20"

_DEFINITION = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>Keeps the lab share in step with PrintLab.</Description></RegistrationInfo>
  <Triggers>
    <BootTrigger><Repetition><Interval>PT1M</Interval></Repetition></BootTrigger>
    <RegistrationTrigger><Repetition><Interval>PT1M</Interval></Repetition></RegistrationTrigger>
  </Triggers>
  <Principals>
    <Principal id="Agent"><UserId>{account}</UserId>{logon}<RunLevel>LeastPrivilege</RunLevel></Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
  </Settings>
  <Actions Context="Agent">
    <Exec>
      <Command>{program}</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


class NotWindows(Exception):
    """There are no scheduled tasks here."""


def definition(program: list[str], folder: Path, config: Path, account: str) -> str:
    """The task as XML. An account with a `$` at its end is a managed one, whose password Windows knows."""
    arguments = [*program[1:], "run", "--config", str(config)]
    return _DEFINITION.format(
        account=escape(account),
        logon="" if account == NETWORK_SERVICE else "<LogonType>Password</LogonType>",
        program=escape(program[0]),
        arguments=escape(subprocess.list2cmdline(arguments)),
        folder=escape(str(folder)),
    )


def registration(file: Path, account: str) -> list[str]:
    """The command that registers it. The password of an ordinary account is asked for, and in no argument."""
    command = ["schtasks", "/Create", "/F", "/TN", NAME, "/XML", str(file)]
    if account == NETWORK_SERVICE:
        return command
    return [*command, "/RU", account, "/RP", "" if account.endswith("$") else "*"]


def install(config: Path, account: str) -> int:
    """Register and start the task; the exit status of Windows. Raises NotWindows."""
    _ensure_windows()
    program, folder = _program()
    text = definition(program, folder, config.resolve(), account)
    with tempfile.TemporaryDirectory() as temporary:
        file = Path(temporary) / "task.xml"
        file.write_text(text, "utf-16")
        return subprocess.run(registration(file, account), check=False).returncode


def change(verb: str) -> int:
    """Remove, start or stop the task; the exit status of Windows. Raises NotWindows."""
    _ensure_windows()
    return max(subprocess.run(command, check=False).returncode for command in commands(verb))


def commands(verb: str) -> list[list[str]]:
    """What Windows is asked to do. One that is only ended would start again within the minute."""
    change, about = ["schtasks", "/Change", "/TN", NAME], ["/TN", NAME]
    return {
        "start": [[*change, "/ENABLE"], ["schtasks", "/Run", *about]],
        "stop": [[*change, "/DISABLE"], ["schtasks", "/End", *about]],
        "remove": [["schtasks", "/End", *about], ["schtasks", "/Delete", "/F", *about]],
    }[verb]


def _program() -> tuple[list[str], Path]:
    """How this very agent is started: the one executable, or Python in the checkout."""
    if getattr(sys, "frozen", False):
        return [sys.executable], Path(sys.executable).parent
    return [sys.executable, "-m", "agent"], Path(__file__).parents[1]


def _ensure_windows() -> None:
    if os.name != "nt":
        raise NotWindows(
            "Tasks are for Windows. On Linux: agent/service/printlab-agent.service, for systemd."
        )
