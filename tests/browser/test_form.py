"""Sending the form: by keyboard, under any name, twice, too often."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import jobs
from infra import samples
from tests import steps
from tests.browser.student import PATIENCE_MS, all_jobs, arrive, fill, pick, send, stl

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]


def test_the_same_file_twice_is_explained(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True)
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    send(page)
    arrive(page)
    page.goto("/")
    fill(page)
    pick(page, stl("renamed.stl", samples.spur_gear()))
    send(page)
    expect(page.get_by_text("You have already submitted this file")).to_be_visible(timeout=PATIENCE_MS)
    look(page, "form-duplicate-phone")
    assert len(all_jobs()) == 1


def test_too_many_submissions_say_when_to_come_back(visit: Visit, look: Look) -> None:
    steps.configure(submissions_per_hour=1, catalog_requests_per_minute=10_000)
    page = visit("/", dark=True)
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    send(page)
    arrive(page)
    page.goto("/")
    fill(page)
    pick(page, stl("vase.stl", samples.phone_stand()))
    send(page)
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("Too many submissions from this network", timeout=PATIENCE_MS)
    expect(notice).to_contain_text(re.compile(r"Try again at \d+:\d\d [AP]M"))
    expect(page.get_by_label("E-mail")).to_have_value("zoe@example.edu")
    look(page, "form-rate-limit-dark")


NAMES = {
    "script": ("<script>alert(1)</script> & <b>bold</b>", "<img src=x onerror=alert(1)>.stl"),
    "rtl": ("עברית العربية", "دستگاه چاپ.stl"),
    "emoji": ("🦊 Zoë 👩‍🔧", "дракон 🐉.stl"),
    "long": ("Ñ" * 100, "n" * 96 + ".stl"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_names_of_any_kind(visit: Visit, look: Look, kind: str) -> None:
    name, file = NAMES[kind]
    page = visit("/", phone=True)
    fill(page, name)
    pick(page, stl(file, samples.spur_gear()))
    look(page, f"form-name-{kind}-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    send(page)
    page.wait_for_url("**/submit/success**", timeout=PATIENCE_MS)
    look(page, f"submitted-name-{kind}-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    [job] = all_jobs()
    assert jobs.get(job.id).student_name == name


def test_a_name_that_the_lab_refuses_stands_at_the_file(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("\u202egpj.model.stl", samples.spur_gear()))  # reads as another ending
    send(page)
    expect(page.locator("#file-error")).not_to_be_empty(timeout=PATIENCE_MS)
    expect(page.get_by_label("Model file")).to_be_focused()


def test_everything_works_by_keyboard(visit: Visit) -> None:
    page = visit("/")
    expect(page.get_by_label("Print method")).to_be_enabled()
    page.get_by_label("Model file").set_input_files(stl("gear.stl", samples.spur_gear()))
    keys = page.keyboard
    page.get_by_label("Name", exact=True).focus()
    for text in ("Zoë Núñez", "zoe@example.edu", "E", "ME 2733", "F", "B"):
        keys.type(text)
        keys.press("Tab")
    keys.press("ArrowDown")
    expect(page.get_by_label("Printer", exact=True)).to_have_value("prusa-mk4s")
    for _ in range(12):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "acknowledged_minimum_charge":
            break
    keys.type("Y")
    keys.press("Tab")
    expect(page.get_by_role("button", name="Submit for review")).to_be_focused()
    keys.press("Enter")
    arrive(page)


def test_the_minimum_charge_is_the_labs_own_and_another_amount_is_agreed_to_anew(
    visit: Visit, look: Look
) -> None:
    page = visit("/", clock=True)
    fill(page)
    consent = page.get_by_label(re.compile(r"minimum \$3\.00 charge"))
    expect(consent).to_have_value("yes")
    steps.configure(minimum_charge_cents=450, catalog_requests_per_minute=10_000)
    page.clock.fast_forward("10:00")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    dearer = page.get_by_label(re.compile(r"minimum \$4\.50 charge"))
    expect(dearer).to_have_value("")
    look(page, "form-minimum-charge")
