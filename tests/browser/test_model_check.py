"""What the form says of a model before it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, Request, Route, expect

from infra import samples
from infra.model_files import binary_stl, threemf
from tests.browser.student import PATIENCE_MS, box, fill, in_view, pick, picture, send, stl

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

FORM_BYTES = 60_000


def test_the_form_is_small_until_a_file_is_picked(visit: Visit) -> None:
    page = visit("about:blank")
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto("/")
    expect(page.get_by_label("Print method")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    assert not [request.url for request in loaded if "three" in request.url or "/model/" in request.url]
    sent = sum(
        request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"] for request in loaded
    )
    assert 20_000 < sum(request.sizes()["responseBodySize"] for request in loaded) <= FORM_BYTES, sent
    pick(page, stl("gear.stl", samples.spur_gear()))
    in_view(page)
    page.wait_for_load_state("networkidle")
    assert [request.url for request in loaded if "/vendor/three@" in request.url]


@pytest.mark.parametrize(("phone", "dark"), [(True, False), (False, True)])
def test_a_model_is_shown_and_measured(visit: Visit, look: Look, phone: bool, dark: bool) -> None:
    page = visit("/", phone=phone, dark=dark)
    fill(page)
    panel = pick(page, stl("stand.stl", samples.phone_stand()))
    expect(panel).to_contain_text("Fits the Prusa MK4S")
    expect(panel).to_contain_text("72 × 93.1 × 97.9 mm (2.83 × 3.67 × 3.85 in)")
    expect(panel).to_contain_text("1,148 triangles, closed surface")
    expect(panel).to_contain_text(re.compile(r"\$\d+\.\d\d to \$\d+\.\d\d.*estimate from the volume"))
    expect(panel.get_by_role("status")).to_have_text("Fits the Prusa MK4S.")
    in_view(page)
    assert len(picture(page)) > 8_000  # an empty view takes a few hundred bytes
    look(page, f"model-{'phone' if phone else 'desk'}{'-dark' if dark else ''}")


def test_too_large_names_the_side_and_the_printer_that_fits(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True)
    fill(page)
    panel = pick(page, stl("board.stl", box(300, 100, 20)))
    expect(panel).to_contain_text("Too large for the Prusa MK4S")
    expect(panel).to_contain_text("50 mm (1.97 in) too wide. It would fit at 83 % of its size")
    look(page, "model-too-large-phone")
    panel.get_by_role("button", name="Choose Prusa XL").click()
    expect(page.get_by_label("Printer", exact=True)).to_have_value("prusa-xl")
    expect(panel).to_contain_text("Fits the Prusa XL")
    expect(panel.get_by_role("button", name=re.compile("^Choose"))).to_have_count(0)


def test_a_model_that_must_be_turned_is_told_how(visit: Visit, look: Look) -> None:
    page = visit("/", dark=True)
    fill(page)
    panel = pick(page, stl("mast.stl", box(20, 30, 240)))
    expect(panel).to_contain_text("Fits the Prusa MK4S only on another side")
    expect(panel).to_contain_text("As shown, it is 240 × 30 × 20 mm")
    look(page, "model-lying-dark")
    expect(panel.get_by_role("button", name="Choose Prusa XL")).to_be_visible()


def test_no_printer_is_large_enough(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    panel = pick(page, stl("house.stl", box(9000, 7000, 5000)))
    expect(panel).to_contain_text("Too large for every printer here")
    expect(panel).to_contain_text("Is it drawn at its real size?")
    expect(panel.get_by_text("Price")).to_have_count(0)


def test_forgotten_inches_are_explained_with_one_click(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True, dark=True)
    fill(page)
    panel = pick(page, stl("tiny.stl", box(4, 2, 1)))
    expect(panel).to_contain_text("Did you draw it in inches?")
    expect(panel).to_contain_text("101.6 × 50.8 × 25.4 mm")
    expect(panel).to_contain_text("At this size it would fit the Prusa MK4S")
    expect(panel.locator(".finding-good")).to_have_count(0)
    panel.get_by_text("What does that mean").click()
    expect(panel.get_by_text("scale the model by 25.4")).to_be_visible()
    look(page, "model-inches-phone-dark")


def test_holes_are_told_in_plain_words(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    panel = pick(page, stl("open.stl", samples.phone_stand()[:-9]))
    expect(panel).to_contain_text("The surface has holes (11 open edges)")
    expect(panel).to_contain_text("rough guess")


def test_before_anything_is_chosen_it_shows_what_there_is(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True)
    panel = pick(page, stl("gear.stl", samples.spur_gear()))
    expect(panel).to_contain_text("Choose a printer")
    expect(panel).to_contain_text("Price in Filament")
    expect(panel).to_contain_text("Price in Resin")
    look(page, "model-nothing-chosen-phone")
    panel.get_by_role("button", name="Choose Formlabs Form 3").click()
    expect(page.get_by_label("Print method")).to_have_value("Resin")
    expect(page.get_by_label("Printer", exact=True)).to_have_value("formlabs-form-3")


BROKEN = {
    "notes.pdf": (b"%PDF-1.7" * 200, "not a model we can print"),
    "nothing.stl": (b"", "holds no model"),
    "cut.stl": (binary_stl(samples.spur_gear())[:-1000], "cut off"),
    "picture.obj": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "not an OBJ file"),
    "renamed.3mf": (binary_stl(samples.spur_gear()), "not a 3MF file"),
    "empty.stl": (b"solid nothing\nendsolid nothing\n" * 60, "no surfaces to print"),
    "bomb.3mf": (threemf(box(9, 9, 9)).replace(b"PK\x03\x04", b"PK\x07\x08", 1), "not a 3MF file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_explained_before_it_is_sent(visit: Visit, look: Look, name: str) -> None:
    content, words = BROKEN[name]
    page = visit("/", phone=True)
    fill(page)
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.get_by_label("Model file").set_input_files(FilePayload(name=name, mimeType="", buffer=content))
    error = page.locator("#file-error")
    expect(error).to_contain_text(words, timeout=PATIENCE_MS)
    send(page)
    expect(page.get_by_label("Model file")).to_be_focused()
    expect(error).to_contain_text(words)
    assert not [request for request in asked if "/submit/uploads" in request.url]
    look(page, f"model-broken-{name.replace('.', '-')}-phone")
    pick(page, stl("good.stl", samples.phone_stand()))
    expect(error).to_be_empty()


@pytest.mark.parametrize("name", ["notes.pdf", "cut.stl"])
def test_a_refused_file_is_not_kept_and_takes_the_one_before_along(visit: Visit, name: str) -> None:
    page = visit("/")
    pick(page, stl("good.stl", samples.phone_stand()))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    page.get_by_label("Model file").set_input_files(
        FilePayload(name=name, mimeType="", buffer=BROKEN[name][0])
    )
    expect(page.locator("#file-error")).to_contain_text(BROKEN[name][1], timeout=PATIENCE_MS)
    expect(page.get_by_text("Kept in this browser")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Print method")).to_be_enabled()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#drop-text")).to_contain_text("Choose a file")
    expect(page.locator("#file-error")).to_be_empty()


def test_a_file_picked_before_the_methods_came_is_looked_at_then(visit: Visit) -> None:
    page = visit("about:blank")
    held: list[Route] = []
    page.route("**/api/v1/catalog", lambda route: held.append(route), times=1)
    page.goto("/")
    cut, words = BROKEN["cut.stl"]
    page.get_by_label("Model file").set_input_files(FilePayload(name="cut.stl", mimeType="", buffer=cut))
    expect(page.get_by_text("Kept in this browser")).to_be_visible()
    held[0].continue_()
    expect(page.locator("#file-error")).to_contain_text(words, timeout=PATIENCE_MS)
    expect(page.get_by_text("Kept in this browser")).to_have_count(0)


def test_what_only_the_server_can_read_may_be_sent(visit: Visit) -> None:
    """A part in an encoding that this reader does not know: it says so, and leaves it to the lab."""
    page = visit("/")
    fill(page)
    data = threemf(box(30, 30, 30)).replace(b"PK\x05\x06", b"PK\x05\x07")  # no directory to be found
    page.get_by_label("Model file").set_input_files(FilePayload(name="odd.3mf", mimeType="", buffer=data))
    expect(page.get_by_text("We could not look into this file here")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("#file-error")).to_be_empty()
    send(page)
    expect(page.locator("#file-error")).to_contain_text("damaged", timeout=PATIENCE_MS)  # the server's word


def test_without_methods_the_form_says_so_and_tries_again(visit: Visit, look: Look) -> None:
    page = visit("about:blank", phone=True)
    page.route("**/api/v1/catalog", lambda route: route.abort("internetdisconnected"))
    page.goto("/")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("could not be loaded", timeout=PATIENCE_MS)
    look(page, "form-no-catalog-phone")
    page.unroute("**/api/v1/catalog")
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_label("Print method")).to_be_enabled()
    expect(alert).to_have_count(0)


SHIFTS = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value } of list.getEntries()) shifts.push(value);
  }).observe({ type: 'layout-shift', buffered: true });
"""


@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
def test_nothing_jumps_and_nothing_sticks_out(visit: Visit, look: Look, width: int) -> None:
    page = visit("about:blank")
    page.set_viewport_size({"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/")
    fill(page)
    page.locator("#drop").evaluate("(area) => area.scrollIntoView({ block: 'start' })")
    page.evaluate("shifts.length = 0")
    pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    place, *later = page.evaluate("shifts")
    assert sum(later) < 0.02, (place, later)  # the place for it is made once, at the student's own action
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    look(page, f"model-{width}")
