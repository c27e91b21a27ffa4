"""The 3D view in a dialog, as any page opens it: on a file, or on a stored file by its signed address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from infra import samples
from infra.http_client import HttpClient
from tests import steps
from tests.browser.student import PATIENCE_MS, in_view

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

OPEN = """
async ({ name, url }) => {
  for (const sheet of ['dialog', 'viewer']) {
    const link = document.createElement('link');
    Object.assign(link, { rel: 'stylesheet', href: `/css/${sheet}.css` });
    document.head.append(link);
    await new Promise((loaded) => link.addEventListener('load', loaded));
  }
  const { openModelViewer } = await import('/js/views/model_dialog.js');
  const { getCatalog } = await import('/js/lib/student_api.js');
  const { printers } = await getCatalog();
  openModelViewer({ name, url: async () => url, printers, printer: 'prusa-xl', color: '#2f9e44' });
}
"""


def stored(http: HttpClient, name: str, content: bytes) -> str:
    """Submit a model; the signed address of its file."""
    job = steps.submit(http, content, filename=name)
    desk = steps.at(http, "front-desk")
    original = f"{job['display_name']}{name[name.rindex('.') :]}"
    url: str = steps.ok(desk.get(f"{steps.API}/jobs/{job['id']}/files/{original}"))["url"]
    return url


@pytest.mark.parametrize("dark", [False, True])
def test_a_stored_model_is_shown(visit: Visit, look: Look, http: HttpClient, dark: bool) -> None:
    url = stored(http, "vase.3mf", samples.sample_file("spur-gear", ".3mf"))
    page = visit("/track", phone=dark, dark=dark)
    page.evaluate(OPEN, {"name": "vase.3mf", "url": url})
    dialog = page.get_by_role("dialog", name="vase.3mf")
    expect(dialog).to_contain_text("Fits the Prusa XL", timeout=PATIENCE_MS)
    expect(dialog).to_contain_text("65 × 65 × 12 mm")
    in_view(dialog)
    look(page, f"model-dialog{'-dark-phone' if dark else ''}")
    dialog.get_by_label("On the plate of").select_option("formlabs-form-3")
    expect(dialog).to_contain_text("Fits the Formlabs Form 3")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_an_address_that_has_run_out_can_be_asked_for_again(
    visit: Visit, look: Look, http: HttpClient
) -> None:
    url = stored(http, "gear.stl", samples.sample_file("spur-gear", ".stl"))
    page = visit("/track")
    page.route("**/_files/**", lambda route: route.fulfill(status=403, body="expired"), times=1)
    page.evaluate(OPEN, {"name": "gear.stl", "url": url})
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("could not be loaded", timeout=PATIENCE_MS)
    look(page, "model-dialog-failed")
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog).to_contain_text("Fits the Prusa XL", timeout=PATIENCE_MS)
    in_view(dialog)
    dialog.get_by_role("button", name=re.compile("Close")).click()
    expect(dialog).to_have_count(0)
