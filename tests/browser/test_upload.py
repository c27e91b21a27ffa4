"""The way of the file to the lab, and what happens on bad days."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, Request, Route, expect

from chalicelib.aws.tables import Upload
from infra import samples
from tests.browser.student import PATIENCE_MS, all_jobs, arrive, fill, pick, send, stl

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

STORE = "**/_files/**"
COMPLETE = "**/api/v1/submit/uploads/*/complete"
NO_CONNECTION = "internetdisconnected"


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
    expect(page.get_by_role("button", name="Submit for review")).to_be_focused()
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


def test_the_file_is_forgotten_after_a_day(visit: Visit) -> None:
    page = visit("/")
    pick(page, stl("gear.stl", samples.spur_gear()))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page.evaluate("""new Promise((done) => {
      const opening = indexedDB.open('printlab');
      opening.onsuccess = () => {
        const transaction = opening.result.transaction('files', 'readwrite');
        const files = transaction.objectStore('files');
        const reading = files.getAll();
        reading.onsuccess = () => {
          for (const kept of reading.result) files.put({ ...kept, at: kept.at - 864e5 - 1 });
        };
        transaction.oncomplete = () => { opening.result.close(); done(); };
      };
    })""")
    page.reload()
    expect(page.get_by_label("Print method")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Choose a file")).to_be_visible()


def test_what_was_cancelled_is_not_called_interrupted(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.route(STORE, lambda route: route.abort(NO_CONNECTION))
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Nothing was submitted")).to_be_visible()
    page.reload()
    expect(page.get_by_role("region", name="Check of your model")).to_contain_text(
        "Fits", timeout=PATIENCE_MS
    )
    expect(page.get_by_text("Your upload was interrupted")).to_have_count(0)


def test_another_tab_does_not_see_the_file(visit: Visit) -> None:
    page = visit("/")
    pick(page, stl("secret.stl", samples.spur_gear()))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    other = page.context.new_page()
    other.goto("/")
    expect(other.get_by_label("Print method")).to_be_enabled()
    expect(other.get_by_text("Choose a file")).to_be_visible()


def test_abandoned_uploads_are_no_jobs(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.route(STORE, lambda route: route.abort(NO_CONNECTION))
    send(page)
    expect(page.get_by_text("The connection is lost")).to_be_visible(timeout=PATIENCE_MS)
    assert all_jobs() == []
    assert len(list(Upload.scan())) == 1
