"""A PC of the lab, for the demo and its test: share, agent as a service, opener, and a slicer on a screen.

Everything runs as its users run it, in processes of its own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from infra import screen, slicer
from infra.demo import DemoFailed, wait_for

_POLL_S = 5


class LabPc:
    """`share` is where the lab share is mounted; `settings` holds what IT staff write down once."""

    def __init__(self, folder: Path, server: str, workstation: str, password: str) -> None:
        self.share = folder / "share"
        self.settings = folder / "settings"
        for each in (self.share, self.settings):
            each.mkdir(parents=True)
        self._agent_config = self.settings / "agent.toml"
        password_file = self.settings / "agent.password"
        password_file.write_text(password)
        lines = {
            "server": server,
            "workstation": workstation,
            "password_file": str(password_file),
            "share": str(self.share),
            "state": str(folder / "state"),
        }
        text = "".join(f'{name} = "{value}"\n' for name, value in lines.items())
        self._agent_config.write_text(f"{text}poll_seconds = {_POLL_S}\n")
        opener = (
            self.settings / "printlab-opener" / "config.ini"
        )  # where the opener looks below a person's home
        opener.parent.mkdir()
        opener.write_text(
            f"[main]\nAUTHORITATIVE_STORAGE_BASE_PATH = {self.share}\n"
            f"[slicer_viewer]\nname = G-code viewer\npath = {slicer.find_viewer()}\nextensions = .gcode\n"
        )

    # --- the share ----------------------------------------------------------------------

    def files_of(self, display_name: str) -> dict[str, list[str]]:
        """What lies on the share of a job: folder → names."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.share.glob(f"*/{display_name}*")):
            found.setdefault(path.parent.name, []).append(path.name)
        return found

    def wait_for_files(self, display_name: str, folder: str, names: list[str]) -> None:
        """Until exactly these files of the job lie there, and none anywhere else. Raises DemoFailed."""
        wanted = {folder: sorted(names)}

        def there() -> bool | None:
            return self.files_of(display_name) == wanted or None

        try:
            wait_for(f"{folder}/ on the share", there)
        except DemoFailed as error:
            raise DemoFailed(f"{error}: {self.files_of(display_name)}, not {wanted}") from None

    # --- its programs -------------------------------------------------------------------

    def agent(self, command: str) -> str:
        """One command of the agent; what it prints. Raises DemoFailed when it does not end well."""
        done = subprocess.run(self._agent(command), capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise DemoFailed(f"agent {command}: {done.stdout}{done.stderr}")
        return done.stdout

    @contextmanager
    def agent_running(self) -> Iterator[None]:
        """The agent as a service, until the end. Raises DemoFailed when it does not stop well."""
        process = subprocess.Popen(self._agent("run"), stderr=subprocess.PIPE, text=True)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        if process.returncode:
            raise DemoFailed(f"the agent ended with {process.returncode}: {errors}")

    def _agent(self, command: str) -> list[str]:
        return [sys.executable, "-m", "agent", command, "--config", str(self._agent_config)]

    def open_link(self, link: str, stem: str) -> str:
        """What a click on “Open file” does; the title of the slicer's window, which names the file.

        The slicer ends with its screen. A refusal stays on the screen for somebody to read: TimeoutExpired.
        """
        with screen.shown(self.settings) as environment:
            command = [sys.executable, "-m", "opener", link]
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=60, check=False
            )
            if done.returncode:
                raise DemoFailed(f"the opener ended with {done.returncode}: {done.stderr}")
            return wait_for(f"a window for {stem}", lambda: _title(environment, stem))


def link_to(path: Path) -> str:
    """The link that the dashboard makes of a path of the share (frontend_static/js/lib/share_path.js)."""
    return "print3d://open?path=" + quote(str(path), safe="!~*'()")


def _title(environment: dict[str, str], stem: str) -> str | None:
    return next((title for title in screen.titles(environment) if stem in title), None)
