"""`python -m bench.dashboard`: does the dashboard stay smooth with 500 jobs in one tab?

A headless Chromium, slowed down four times to the pace of an old lab PC, on the pages and the API of the
local cloud. Smooth means: while scrolling through all cards and while a refresh brings a change, the page
never stands still for longer than a person notices.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, expect

from bench.fill import Years
from bench.lab import STAFF_NAME, WORKSTATION, Lab, open_lab
from bench.report import machine, progress, table
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Status
from infra.chromium import launched
from infra.local import environment
from infra.local.files_proxy import PREFIX
from infra.local.gateway import Server, product
from infra.local.ports import free_port, listen

JOBS = 500
SLOWER = 4
# A delay of a tenth of a second is felt as immediate (Miller 1968; Nielsen, Usability Engineering, 1993).
LONGEST_FRAME_MS = 100

_WATCH_FRAMES = """() => {
  window.frames_ = []; let last = performance.now(); window.watching = true;
  const tick = (now) => { frames_.push(now - last); last = now; if (watching) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
_SCROLL = """async () => {
  const step = innerHeight / 4;
  while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
    scrollBy(0, step);
    await new Promise((done) => requestAnimationFrame(done));
  }
}"""
_FRAMES = "() => { watching = false; return frames_.slice(1); }"


def main() -> int:
    """Print the report; 1 when the page stood still too long."""
    with open_lab() as lab, served(lab) as port, launched() as browser:
        Years({Status.UPLOADED: JOBS}).grow_to(JOBS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(f"localStorage.setItem('printlab.session', {json.dumps(session_of(lab))})")
        page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        rows = list(_measured(lab, page, f"http://127.0.0.1:{port}"))
    print(f"## The dashboard with {JOBS} jobs in a tab\n\n{machine()}, Chromium slowed {SLOWER} times.\n")
    print(table(["what", "took", "longest frame"], [(*row[:2], f"{row[2]:.0f} ms") for row in rows]))
    late = [what for what, _, longest in rows if what.startswith("*") and longest > LONGEST_FRAME_MS]
    print(f"\nMarked * must not hold the page up for more than {LONGEST_FRAME_MS} ms.")
    return 1 if late else 0


def _measured(lab: Lab, page: Page, origin: str) -> Iterator[tuple[str, str, float]]:
    progress("opening the dashboard")
    started = time.perf_counter()
    page.goto(f"{origin}/dashboard")
    page.wait_for_selector("article.card")
    yield "first 50 cards, from an empty cache", f"{1000 * (time.perf_counter() - started):.0f} ms", 0
    while page.locator("article.card").count() < JOBS:
        shown = page.locator("article.card").count()
        page.get_by_role("button", name="Show more").click()
        expect(page.locator("article.card")).not_to_have_count(shown, timeout=60_000)
    yield "* scroll through all cards", *_watched(page, lambda: page.evaluate(_SCROLL))
    page.evaluate("scrollTo(0, 0)")
    job = lab.call("GET", "/jobs?status=UPLOADED&limit=1")["jobs"][0]
    lab.call("POST", f"/jobs/{job['id']}/lock", {"staff_name": STAFF_NAME})

    def refresh() -> None:
        page.keyboard.press("u")
        expect(page.locator(".badges .badge-orange")).to_have_count(1, timeout=60_000)

    yield "* a refresh that brings one change", *_watched(page, refresh)
    calls = len(lab.functions.invocations)
    yield "expand all", *_watched(page, lambda: page.get_by_role("button", name="Expand all").click())
    page.wait_for_load_state("networkidle")
    yield "calls for it", str(len(lab.functions.invocations) - calls), 0
    yield "* scroll with all cards open", *_watched(page, lambda: page.evaluate(_SCROLL))


def _watched(page: Page, work: Any) -> tuple[str, float]:
    page.evaluate(_WATCH_FRAMES)
    started = time.perf_counter()
    work()
    took = time.perf_counter() - started
    frames = page.evaluate(_FRAMES)
    return f"{1000 * took:.0f} ms, {len(frames)} frames", max(frames, default=0.0)


def session_of(lab: Lab) -> str:
    """What the pages keep of a session, as they keep it."""
    me = lab.call("GET", "/auth/me")
    assert me["workstation"]["id"] == WORKSTATION
    return json.dumps({"token": lab.token, "workstation": me["workstation"], "expires_at": me["expires_at"]})


@contextmanager
def served(lab: Lab) -> Iterator[int]:
    """The lab's pages and API on a port."""
    server = Server(listen(free_port()))
    os.environ["PRINTLAB_FILES_URL"] = PREFIX  # pictures come from the pages' origin
    settings.cache_clear()
    server.start(product(lab.functions, os.environ["AWS_ENDPOINT_URL"], environment.BUCKET, None))
    try:
        yield server.port
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
