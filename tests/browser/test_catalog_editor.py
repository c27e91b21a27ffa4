"""The catalog editor: what is wrong is said where it is, and what is saved is on the form at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import documents
from infra.http_client import HttpClient
from tests import steps
from tests.browser.desks import HOSTILE, Look, Visit, at_desk, form, send
from tests.steps import API, SAM


@pytest.fixture
def admin(http: HttpClient) -> HttpClient:
    """Another administrator, at the same kind of desk."""
    return steps.at(http, "admin-desk")


@pytest.fixture
def printers(visit: Visit) -> Callable[..., Page]:
    """The catalog editor."""
    return lambda **how: at_desk(visit, "/admin?section=catalog", **how)


def test_a_new_printer_is_on_the_form_at_once(
    visit: Visit, printers: Callable[..., Page], look: Look
) -> None:
    page = printers()
    page.get_by_role("button", name="Add a printer").click()
    page.get_by_role("button", name="Save…").click()
    row = page.locator(".catalog-row").last
    expect(row).to_contain_text("2 to 100 characters.")
    expect(row).to_contain_text("Three sizes in mm")
    expect(row.get_by_label("Name")).to_be_focused()
    look(page, "admin-catalog-wrong")
    row.get_by_label("Name").fill("Prusa XL")
    expect(row).to_contain_text("This stands in the list twice.")
    expect(row.get_by_role("button", name="Remove Prusa XL")).to_be_visible()
    row.get_by_label("Name").fill("Bambu X1")
    for side, size in (("Width", "256"), ("Depth", "256"), ("Height", "256.5")):
        row.get_by_label(f"{side} in mm").fill(size)
    page.get_by_role("group", name="Prusa XL").get_by_label("Offered").uncheck()
    offer = page.get_by_role("region", name="What the form will offer")
    expect(offer).to_contain_text("Prusa MK4S, Raise3D Pro 2 Plus, Bambu X1")
    dialog = form(page, "Save…")
    expect(dialog).to_contain_text("Printer Bambu X1: added")
    expect(dialog).to_contain_text("Printer Prusa XL: offered yes → no")
    look(page, "admin-catalog-review")
    send(dialog)
    student = visit("/")
    student.get_by_label("Print method").select_option("Filament")
    options = student.get_by_label("Printer", exact=True).locator("option")
    expect(options).to_contain_text(["Prusa MK4S", "Raise3D Pro 2 Plus", "Bambu X1"])
    assert documents.catalog().printer("bambu-x1") is not None


def test_materials_and_methods(printers: Callable[..., Page], look: Look) -> None:
    page = printers(phone=True, dark=True)
    page.get_by_role("button", name="Materials and colors").click()
    page.get_by_label("Colors").first.fill("Black\nblack")
    page.get_by_label("Price per gram (cents)").first.fill("12.345")
    page.get_by_role("button", name="Methods").click()
    page.get_by_role("button", name="Save…").click()
    expect(page.get_by_text("“black” stands there twice.")).to_be_visible()  # its part is opened
    expect(page.get_by_text("Cents above 0, with at most two decimals")).to_be_visible()
    look(page, "admin-catalog-materials-phone-dark")
    page.get_by_label("Colors").first.fill(f"Black\n{HOSTILE}")
    page.get_by_label("Price per gram (cents)").first.fill("12.5")
    page.get_by_label("Density").first.fill("1.3")
    page.get_by_role("button", name="Methods").click()
    page.get_by_label("Description").first.fill("Good and fast.")
    send(form(page, "Save…"))
    stored = documents.catalog()
    assert stored.materials[0].colors == ("Black", HOSTILE)
    assert str(stored.materials[0].price_per_gram_cents) == "12.5"
    assert str(stored.materials[0].density_g_cm3) == "1.3"
    assert stored.methods[0].description == "Good and fast."


def test_nobody_can_close_the_form_by_mistake(printers: Callable[..., Page]) -> None:
    page = printers()
    expect(page.get_by_label("Offered")).to_have_count(4)
    for offered in page.get_by_label("Offered").all():
        offered.uncheck()
    page.get_by_role("button", name="Save…").click()
    expect(page.get_by_role("alert")).to_contain_text("nobody could submit")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_who_edit_the_catalog_lose_nothing(
    printers: Callable[..., Page], admin: HttpClient, look: Look
) -> None:
    page = printers()
    page.get_by_role("group", name="Prusa MK4S").get_by_label("Name").fill("Prusa MK4S left")
    now = steps.ok(admin.get(f"{API}/catalog"))
    update = {part: now[part] for part in ("methods", "printers", "materials")} | {"staff_name": SAM}
    update["printers"][0]["build_volume_mm"] = [250, 210, 200]
    update["printers"][1]["active"] = False
    other = admin.with_headers(**{"If-Match": f'"{now["version"]}"'})
    steps.ok(other.put(f"{API}/catalog", update))
    form(page, "Save…").get_by_role("button", name="Save catalog").click()
    notice = page.get_by_role("alert").filter(has_text="in the meantime")
    expect(notice).to_contain_text("Printer Prusa XL: offered yes → no")
    expect(page.get_by_label("Height in mm").first).to_have_value("200")
    look(page, "admin-catalog-conflict")
    send(form(page, "Save…"))
    first, second = documents.catalog().printers[:2]
    assert (first.name, first.build_volume_mm[2], second.active) == ("Prusa MK4S left", 200, False)
