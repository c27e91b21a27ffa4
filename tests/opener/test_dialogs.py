"""The window, on a screen of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import screen

pytest.importorskip("tkinter", reason="this Python has no tkinter")
pytestmark = pytest.mark.skipif(screen.find() is None, reason=screen.MISSING)

# Presses keys as a person does once the window is on the screen, then says what `ask` answered.
PRESSING = """
import sys, tkinter
from opener import dialogs

def press(window, keys):
    if not keys:
        return
    (window.focus_get() or window).event_generate(f"<{keys[0]}>")
    if tkinter._default_root is not None:
        window.after(20, press, window, keys[1:])

def with_a_person(window, real=tkinter.Misc.mainloop):
    labels = [part["text"] for frame in window.winfo_children() for part in frame.winfo_children()]
    print(window.title(), labels)
    window.wait_visibility()
    window.after(100, press, window, sys.argv[1].split())
    real(window)

tkinter.Misc.mainloop = with_a_person
print(dialogs.ask("Which slicer?", "a.stl can be opened in several slicers.", ["One", "Two"]))
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of programs that shall use a new, invisible screen."""
    with screen.shown(tmp_path_factory.mktemp("person")) as environment:
        yield environment


def pressed(shown: dict[str, str], keys: str) -> list[str]:
    answer = subprocess.run(
        [sys.executable, "-c", PRESSING, keys],
        env=shown,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout.splitlines()


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("Return", "0"), ("space", "0"), ("Tab Return", "1"), ("Tab space", "1"), ("Escape", "None")],
)
def test_by_keyboard(shown: dict[str, str], keys: str, answer: str) -> None:
    said, chosen = pressed(shown, keys)
    assert said.startswith("Which slicer? ['Which slicer?', 'a.stl can be opened")
    assert said.endswith("'One', 'Two']")
    assert chosen == answer


def test_the_whole_opener_on_a_screen(shown: dict[str, str], tmp_path: Path) -> None:
    """A refusal is logged, and stays on the screen until somebody closes it."""
    environment = {**shown, "XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    opener = subprocess.Popen([sys.executable, "-m", "opener", "print3d://open?path=x"], env=environment)
    log = tmp_path / "printlab-opener" / "opener.log"
    try:
        deadline = time.monotonic() + 30
        while not log.exists() or "refused, config" not in log.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert opener.poll() is None
    finally:
        opener.terminate()
        opener.wait(10)


def test_without_a_screen(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DISPLAY"}
    environment.update(XDG_CONFIG_HOME=str(tmp_path), XDG_STATE_HOME=str(tmp_path))
    command = [sys.executable, "-m", "opener", "print3d://open?path=x"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 1
    assert "no screen" in answer.stderr
    assert "refused, config" in (tmp_path / "printlab-opener" / "opener.log").read_text()
