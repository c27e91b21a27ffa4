"""The installed Chromium, headless: for browser tests, pictures and measurements."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MISSING = "no Chromium: apt-get install chromium, or set CHROMIUM to the program"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find() -> str | None:
    """The program's path; the environment variable CHROMIUM comes first."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


def arguments() -> list[str]:
    """What keeps it to itself, and lets it run as root."""
    quiet = [
        "--disable-background-networking", "--disable-component-update", "--disable-gpu", "--disable-quic",
        "--disable-sync", "--no-first-run",
    ]  # fmt: skip
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*quiet, "--no-sandbox"] if as_root else quiet  # its sandbox refuses to run as root


@contextmanager
def launched() -> Iterator[Browser]:
    """A running one. Raises FileNotFoundError where there is none."""
    from playwright.sync_api import sync_playwright

    program = find()
    if not program:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments())
        yield browser
        browser.close()
