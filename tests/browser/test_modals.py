"""Every action of a card, by its modal: what must be filled in, and what becomes of the job."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from chalicelib.domain.lifecycle import Action, Status
from infra import samples
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import steps
from tests.browser.people import act, finish, log_in

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]


def _reason(modal: Locator) -> None:
    modal.get_by_label("Reason").fill("Student called")


def _nothing(_modal: Locator) -> None:
    """The modal asks for nothing but the name."""


def _weight_and_time(modal: Locator) -> None:
    modal.get_by_label(re.compile("Weight")).fill("30")
    modal.get_by_label(re.compile("Print time")).fill("1.2")


def _reject(modal: Locator) -> None:
    modal.get_by_label(re.compile("not watertight")).check()


def _number(modal: Locator) -> None:
    field = modal.get_by_label(re.compile(r"^Type \w+ to confirm"))
    label = modal.locator("label[for=modal-confirm]").inner_text()
    field.fill(label.split()[1])


def _failed(modal: Locator) -> None:
    modal.get_by_label("What went wrong?").fill("Layer shift")


def _paid(modal: Locator) -> None:
    modal.get_by_label("Transaction number").fill("TC-9")
    modal.get_by_label("Picked up by", exact=True).fill("A friend")


def _to_rejected(modal: Locator) -> None:
    modal.get_by_label("New status").select_option("REJECTED")
    _reason(modal)


WAYS = [
    (Status.UPLOADED, "Approve", _weight_and_time, Status.PENDING),
    (Status.UPLOADED, "Reject", _reject, Status.REJECTED),
    (Status.UPLOADED, "Mark reviewed", _nothing, Status.UPLOADED),
    (Status.UPLOADED, "Delete", _number, None),
    (Status.PENDING, "Force confirm", _reason, Status.READYTOPRINT),
    (Status.PENDING, "Change status", _to_rejected, Status.REJECTED),
    (Status.READYTOPRINT, "Start printing", _nothing, Status.PRINTING),
    (Status.PRINTING, "Failed", _failed, Status.READYTOPRINT),
    (Status.PRINTING, "Complete", _nothing, Status.COMPLETED),
    (Status.COMPLETED, "Payment", _paid, Status.PAIDPICKEDUP),
    (Status.COMPLETED, "Picked up without payment", _nothing, Status.PAIDPICKEDUP),
    (Status.COMPLETED, "Revert completion", _nothing, Status.PRINTING),
    (Status.PAIDPICKEDUP, "Revert pick-up", _nothing, Status.COMPLETED),
]


@pytest.mark.parametrize(("status", "button", "fill", "then"), WAYS, ids=[way[1] for way in WAYS])
def test_an_action_by_its_modal(
    status: Status,
    button: str,
    fill: Callable[[Locator], None],
    then: Status | None,
    visit: Visit,
    look: Look,
    http: HttpClient,
) -> None:
    desk = steps.at(http, "admin-desk")
    job = steps.submit(http)
    steps.to_status(desk, job, status)
    page = visit(f"/dashboard?status={status.value}")
    log_in(page, "admin-desk")
    page.get_by_role("button", name=re.compile("^Details")).click()
    modal = act(page, button)
    fill(modal)
    look(page, f"modal-{re.sub(r'[^a-z]+', '-', button.lower())}")
    finish(modal)
    expect(page.locator("article.card")).to_have_count(1 if then is status else 0)
    if then is None:
        steps.refused(desk.get(f"{steps.API}/jobs/{job['id']}"), 404)
    else:
        assert steps.show(desk, job)["status"] == then.value


def test_a_review_can_be_taken_back(visit: Visit, http: HttpClient) -> None:
    job = steps.submit(http)
    steps.ok(steps.act(steps.at(http, "front-desk"), job, Action.REVIEW))
    page = visit("/dashboard")
    log_in(page, "front-desk")
    card = page.locator("article.card")
    expect(card).not_to_contain_text("NEW")
    page.get_by_role("button", name=re.compile("^Details")).click()
    finish(act(page, "Mark as not reviewed"))
    expect(card).to_contain_text("NEW")


def test_an_administrator_frees_a_job_and_sends_its_mail_again(
    visit: Visit, look: Look, http: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = steps.submit(http)
    steps.ok(steps.lock(steps.at(http, "front-desk"), job))
    page = visit("/dashboard")
    log_in(page, "admin-desk")
    modal = act(page, "Force unlock")
    expect(modal).to_contain_text(f"{steps.SAM} has this job open")
    _reason(modal)
    look(page, "modal-force-unlock")
    finish(modal)
    expect(page.locator("article.card")).not_to_contain_text("has it open")

    page.get_by_role("button", name=re.compile("^Details")).click()
    modal = act(page, "Send a mail again")
    look(page, "modal-resend")
    finish(modal)
    pump.step()
    assert len([mail for mail in mailbox.mails() if job["short_id"] in mail["subject"] + mail["text"]]) == 2

    modal = act(page, "Send a mail again")
    modal.get_by_role("button", name="Send mail").click()
    expect(modal).to_contain_text(re.compile(r"Possible again at \d+:\d\d"))


def test_what_the_server_refuses_stands_beside_its_field(visit: Visit, http: HttpClient) -> None:
    steps.submit(http)
    page = visit("/dashboard")
    log_in(page, "front-desk")
    modal = act(page, "Approve")
    modal.get_by_label(re.compile("Weight")).fill("30")
    expect(modal.get_by_text("Still needed")).to_contain_text("print time")
    modal.get_by_label(re.compile("Print time")).fill("2")
    # What the page allows but the server no longer does: the file has gone meanwhile.
    answer = {
        "error": "invalid_input",
        "message": "Please correct the marked fields.",
        "details": {"fields": {"weight_g": "At most 100 kg."}},
    }
    page.route("**/approve", lambda route: route.fulfill(status=400, json=answer))
    modal.get_by_role("button", name=re.compile("Approve")).last.click()
    expect(modal.get_by_label(re.compile("Weight"))).to_be_focused()
    expect(modal.get_by_label(re.compile("Weight"))).to_have_accessible_description(
        re.compile("At most 100 kg")
    )
    expect(modal.get_by_label(re.compile("Print time"))).to_have_value("2")


def test_what_was_entered_is_not_thrown_away_by_a_slip(visit: Visit, look: Look, http: HttpClient) -> None:
    steps.submit(http)
    page = visit("/dashboard")
    log_in(page, "front-desk")
    modal = act(page, "Approve")
    weight = modal.get_by_label(re.compile("Weight"))
    weight.fill("30")
    page.keyboard.press("Escape")
    expect(modal).to_contain_text("Throw away what you have entered?")
    look(page, "modal-leaving")
    expect(modal.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(weight).to_have_value("30")
    modal.get_by_role("button", name="Cancel").click()
    modal.get_by_role("button", name="Throw away").click()
    expect(modal).to_have_count(0)


def test_a_doubtful_model_and_weight_are_told_before_the_price_goes_out(
    visit: Visit, look: Look, http: HttpClient, pump: Pump
) -> None:
    steps.submit(http, samples.binary_stl(samples.spur_gear() / 25.4))
    pump.step()
    page = visit("/dashboard")
    log_in(page, "front-desk")
    expect(page.locator("article.card .badges")).to_contain_text("Check unit")
    modal = act(page, "Approve")
    expect(modal).to_contain_text("Perhaps drawn in inches")
    modal.get_by_label(re.compile("Weight")).fill("99999")
    modal.get_by_label(re.compile("Print time")).fill("1")
    expect(modal).to_contain_text("99,999 g is far from what its volume tells")
    expect(modal.get_by_text("Still needed")).to_contain_text("your word that the weight is right")
    look(page, "modal-approve-doubts")
    modal.get_by_label("The weight is right").check()
    expect(modal.get_by_role("button", name="Approve and send")).to_be_enabled()


def test_a_payment_above_what_was_confirmed_is_told(visit: Visit, look: Look, http: HttpClient) -> None:
    steps.to_status(steps.at(http, "front-desk"), steps.submit(http), Status.COMPLETED)
    page = visit("/dashboard?status=COMPLETED")
    log_in(page, "front-desk")
    modal = act(page, "Payment")
    modal.get_by_label(re.compile("Weight")).fill("999")
    expect(modal).to_contain_text("more than the student confirmed")
    look(page, "modal-payment-more")
