"""An invisible screen for programs with windows, and what is on it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "no invisible screen: apt-get install xvfb x11-utils locales"
_LANGUAGE = "en_US.UTF-8"


def find() -> str | None:
    """The path of the program that is the screen; None without all that belongs to it."""
    return shutil.which("Xvfb") if shutil.which("xwininfo") and shutil.which("localedef") else None


@contextmanager
def shown(folder: Path) -> Iterator[dict[str, str]]:
    """The environment of programs that shall use a new screen; their settings and language go to `folder`.

    Raises FileNotFoundError where there is none.
    """
    program = find()
    if not program:
        raise FileNotFoundError(MISSING)
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield {**os.environ, **_person(folder), "DISPLAY": f":{number}"}
    finally:
        server.terminate()
        server.wait(10)


def titles(environment: dict[str, str]) -> list[str]:
    """The titles of all windows on the screen."""
    command = ["xwininfo", "-root", "-tree"]
    tree = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=10, check=False)
    return re.findall(r'^ +0x[0-9a-f]+ "(.*)": \(', tree.stdout, re.MULTILINE)


def _person(folder: Path) -> dict[str, str]:
    """A home of its own. PrusaSlicer asks for a language that servers rarely have, and waits there."""
    language = folder / "locale" / _LANGUAGE
    if not language.exists():
        language.parent.mkdir(parents=True)
        command = ["localedef", "-i", "en_US", "-f", "UTF-8", str(language)]
        subprocess.run(command, check=True, timeout=60, capture_output=True)
    homes = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}
    return {**homes, "LOCPATH": str(language.parent), "LANG": _LANGUAGE, "LC_ALL": _LANGUAGE}
