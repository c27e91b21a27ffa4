"""The way of the file to the lab, and what happens on bad days."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect

from chalicelib.aws import jobs
from chalicelib.aws.tables import Job, Upload
from chalicelib.domain.lifecycle import Status
from infra import samples
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import steps
from tests.browser.student import PATIENCE_MS, arrive, fill, pick, send, stl

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

STORE = "**/_files/**"
COMPLETE = "**/api/v1/submit/uploads/*/complete"
NO_CONNECTION = "internetdisconnected"


def all_jobs() -> list[Job]:
    """Every job there is."""
    return [job for status in Status for job in jobs.in_status(status)]


def test_a_lost_connection_is_waited_for(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True)
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.route(STORE, lambda route: route.abort(NO_CONNECTION))
    send(page)
    waiting = page.get_by_text("The connection is lost")
    expect(waiting).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("goes on by itself")).to_be_visible()
    look(page, "upload-waiting-phone")
    page.unroute(STORE)
    page.evaluate("dispatchEvent(new Event('online'))")
    arrive(page)
    assert len(all_jobs()) == 1


def test_it_goes_on_when_the_browser_is_online_again(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    page.context.set_offline(False)
    arrive(page)


def test_the_student_may_try_at_once_or_give_up(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    tries: list[Route] = []

    def refuse(route: Route) -> None:
        tries.append(route)
        route.abort(NO_CONNECTION)

    page.route(STORE, refuse)
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    with page.expect_request(STORE):
        page.get_by_role("button", name="Try now").click()
    assert len(tries) >= 2
    expect(page.get_by_text("The connection is lost")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was submitted")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_enabled()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Zoë Núñez")


def test_a_lost_answer_finds_the_job_that_was_made(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    lost: list[int] = []

    def lose_the_answer(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    page.route(COMPLETE, lose_the_answer, times=1)
    send(page)
    arrive(page)
    assert lost == [201]
    assert len(all_jobs()) == 1


def test_a_lost_answer_is_found_even_after_a_reload(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route(COMPLETE, lose_the_answer)
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    page.unroute(COMPLETE)
    page.on("dialog", lambda dialog: dialog.accept())  # "leave this page?"
    page.reload()
    expect(page.get_by_text("Your upload was interrupted")).to_be_visible(timeout=PATIENCE_MS)
    send(page)
    arrive(page)
    assert len(all_jobs()) == 1


def test_a_ticket_that_has_run_out_is_replaced(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.route(STORE, lambda route: route.fulfill(status=403, body="Policy expired"), times=1)
    announced: list[Request] = []
    page.on(
        "request",
        lambda request: announced.append(request) if request.url.endswith("/submit/uploads") else None,
    )
    send(page)
    arrive(page)
    assert len(announced) == 2
    assert len(all_jobs()) == 1


def test_a_reload_keeps_what_was_typed_and_picked(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True)
    fill(page)
    panel = pick(page, stl("gear.stl", samples.spur_gear()))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page.reload()
    expect(panel).to_contain_text("Fits the Prusa MK4S", timeout=PATIENCE_MS)
    for label, value in {
        "E-mail": "zoe@example.edu",
        "Color preference": "Blue",
        "Print method": "Filament",
    }.items():
        expect(page.get_by_label(label)).to_have_value(value)
    expect(page.get_by_text("gear.stl").first).to_be_visible()
    look(page, "form-after-reload-phone")
    send(page)
    arrive(page)
    page.goto("/")
    expect(page.get_by_label("Print method")).to_be_enabled()
    expect(page.get_by_label("E-mail")).to_have_value("")
    expect(page.get_by_text("Choose a file")).to_be_visible()


def test_another_tab_does_not_see_the_file(visit: Visit) -> None:
    page = visit("/")
    pick(page, stl("secret.stl", samples.spur_gear()))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    other = page.context.new_page()
    other.goto("/")
    expect(other.get_by_label("Print method")).to_be_enabled()
    expect(other.get_by_text("Choose a file")).to_be_visible()


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
def test_names_of_any_kind(visit: Visit, look: Look, mailbox: Mailbox, pump: Pump, kind: str) -> None:
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
    for text in ("Zoë Núñez", "zoe@example.edu", "Eng", "ME 2733", "Fil", "Bl"):
        keys.type(text)
        keys.press("Tab")
    keys.type("Prusa M")
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


def test_abandoned_uploads_are_no_jobs(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.route(STORE, lambda route: route.abort(NO_CONNECTION))
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    assert all_jobs() == []
    assert len(list(Upload.scan())) == 1
