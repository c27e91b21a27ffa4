"""A furnished lab, and the people who use it: a student on a phone, staff at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from infra.local.gateway import Server
from tests import steps
from tests.api.conftest import post_office, restart_with  # noqa: F401  their fixtures serve here, too

SHOTS = Path(".artifacts") / "screens"
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 780},
    "desk": {"width": 1440, "height": 900},
    "wide": {"width": 2560, "height": 1440},
}
_AXE = Path("node_modules") / "axe-core" / "axe.min.js"


@pytest.fixture(autouse=True)
def lab(fresh: None, server: Server) -> None:
    """An empty lab with catalog, staff and workstations, behind the gateway."""
    steps.furnish()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own: visit("/", phone=True). Any script error fails the test.

    `script` runs in the page before its own; `clock` lets the test move the page's time.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # The browser reports every refusal of the API as an error; those are part of what is tested.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    def open_page(
        path: str,
        *,
        phone: bool = False,
        dark: bool = False,
        script: str = "",
        clock: bool = False,
        clipboard: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.port}",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 900},
            color_scheme="dark" if dark else "light",
            bypass_csp=False,
            permissions=["clipboard-read", "clipboard-write"] if clipboard else [],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: faults.append(str(error)))
        if script:
            page.add_init_script(script)
        if clock:
            page.clock.install()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def look(pytestconfig: pytest.Config) -> Callable[[Page, str], None]:
    """Keep a picture of the page and let axe-core judge it: no violation may be found.

    With --gallery at every size and in both colour schemes, otherwise as the test has the page.
    """
    folder = Path(pytestconfig.getoption("--gallery") or SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    source = _AXE.read_text("utf-8")

    def judge(page: Page, name: str) -> None:
        whole = page.locator("dialog[open]").count() == 0
        page.screenshot(path=folder / f"{name}.png", full_page=whole, animations="disabled")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide"
        page.evaluate(source)  # runs in the page's own world without touching its CSP
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        summary = [f"{v['id']}: {[n['target'] for n in v['nodes']]}" for v in found["violations"]]
        assert summary == [], f"{name}: {summary}"

    def judge_all(page: Page, name: str) -> None:
        before, name = page.viewport_size, name.removesuffix("-dark").removesuffix("-phone")
        for size, scheme in product(SIZES, ("light", "dark")):
            page.set_viewport_size(SIZES[size])
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            judge(page, f"{name}-{size}-{scheme}")
        page.emulate_media(color_scheme="null")
        if before:
            page.set_viewport_size(before)

    return judge_all if pytestconfig.getoption("--gallery") else judge
