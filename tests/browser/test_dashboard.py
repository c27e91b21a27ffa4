"""The dashboard as staff use it all day: news, keyboard, filters, files, and a session that ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import events
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Status
from infra import samples
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import steps
from tests.browser.people import act, finish, log_in
from tests.steps import API

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

COUNT_TONES = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""


def cards(page: Page, count: int) -> None:
    """Wait until so many cards are shown."""
    expect(page.locator("article.card")).to_have_count(count)


@pytest.mark.parametrize("sound", [True, False])
def test_a_new_submission_is_seen_and_heard_on_every_tab(sound: bool, visit: Visit, http: HttpClient) -> None:
    steps.configure(sound_enabled=sound)
    steps.submit(http)
    page = visit("/dashboard?status=COMPLETED", script=COUNT_TONES)
    log_in(page, "front-desk")
    uploaded = page.get_by_role("tab", name="Uploaded, 1 job")
    expect(uploaded).to_be_visible()
    assert page.evaluate("window.tones") == 0  # what is there already is not new
    steps.submit(http, student_name="Ada Lovelace")
    page.keyboard.press("u")
    expect(page.get_by_text("New: Ada Lovelace")).to_be_visible()
    expect(page.get_by_role("tab", name="Uploaded, 2 jobs")).to_be_visible()
    assert page.evaluate("window.tones > 0") is sound


def test_the_list_refreshes_by_itself_but_not_under_the_pointer(visit: Visit, http: HttpClient) -> None:
    steps.submit(http, student_name="First Student")
    page = visit("/dashboard", clock=True)
    log_in(page, "front-desk")
    cards(page, 1)
    steps.submit(http, student_name="Second Student")
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))
    answered: list[str] = []
    page.on("requestfinished", lambda request: answered.append(request.url))
    steps_after_answer = 0
    while steps_after_answer < 6:  # three seconds in which the hand does not rest
        page.mouse.move(300 + len(answered) + steps_after_answer % 2, 300)
        page.clock.run_for(500)
        cards(page, 1)
        steps_after_answer += any("/jobs/counts" in url for url in answered)
    for _ in range(20):
        page.clock.run_for(1_000)
        if page.locator("article.card").count() == 2:
            break
    cards(page, 2)


def test_the_queue_by_keyboard_alone(visit: Visit, look: Look, http: HttpClient) -> None:
    for name in ("Ada", "Berta", "Cleo"):
        steps.submit(http, student_name=f"{name} Student")
    page = visit("/dashboard")
    log_in(page, "front-desk")
    cards(page, 3)
    press = page.keyboard.press

    page.locator("body").click(position={"x": 5, "y": 400})
    press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("student")
    page.wait_for_url("**search=student**")
    press("Enter")
    focused = page.locator("article.card:focus")
    expect(focused).to_contain_text("Cleo Student")
    press("ArrowRight")
    expect(focused).to_contain_text("Berta Student")
    press("End")
    expect(focused).to_contain_text("Ada Student")
    press("Enter")
    expect(focused.get_by_role("button", name=re.compile("^Details"))).to_have_attribute(
        "aria-expanded", "true"
    )
    expect(focused.get_by_role("heading", name="History")).to_be_visible()

    press("n")
    modal = page.get_by_role("dialog")
    modal.get_by_label("Performing action as").select_option(steps.SAM)
    modal.get_by_label("Note for the staff").fill("Asked for a bigger brim")
    look(page, "modal-note")
    press("Tab")
    press("Tab")
    press("Enter")
    expect(modal).to_have_count(0)
    expect(page.locator("article.card", has_text="Ada Student")).to_contain_text("1 note")

    press("2")
    page.wait_for_url("**status=PENDING**")
    press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    look(page, "modal-keyboard")
    page.get_by_role("checkbox", name=re.compile("single letters")).uncheck()
    press("Escape")
    press("1")
    page.wait_for_url("**status=PENDING**")
    page.get_by_role("tab", name=re.compile("Uploaded")).click()
    cards(page, 3)


def test_filters_stand_in_the_address(visit: Visit, http: HttpClient) -> None:
    old = steps.submit(http, student_name="Long Ago")
    steps.submit(http, student_name="Just Now", discipline="Engineering")
    today = datetime.now(UTC)
    steps.rewrite(old["id"], created_at=today - timedelta(days=10))
    page = visit("/dashboard")
    log_in(page, "front-desk")
    cards(page, 2)
    page.get_by_label("Submitted from").fill((today - timedelta(days=1)).date().isoformat())
    cards(page, 1)
    expect(page.locator("article.card")).to_contain_text("Just Now")
    page.get_by_label("Discipline").select_option("Art")
    expect(page.get_by_text("No job in Uploaded matches.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No job in Uploaded matches.")).to_be_visible()
    expect(page.get_by_label("Discipline")).to_have_value("Art")
    page.get_by_role("button", name="Clear filters").first.click()
    cards(page, 2)
    assert "from=" not in page.url
    page.get_by_role("tab", name=re.compile("^Printing")).click()
    page.get_by_label("Search").fill("Long Ago")
    page.get_by_role("button", name="1 match in Uploaded").click()
    cards(page, 1)


def test_a_file_is_opened_from_the_workstations_own_share(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    page = visit("/dashboard", clipboard=True)
    log_in(page, "front-desk")
    page.get_by_role("button", name=re.compile("^Details")).click()
    modal = act(page, "Open file")
    path = f"Z:\\PrintLab\\Uploaded\\{job['display_name']}.stl"
    expect(modal.get_by_label("On the lab share")).to_have_value(path)
    look(page, "modal-open-file")
    modal.get_by_role("button", name="Copy path").click()
    expect(page.get_by_text("Path copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == path
    finish(modal)
    expect(page.get_by_text("goes to the slicer")).to_be_visible()
    opened = [
        event
        for event in events.of_job(job["id"])
        if event.event_type == EventType.FILE_OPENED_IN_SLICER.value
    ]
    assert [event.triggered_by for event in opened] == [steps.SAM]
    expect(page.locator(".history")).to_contain_text("File opened in slicer")


def test_a_model_is_looked_at_in_3d(visit: Visit, look: Look, http: HttpClient) -> None:
    steps.submit(http, samples.binary_stl(samples.spur_gear()), color="True Red")
    page = visit("/dashboard")
    log_in(page, "front-desk")
    cards(page, 1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("v")
    viewer = page.get_by_role("dialog")
    expect(viewer).to_contain_text("Fits")
    expect(viewer.locator("canvas")).to_be_visible()
    look(page, "modal-model")


def test_a_lock_elsewhere_shows_and_goes(visit: Visit, http: HttpClient) -> None:
    job = steps.submit(http)
    page = visit("/dashboard")
    log_in(page, "front-desk")
    cards(page, 1)
    there = steps.at(http, "second-desk")
    steps.ok(steps.lock(there, job))
    page.keyboard.press("u")
    expect(page.locator("article.card")).to_contain_text(f"{steps.SAM} has it open on Second Desk")
    steps.ok(there.post(f"{API}/jobs/{job['id']}/unlock", {}))
    page.keyboard.press("u")
    expect(page.locator("article.card")).not_to_contain_text("has it open on")


def test_a_session_that_ends_in_the_middle_loses_nothing(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    page = visit("/dashboard")
    log_in(page, "front-desk")
    modal = act(page, "Reject")
    modal.get_by_label(re.compile("too thin")).check()
    modal.get_by_label("In your own words").fill("Please thicken to 2 mm")
    steps.ok(steps.login(http, "front-desk").post(f"{API}/auth/logout", {}))
    modal.get_by_role("button").last.click()
    again = page.get_by_role("dialog", name="Please log in again")
    expect(again).to_be_visible()
    look(page, "login-again")
    again.get_by_label("Password").fill(steps.password_of("front-desk"))
    again.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    shown = steps.show(steps.login(http, "front-desk"), job)
    assert (shown["status"], shown["custom_reason"]) == ("REJECTED", "Please thicken to 2 mm")


def test_a_revert_is_offered_only_inside_its_window(visit: Visit, http: HttpClient) -> None:
    job = steps.submit(http)
    steps.to_status(steps.at(http, "front-desk"), job, Status.COMPLETED)
    page = visit("/dashboard?status=COMPLETED", clock=True)
    log_in(page, "front-desk")
    revert = page.get_by_role("button", name=re.compile("^Revert completion"))
    expect(revert).to_be_visible()
    # Without answers the page knows no other time than its own.
    page.route("**/api/v1/**", lambda route: route.abort())
    page.clock.run_for(61 * 60_000)
    expect(revert).to_have_count(0)


def test_hostile_and_long_texts_stay_texts(visit: Visit, look: Look, http: HttpClient, pump: Pump) -> None:
    for name in ("<script>alert(1)</script>", 'مرحبا 🤖🖨️ " onload=x', "W" * 100, "日本 太郎"):
        steps.submit(http, student_name=name, class_number="<img src=x onerror=alert(1)>")
    pump.step()
    page = visit("/dashboard", phone=True)
    log_in(page, "front-desk")
    cards(page, 4)
    page.get_by_role("button", name="Expand all").click()
    expect(page.get_by_role("heading", name="History")).to_have_count(4)
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    look(page, "dashboard-hostile-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_diagnostics_hold_nothing_about_students(visit: Visit, look: Look, http: HttpClient) -> None:
    steps.submit(http, student_name="Secret Name")
    page = visit("/dashboard?status=UPLOADED&search=Secret")
    log_in(page, "front-desk")
    cards(page, 1)
    page.get_by_role("button", name="Diagnostics").click()
    report = page.get_by_label("Report")
    expect(report).to_contain_text(re.compile(r"Components: .*ok"))
    expect(report).to_contain_text("GET /api/v1/jobs 200")
    assert "secret" not in report.inner_text().lower()
    look(page, "modal-diagnostics")
