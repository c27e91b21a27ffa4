"""The contract as a page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import SHOTS


def test_the_contract_is_shown_from_our_own_origin(visit: Callable[..., Page]) -> None:
    page = visit("/docs")
    approve = page.locator("#operations-actions-approve_job")
    expect(approve).to_be_visible()
    approve.click()
    expect(page.get_by_text("authoritative_filename").first).to_be_visible()
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / "docs.png")
