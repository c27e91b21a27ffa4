"""A furnished lab, and the people who use it: a student on a phone, staff at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from infra.local.gateway import Server
from tests import steps
from tests.api.conftest import post_office, restart_with  # noqa: F401  their fixtures serve here, too

SHOTS = Path(".artifacts") / "screens"
_AXE = Path("node_modules") / "axe-core" / "axe.min.js"


@pytest.fixture(autouse=True)
def lab(fresh: None, server: Server) -> None:
    """An empty lab with catalog, staff and workstations, behind the gateway."""
    steps.furnish()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: visit("/", phone=True). Any script error fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser reports every refusal of the API as an error; those are part of what is tested.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def open_page(path: str, *, phone: bool = False, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.port}",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
            color_scheme="dark" if dark else "light",
            bypass_csp=False,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def look(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """Keep a picture of the page and let axe-core judge it: no violation may be found."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    source = _AXE.read_text("utf-8")

    def judge(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
        page.evaluate(source)  # runs in the page's own world without touching its CSP
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        summary = [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found["violations"]]
        assert summary == [], f"{name}: {summary}"

    return judge
