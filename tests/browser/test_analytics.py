"""The analytics page: the figures of the lab, narrowed, drawn, told and taken away."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from tests import steps
from tests.browser.desks import HOSTILE, Look, Visit, at_desk, log_in


def card(page: Page, label: str) -> str:
    """The value of an overview card."""
    return page.locator(".figure-card", has_text=label).locator(".figure-value").inner_text()


@pytest.fixture
def busy_lab(http: HttpClient) -> None:
    """One job handed over and paid, one rejected, one new."""
    desk = steps.at(http, "front-desk")
    paid, rejected = steps.submit(http), steps.submit(http, discipline="Art")
    steps.submit(http, discipline="Art")
    steps.to_status(desk, paid, Status.COMPLETED)
    steps.ok(steps.lock(desk, paid))
    steps.ok(steps.act(desk, paid, Action.PAYMENT))
    steps.ok(steps.act(desk, rejected, Action.REJECT, reasons=["Walls or details are too thin to print"]))


def test_an_empty_lab_says_so(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/analytics", "front-desk", phone=True)
    expect(page.get_by_text("The figures begin with the first submission")).to_be_visible()
    expect(page.get_by_role("heading", name="The queue now")).to_be_visible()
    look(page, "analytics-empty-phone")


@pytest.mark.usefixtures("busy_lab")
def test_what_happened_stands_there(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/analytics", "front-desk")
    expect(page.locator("time-chart canvas")).to_have_count(4)
    shown = {label: card(page, label) for label in ("Submitted", "Rejected", "Picked up", "Revenue")}
    assert shown == {"Submitted": "3", "Rejected": "1", "Picked up": "1", "Revenue": "$4.45"}
    expect(page.locator("#jobs-by-day")).to_contain_text("3 submitted, 1 approved, 1 completed.")
    expect(page.locator("#rejections")).to_contain_text("Walls or details are too thin to print")
    expect(page.locator("#staff").get_by_role("row")).to_contain_text(["Name", steps.SAM])
    expect(page.locator("#students").get_by_role("row")).to_contain_text(["Student", "jane@example.edu"])
    look(page, "analytics")
    dark = at_desk(visit, "/analytics?days=7", "front-desk", phone=True, dark=True)
    expect(dark.locator("time-chart canvas")).to_have_count(4)
    look(dark, "analytics-phone-dark")


@pytest.mark.usefixtures("busy_lab")
def test_the_view_is_in_the_address(visit: Visit) -> None:
    page = at_desk(visit, "/analytics", "front-desk")
    page.get_by_label("Overview and trends of").select_option("Art")
    expect(page.get_by_role("heading", name="Overview: Art")).to_be_visible()
    expect(page.locator(".figure-card", has_text="Submitted").locator(".figure-value")).to_have_text("2")
    page.get_by_label("7 days").check()
    expect(page).to_have_url(re.compile(r"\?days=7&discipline=Art$"))
    page.reload()
    expect(page.locator(".figure-card", has_text="Submitted").locator(".figure-value")).to_have_text("2")
    expect(page.get_by_label("7 days")).to_be_checked()
    page.go_back()
    expect(page.get_by_label("30 days")).to_be_checked()


@pytest.mark.usefixtures("busy_lab")
def test_the_file_holds_what_is_shown(visit: Visit, tmp_path: Path) -> None:
    page = at_desk(visit, "/analytics?days=7", "front-desk")
    page.locator("#revenue").get_by_text("Show as a table").click()
    rows = page.locator("#revenue tbody tr")
    expect(rows).to_have_count(7)
    expect(rows.last).to_contain_text("$4.45")
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("^CSV.*Revenue by day")).click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    table = list(csv.reader(io.StringIO(saved.read_text("utf-8-sig"))))
    assert table[0] == ["Day", "Revenue (USD)", "Payments", "Average payment (USD)"]
    assert table[-1] == [rows.last.locator("th").inner_text(), "4.45", "1", "4.45"]
    assert len(table) == 8


@pytest.mark.usefixtures("busy_lab")
def test_charts_follow_the_color_scheme_and_the_width(visit: Visit) -> None:
    page = at_desk(visit, "/analytics", "front-desk")
    canvas = page.locator("#jobs-by-day canvas")
    wide = canvas.evaluate("canvas => canvas.clientWidth")
    light = canvas.evaluate("canvas => canvas.toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "light => document.querySelector('#jobs-by-day canvas').toDataURL() !== light", arg=light
    )
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function(
        "wide => document.querySelector('#jobs-by-day canvas').clientWidth < wide", arg=wide
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_a_connection_what_was_known_stays_until_it_is_back(visit: Visit, look: Look) -> None:
    page = at_desk(visit, "/analytics", "front-desk")
    expect(page.get_by_role("heading", name="The queue now")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Refresh now").click()
    expect(page.get_by_text("The figures could not be loaded")).to_be_visible()
    expect(page.get_by_role("heading", name="The queue now")).to_be_visible()  # what was known stays
    look(page, "analytics-offline")
    page.context.set_offline(False)
    expect(page.get_by_text("The figures could not be loaded")).to_have_count(0)


def test_hostile_names_are_shown_and_a_staff_session_has_no_admin_link(
    visit: Visit, http: HttpClient
) -> None:
    admin = steps.at(http, "admin-desk")
    steps.ok(admin.post(f"{steps.API}/staff", {"name": HOSTILE, "staff_name": steps.SAM}), 201)
    steps.ok(steps.act(steps.at(http, "front-desk"), steps.submit(http), Action.REJECT, staff_name=HOSTILE))
    page = at_desk(visit, "/analytics", "front-desk")
    expect(page.locator("#staff")).to_contain_text(HOSTILE)
    pages = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(pages).to_have_text(["Queue", "Analytics"])


def test_after_the_session_ends_the_page_goes_on(visit: Visit, http: HttpClient) -> None:
    page = at_desk(visit, "/analytics", "second-desk")
    expect(page.get_by_role("heading", name="The queue now")).to_be_visible()
    steps.ok(steps.login(http, "second-desk").post(f"{steps.API}/auth/logout"))
    page.get_by_label("90 days").check()
    expect(page.get_by_role("dialog", name="Please log in again")).to_be_visible()
    log_in(page, "second-desk")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_label("90 days")).to_be_checked()
    expect(page.get_by_text("The figures begin with the first submission")).to_be_visible()
