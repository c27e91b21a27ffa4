"""The whole job in a browser: a student on a phone submits, staff at a desk do the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from chalicelib.aws import jobs
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Action, Status
from infra import samples
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import steps
from tests.invariants import check

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

GEAR = "spur gear.stl"


def submit(page: Page) -> None:
    """Fill the form as a student would and send it."""
    page.get_by_label("Name", exact=True).fill("Zoë <b>Núñez</b>")
    page.get_by_label("E-mail").fill("zoe@example.edu")
    page.get_by_label("Discipline").select_option("Engineering")
    page.get_by_label("Class number").fill("ME 2733")
    page.get_by_label("Print method").select_option("Filament")
    page.get_by_label("Color preference").select_option("Blue")
    page.get_by_label("Printer", exact=True).select_option("prusa-mk4s")
    model = FilePayload(name=GEAR, mimeType="model/stl", buffer=samples.binary_stl(samples.spur_gear()))
    page.get_by_label("Model file").set_input_files(model)
    page.get_by_label(re.compile("minimum")).select_option(label="Yes")
    page.get_by_role("button", name="Submit for review").click()


def log_in(page: Page, workstation: str) -> None:
    """Log in at the dashboard."""
    page.get_by_label(re.compile("Workstation")).fill(workstation)
    page.get_by_label("Password").fill(steps.password_of(workstation))
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("tab", name=re.compile("Uploaded"))).to_be_visible()


def tab(page: Page, name: str) -> None:
    """Open one status and wait for its job."""
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()
    expect(page.locator("article.card")).to_have_count(1)


def act(page: Page, button: str) -> Locator:
    """Press a card's button and say who acts; answers the modal."""
    page.locator("article.card").get_by_role("button", name=re.compile(f"^{button}")).first.click()
    modal = page.get_by_role("dialog")
    modal.get_by_label("Performing action as").select_option(steps.SAM)
    return modal


def finish(modal: Locator) -> None:
    """Press the modal's main button and wait until it has closed."""
    modal.get_by_role("button").last.click()
    expect(modal).to_have_count(0)


def newest_link(mailbox: Mailbox, part: str) -> str:
    """The link that holds `part` in the newest mail."""
    links: list[str] = mailbox.mails()[0]["links"]
    return next(link for link in links if part in link)


def the_only_job() -> Job:
    """The one job there is, as its row says."""
    [seen] = [job for status in Status for job in jobs.in_status(status)]
    return jobs.get(seen.id)


def test_from_the_form_to_pick_up(visit: Visit, look: Look, mailbox: Mailbox, pump: Pump) -> None:
    phone = visit("/", phone=True)
    look(phone, "form-phone")
    submit(phone)
    phone.wait_for_url("**/submit/success**")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    look(phone, "submitted-phone")
    pump.step()

    desk = visit("/dashboard")
    look(desk, "login")
    log_in(desk, "front-desk")
    card = desk.locator("article.card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Zoë <b>Núñez</b>")  # shown, never run
    expect(card).to_contain_text("NEW")
    expect(card.locator("img")).to_have_js_property("complete", True)
    look(desk, "dashboard-uploaded")

    modal = act(desk, "Approve")
    modal.get_by_label(re.compile("Weight")).fill("45.25")
    modal.get_by_label(re.compile("Print time")).fill("2.1")
    expect(modal).to_contain_text("4.53")
    look(desk, "modal-approve")
    finish(modal)
    pump.step()

    link = newest_link(mailbox, "/confirm?")
    student = visit(link, phone=True)
    expect(student.get_by_role("button", name="Confirm for $4.53")).to_be_visible()
    look(student, "confirm-phone")
    student.get_by_role("button", name="Confirm for $4.53").click()
    expect(student.get_by_role("heading", level=1)).to_contain_text("in the queue")
    look(student, "confirmed-phone")

    tab(desk, "Ready to Print")
    finish(act(desk, "Start printing"))
    tab(desk, "Printing")
    modal = act(desk, "Failed")
    modal.get_by_label(re.compile("happened|Reason|wrong", re.IGNORECASE)).last.fill("Nozzle clogged")
    look(desk, "modal-failed")
    finish(modal)
    tab(desk, "Ready to Print")
    finish(act(desk, "Start printing"))
    tab(desk, "Printing")
    finish(act(desk, "Complete"))
    pump.step()
    assert "ready for pick-up" in mailbox.mails()[0]["subject"]

    tab(desk, "Completed")
    modal = act(desk, "Payment")
    modal.get_by_label(re.compile("Weight")).fill("44.1")
    modal.get_by_label("Transaction number").fill("TC-1")
    modal.get_by_role("button", name="The student").click()
    expect(modal).to_contain_text("4.41")
    look(desk, "modal-payment")
    finish(modal)
    tab(desk, "Paid & Picked Up")
    desk.get_by_role("button", name=re.compile("^Details")).click()
    expect(desk.locator("article.card")).to_contain_text("TC-1")
    look(desk, "dashboard-paid-details")

    track = visit(newest_link(mailbox, "/track?"), phone=True, dark=True)
    expect(track.get_by_role("main")).to_contain_text("Picked Up")
    look(track, "track-phone-dark")
    check()


def test_an_expired_link_offers_a_new_one(
    visit: Visit, look: Look, mailbox: Mailbox, pump: Pump, http: HttpClient
) -> None:
    visit_form = visit("/")
    submit(visit_form)
    visit_form.wait_for_url("**/submit/success**")
    job = the_only_job()
    steps.ok(
        steps.act(
            steps.at(http, "front-desk"),
            {"id": job.id, "short_id": job.short_id, "display_name": job.display_name},
            Action.APPROVE,
        )
    )
    past = datetime.now(UTC) - timedelta(hours=1)
    steps.rewrite(job.id, confirm_expires_at=past, confirmation_last_sent_at=past)
    pump.step()
    page = visit(newest_link(mailbox, "/confirm?"), phone=True)
    page.wait_for_url("**/confirm/expired**")
    look(page, "expired-phone")
    with page.expect_response("**/api/v1/submit/resend-confirmation") as answer:
        page.get_by_role("main").get_by_role("button").first.click()
    assert answer.value.status == 200
    pump.step()
    assert "new confirmation link" in mailbox.mails()[0]["subject"]
    fresh = visit(newest_link(mailbox, "/confirm?"))
    fresh.get_by_role("button", name=re.compile("^Confirm for")).click()
    expect(fresh.get_by_role("heading", level=1)).to_contain_text("in the queue")


def test_what_is_wrong_stands_beside_the_field(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True, dark=True)
    expect(page.get_by_label("Print method")).to_be_enabled()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(page.locator("#student_email-error")).not_to_be_empty()
    look(page, "form-errors-phone-dark")


def test_two_workstations_want_the_same_job(visit: Visit, look: Look) -> None:
    first = visit("/")
    submit(first)
    first.wait_for_url("**/submit/success**")
    here, there = visit("/dashboard"), visit("/dashboard", dark=True)
    log_in(here, "front-desk")
    log_in(there, "second-desk")
    expect(act(here, "Approve").get_by_label(re.compile("Weight"))).to_be_visible()
    there.locator("article.card").get_by_role("button", name=re.compile("^Reject")).first.click()
    modal = there.get_by_role("dialog")
    modal.get_by_label("Performing action as").select_option(steps.SAM)
    expect(modal).to_contain_text("has this job open on front-desk")
    look(there, "modal-locked-dark")
    here.keyboard.press("Escape")
    expect(here.get_by_role("dialog")).to_have_count(0)
    modal.get_by_role("button", name=re.compile("again", re.IGNORECASE)).click()
    expect(modal).to_contain_text("Why can this not be printed?")
    assert the_only_job().status is Status.UPLOADED
