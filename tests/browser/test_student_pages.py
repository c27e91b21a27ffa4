"""The pages behind the links in a student's mails: following a print, confirming it, a new link."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.aws import days
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import clock, tokens
from infra.http_client import HttpClient
from infra.local.pump import Pump
from tests import steps

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

NO_CONNECTION = "internetdisconnected"


@pytest.fixture
def desk(http: HttpClient) -> HttpClient:
    """A member of staff."""
    return steps.at(http, "front-desk")


def track_page(job: dict[str, Any]) -> str:
    """Where the student follows the job."""
    return f"/track?token={tokens.tracking(job['id'])}"


def confirm_page(job: dict[str, Any]) -> str:
    """Where the newest confirmation link leads."""
    return f"/confirm?token={steps.confirm_token(job['id'])}"


def ask_again(page: Page) -> None:
    """Have the page refresh itself as it does when it comes back into view later."""
    page.clock.fast_forward(61_000)


@pytest.mark.parametrize("dark", [False, True])
def test_a_print_is_followed_all_the_way(
    visit: Visit, look: Look, http: HttpClient, desk: HttpClient, dark: bool
) -> None:
    page = visit("about:blank", phone=True, dark=dark)
    page.clock.install()
    job = steps.submit(http)
    for status in steps.walk(desk, job):
        if page.url == "about:blank":
            page.goto(track_page(job))
        else:
            ask_again(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(status.label)
        steps_done = page.locator(".timeline time")
        expect(page.locator("[aria-current=step]")).to_contain_text(status.label)
        assert steps_done.count() == list(Status).index(status) + 1
        look(page, f"track-{status.value.lower()}{'-dark' if dark else ''}-phone")
    expect(page.get_by_text("refreshes itself")).to_have_count(0)  # there is nothing more to come


def test_the_queue_and_what_comes_before(
    visit: Visit, look: Look, http: HttpClient, desk: HttpClient
) -> None:
    jobs = [steps.submit(http) for _ in range(3)]
    for job in jobs:
        steps.to_status(desk, job, Status.READYTOPRINT)
    page = visit(track_page(jobs[2]))
    expect(page.get_by_role("main")).to_contain_text("2 prints are before yours in the queue.")
    look(page, "track-queue")
    first = visit(track_page(jobs[0]))
    expect(first.get_by_role("main")).to_contain_text("Yours is next in the queue.")


def test_an_honest_guess_of_when(visit: Visit, look: Look, http: HttpClient, desk: HttpClient) -> None:
    lately = (clock.now() - timedelta(days=1)).date().isoformat()
    days.add(lately, {"completed|printer:prusa-mk4s": 14})
    jobs = [steps.submit(http) for _ in range(3)]
    for job in jobs:
        steps.to_status(desk, job, Status.READYTOPRINT)
    page = visit(track_page(jobs[2]), phone=True)
    guess = page.get_by_text("Probably finished")
    expect(guess).to_contain_text(re.compile(r"Probably finished between \w+, \w+ \d+ and \w+, \w+ \d+\."))
    expect(guess).to_contain_text("An estimate: the lab finished 14 prints in the last 14 days.")
    look(page, "track-estimate-phone")


def test_a_rejected_print_says_why(visit: Visit, look: Look, http: HttpClient, desk: HttpClient) -> None:
    job = steps.submit(http)
    steps.ok(steps.act(desk, job, Action.REJECT, reasons=["Walls too thin"], custom_reason="<b>Ask</b> Sam."))
    page = visit(track_page(job), phone=True)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Walls too thin")
    expect(main).to_contain_text("<b>Ask</b> Sam.")
    expect(main.get_by_role("link", name="submit it again")).to_have_attribute("href", "/")
    look(page, "track-rejected-phone")


def test_without_a_connection_the_page_says_from_when_it_is(
    visit: Visit, look: Look, http: HttpClient
) -> None:
    job = steps.submit(http)
    page = visit("about:blank", phone=True)
    page.clock.install()
    page.goto(track_page(job))
    expect(page.get_by_role("heading", level=1)).to_have_text("Uploaded")
    page.route("**/api/v1/track/**", lambda route: route.abort(NO_CONNECTION))
    for _ in range(4):  # the call is tried again twice before it is given up
        ask_again(page)
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("This is how it was at")
    expect(page.get_by_role("heading", level=1)).to_have_text("Uploaded")
    look(page, "track-offline-phone")
    page.unroute("**/api/v1/track/**")
    ask_again(page)
    expect(notice).to_have_count(0)


def test_it_refreshes_nothing_while_nobody_looks(visit: Visit, http: HttpClient) -> None:
    job = steps.submit(http)
    page = visit("about:blank")
    page.clock.install()
    page.goto(track_page(job))
    expect(page.get_by_role("heading", level=1)).to_have_text("Uploaded")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    ask_again(page)
    ask_again(page)
    page.evaluate("delete document.hidden")
    with page.expect_request("**/api/v1/track/**"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "path", ["/track?token=x.y.z", "/track", "/confirm?token=x", "/confirm", "/confirm/expired"]
)
def test_a_link_that_was_cut_off(visit: Visit, look: Look, path: str) -> None:
    page = visit(path, phone=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    look(page, f"cut-off{re.sub(r'[^a-z]+', '-', path)}-phone")


def test_confirming_twice_shows_that_it_is_done(
    visit: Visit, look: Look, http: HttpClient, desk: HttpClient, pump: Pump
) -> None:
    job = steps.submit(http)
    steps.to_status(desk, job, Status.PENDING)
    link = confirm_page(job)
    pump.step()
    page = visit(link, dark=True)
    expect(page.get_by_role("main")).to_contain_text("2d 23h from now")
    expect(page.get_by_role("main")).to_contain_text(
        re.compile(r"Size\s*[\d.]+ × [\d.]+ × [\d.]+ mm \([\d. ×]+ in\)")
    )
    expect(page.get_by_role("main")).to_contain_text("do nothing, or ask at the lab")
    look(page, "confirm-dark")
    page.get_by_role("button", name="Confirm for $4.53").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your print is in the queue")
    again = visit(link, phone=True)
    expect(again.get_by_role("heading", level=1)).to_have_text("Your print is in the queue")
    steps.ok(steps.act(desk, job, Action.MARK_PRINTING))
    later = visit(link, phone=True)
    expect(later.get_by_role("heading", level=1)).to_have_text("This print is already confirmed")
    look(later, "confirm-already-phone")
    follow = later.get_by_role("link", name="Track this print")
    follow.click()
    expect(later.get_by_role("heading", level=1)).to_have_text("Printing")


def test_a_confirmation_without_a_connection_can_be_repeated(
    visit: Visit, look: Look, http: HttpClient, desk: HttpClient
) -> None:
    job = steps.submit(http)
    steps.to_status(desk, job, Status.PENDING)
    page = visit(confirm_page(job), phone=True)
    button = page.get_by_role("button", name="Confirm for $4.53")
    expect(button).to_be_enabled()
    page.route("**/api/v1/confirm/**", lambda route: route.abort(NO_CONNECTION))
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("No answer from the server")
    look(page, "confirm-offline-phone")
    page.unroute("**/api/v1/confirm/**")
    button.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your print is in the queue")


def test_an_older_link_names_the_newer_one(
    visit: Visit, look: Look, http: HttpClient, desk: HttpClient
) -> None:
    job = steps.submit(http)
    steps.to_status(desk, job, Status.PENDING)
    old = confirm_page(job)
    steps.rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=2))
    steps.ok(http.post(f"{steps.API}/submit/resend-confirmation", {"job_id": job["id"]}))
    page = visit(old, phone=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is a newer link")
    look(page, "confirm-superseded-phone")
    page.get_by_role("link", name="I cannot find it").click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"5\d:\d\d"))
    expect(page.get_by_role("button", name="Resend confirmation e-mail")).to_be_disabled()
    look(page, "expired-countdown-phone")


def test_the_countdown_ends_with_a_button(visit: Visit, http: HttpClient, desk: HttpClient) -> None:
    job = steps.submit(http)
    steps.to_status(desk, job, Status.PENDING)
    soon = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=4)
    steps.rewrite(job["id"], confirmation_last_sent_at=soon)
    page = visit(f"/confirm/expired?job_id={job['id']}")
    button = page.get_by_role("button", name="Resend confirmation e-mail")
    expect(button).to_be_disabled()
    expect(button).to_be_enabled(timeout=10_000)
    button.click()
    expect(page.get_by_text("Mail on its way")).to_be_visible()
    expect(page.get_by_role("timer")).to_be_visible()


def test_a_job_that_waits_for_nothing_says_so(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    page = visit(f"/confirm/expired?job_id={job['id']}", phone=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to confirm")
    look(page, "expired-settled-phone")
