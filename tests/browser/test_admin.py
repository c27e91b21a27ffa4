"""The administration: who may see it, and what is set there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import directory, documents
from infra.http_client import HttpClient
from tests import steps
from tests.browser.desks import HOSTILE, Look, Visit, acting, at_desk, form, log_in, send
from tests.steps import API, SAM

SECTIONS = {
    "settings": "Settings",
    "staff": "Staff",
    "workstations": "Workstations",
    "catalog": "Catalog",
    "overrides": "Overrides",
    "retention": "Archive and prune",
    "audit": "Audit",
    "mail": "Mail",
    "payments": "Payments",
    "health": "System health",
}


@pytest.fixture
def admin(http: HttpClient) -> HttpClient:
    """Another administrator, at the same kind of desk."""
    return steps.at(http, "admin-desk")


def toast(page: Page, text: str) -> None:
    """What was done is said."""
    expect(page.locator("#toasts")).to_contain_text(text)


# --- the page ---------------------------------------------------------------------------


def test_staff_are_told_that_it_is_not_for_them(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/admin?section=staff", "front-desk")
    expect(page.get_by_role("heading", name="For administrators")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="Admin")).to_have_count(0)
    look(page, "admin-closed")
    page.get_by_role("link", name="To the queue").click()
    expect(page).to_have_url(re.compile("/dashboard$"))


def test_every_section_has_an_address(visit: Visit, look: Look) -> None:
    for phone, dark in ((False, False), (True, True)):
        page = at_desk(visit, "/admin?section=settings", phone=phone, dark=dark)
        for section, label in SECTIONS.items():
            page.get_by_role("navigation", name="Administration").get_by_role("link", name=label).click()
            expect(page.get_by_role("heading", level=1)).to_have_text(label)
            expect(page).to_have_url(re.compile(f"section={section}$"))
            expect(page.locator("[aria-busy=true]")).to_have_count(0)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), section
            look(page, f"admin-{section}{'-phone-dark' if phone else ''}")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("System health")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Payments")


def test_the_keyboard_leads_past_the_navigation(visit: Visit) -> None:
    page = at_desk(visit, "/admin?section=staff")
    page.reload()
    expect(page.get_by_role("heading", name="3 active names")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the section")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add a name…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("Performing action as")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Add a name…")).to_be_focused()


# --- settings -----------------------------------------------------------------------------


def test_settings_are_checked_reviewed_and_saved(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/admin?section=settings")
    charge = page.get_by_label("Minimum charge")
    charge.fill("-1")
    expect(page.locator("#setting-minimum_charge_cents-error")).to_have_text(
        "An amount from $0.00 to $1,000.00."
    )
    page.get_by_role("button", name="Save…").click()
    expect(charge).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    look(page, "admin-settings-wrong")
    charge.fill("4.50")
    page.get_by_label("Banner").fill(HOSTILE)
    expect(page.get_by_text("2 changes not saved yet")).to_be_visible()
    dialog = form(page, "Save…")
    expect(dialog).to_contain_text("$3.00 → $4.50")
    look(page, "admin-settings-review")
    send(dialog)
    toast(page, "The settings are saved.")
    expect(page.locator(".environment")).to_have_text(HOSTILE)
    stored = documents.lab_settings()
    assert (stored.minimum_charge_cents, stored.environment_banner) == (450, HOSTILE)


def test_a_network_that_is_none_is_named_beside_its_field(visit: Visit) -> None:
    page = at_desk(visit, "/admin?section=settings")
    networks = page.get_by_label("Campus networks")
    networks.fill("130.39.0.0/16\nthe library")
    form(page, "Save…").get_by_role("button", name="Save settings").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#setting-campus_networks-error")).not_to_be_empty()
    expect(networks).to_be_focused()
    expect(networks).to_have_value("130.39.0.0/16\nthe library")


def test_two_who_change_the_settings_lose_nothing(visit: Visit, admin: HttpClient, look: Look) -> None:
    page = at_desk(visit, "/admin?section=settings")
    page.get_by_label("Minimum charge").fill("5")
    page.get_by_label("Workstations stay logged in for").fill("10")
    change = {"staff_name": SAM, "minimum_charge_cents": 600, "new_staff_days": 3}
    steps.ok(admin.post(f"{API}/admin/settings", change))
    form(page, "Save…").get_by_role("button", name="Save settings").click()
    notice = page.get_by_role("alert").filter(has_text="in the meantime")
    expect(notice).to_contain_text("Minimum charge: now $6.00. You have typed something else")
    expect(notice).to_contain_text("New staff names are highlighted for: now 3 days")
    expect(page.get_by_label("Minimum charge")).to_have_value("5")
    expect(page.get_by_label("New staff names are highlighted for")).to_have_value("3")
    look(page, "admin-settings-conflict")
    send(form(page, "Save…"))
    stored = documents.lab_settings()
    assert (stored.minimum_charge_cents, stored.session_hours, stored.new_staff_days) == (500, 10, 3)


def test_a_session_that_ends_in_the_middle_loses_no_entry(visit: Visit, http: HttpClient, look: Look) -> None:
    page = at_desk(visit, "/admin?section=settings")
    page.get_by_label("Minimum charge").fill("7.25")
    steps.ok(steps.login(http, "admin-desk").post(f"{API}/auth/logout"))
    dialog = form(page, "Save…")
    dialog.get_by_role("button", name="Save settings").click()
    again = page.get_by_role("dialog", name="Please log in again")
    expect(again).to_be_visible()
    look(page, "admin-log-in-again")
    log_in(page, "admin-desk")
    expect(page.get_by_role("dialog")).to_have_count(0)
    toast(page, "The settings are saved.")
    assert documents.lab_settings().minimum_charge_cents == 725


def test_what_is_not_saved_stays_while_one_looks_elsewhere(visit: Visit) -> None:
    page = at_desk(visit, "/admin?section=settings")
    page.get_by_label("Banner").fill("Friday only")
    pages = page.get_by_role("navigation", name="Administration")
    pages.get_by_role("link", name="Staff").click()
    expect(page.get_by_role("heading", name="3 active names")).to_be_visible()
    pages.get_by_role("link", name=re.compile("^Settings.*not saved yet")).click()
    expect(page.get_by_label("Banner")).to_have_value("Friday only")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("Banner")).to_have_value("")


# --- staff --------------------------------------------------------------------------------


def test_names_come_and_go_and_come_back(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/admin?section=staff")
    dialog = form(page, "Add a name…")
    dialog.get_by_label("New name").fill("sam ortiz")
    dialog.get_by_role("button", name="Add name").click()
    expect(dialog).to_contain_text("is on the staff list already")
    look(page, "admin-staff-duplicate")
    dialog.get_by_label("New name").fill(HOSTILE)
    send(dialog)
    row = page.get_by_role("listitem").filter(has_text=HOSTILE)
    expect(row).to_contain_text("new")
    row.get_by_role("button").click()
    dialog = acting(page, HOSTILE)  # can act at once
    look(page, "admin-staff-deactivate")
    send(dialog)
    expect(page.get_by_role("heading", name="2 inactive names")).to_be_visible()
    send(form(page, f"Reactivate {HOSTILE}…"))
    expect(page.get_by_role("heading", name="4 active names")).to_be_visible()
    assert next(m for m in directory.all_staff() if m.name == HOSTILE).is_active


def test_without_an_answer_the_name_stays_and_is_added_once(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/admin?section=staff")
    dialog = form(page, "Add a name…")
    dialog.get_by_label("New name").fill("Noor Aziz")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Add name").click()
    expect(dialog).to_contain_text("No answer from the server")
    expect(dialog.get_by_label("New name")).to_have_value("Noor Aziz")
    look(page, "admin-staff-offline")
    page.context.set_offline(False)
    send(dialog)
    expect(page.get_by_role("listitem").filter(has_text="Noor Aziz")).to_have_count(1)


# --- workstations --------------------------------------------------------------------------


def test_a_workstation_is_added_and_its_password_works(visit: Visit, http: HttpClient, look: Look) -> None:
    page = at_desk(visit, "/admin?section=workstations")
    dialog = form(page, "Add a workstation…")
    dialog.get_by_label("Name", exact=True).fill("Scanner PC")
    dialog.get_by_label("Log-in").fill("Scanner PC")
    expect(dialog).to_contain_text("Still needed: log-in")
    dialog.get_by_label("Log-in").fill("scanner-pc")
    dialog.get_by_label("Password").fill("short")
    expect(dialog).to_contain_text("Too short")
    dialog.get_by_role("button", name="Make one").click()
    expect(dialog).to_contain_text("Strong")
    password = dialog.get_by_label("Password").input_value()
    look(page, "admin-workstation-new")
    send(dialog)
    expect(page.get_by_role("listitem").filter(has_text="scanner-pc")).to_be_visible()
    steps.ok(http.post(f"{API}/auth/login", {"workstation_id": "scanner-pc", "password": password}))


def test_disabling_a_workstation_ends_its_session_at_once(visit: Visit, http: HttpClient, look: Look) -> None:
    desk = steps.login(http, "second-desk")
    page = at_desk(visit, "/admin?section=workstations")
    dialog = form(page, "Disable Second Desk…")
    expect(dialog).to_contain_text("Second Desk is logged out at once")
    look(page, "admin-workstation-disable")
    send(dialog)
    expect(page.get_by_role("listitem").filter(has_text="Second Desk")).to_contain_text("disabled")
    steps.refused(desk.get(f"{API}/auth/me"), 401)
    send(form(page, "Enable Second Desk…"))
    steps.ok(steps.login(http, "second-desk").get(f"{API}/auth/me"))


def test_editing_a_workstation_leaves_its_session_unless_the_role_changes(
    visit: Visit, http: HttpClient
) -> None:
    desk = steps.login(http, "second-desk")
    page = at_desk(visit, "/admin?section=workstations")
    dialog = form(page, "Edit Second Desk…")
    dialog.get_by_label("Name", exact=True).fill("Back room")
    send(dialog)
    assert steps.ok(desk.get(f"{API}/auth/me"))["workstation"]["display_name"] == "Back room"
    dialog = form(page, "Edit Back room…")
    dialog.get_by_label("Role").select_option("Sync agent")
    expect(dialog).to_contain_text("logs the workstation out at once")
    send(dialog)
    steps.refused(desk.get(f"{API}/auth/me"), 401)


def test_the_last_administrator_cannot_be_locked_out(visit: Visit) -> None:
    page = at_desk(visit, "/admin?section=workstations")
    dialog = form(page, "Disable Admin Desk…")
    expect(dialog).to_contain_text("This is the workstation that you sit at")
    dialog.get_by_role("button", name="Disable").click()
    expect(dialog).to_contain_text("make another one first")
