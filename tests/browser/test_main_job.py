"""The whole job in a browser: a student on a phone submits, staff at a desk do the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from chalicelib.aws import jobs
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import steps
from tests.browser.people import act, finish, log_in, submit, tab
from tests.invariants import check

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]


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
    expect(card.locator(".badges")).to_have_text("Failed once")
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
    expect(card).to_contain_text("TC-1")
    expect(card.locator(".card-facts")).to_contain_text("Paid $4.41")
    expect(card.locator(".history")).to_contain_text("“Nozzle clogged”")
    expect(card.locator(".history")).to_contain_text(f"by {steps.SAM} on Front Desk")
    look(desk, "dashboard-paid-details")

    track = visit(newest_link(mailbox, "/track?"), phone=True, dark=True)
    expect(track.get_by_role("main")).to_contain_text("Picked Up")
    expect(track.get_by_role("main")).to_contain_text("Paid$4.41")
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
    expect(modal).to_contain_text("has this job open on Front Desk")
    look(there, "modal-locked-dark")
    here.keyboard.press("Escape")
    expect(here.get_by_role("dialog")).to_have_count(0)
    modal.get_by_role("button", name=re.compile("again", re.IGNORECASE)).click()
    expect(modal).to_contain_text("Why can this not be printed?")
    assert the_only_job().status is Status.UPLOADED
