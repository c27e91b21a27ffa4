"""The 3D view of the form: by keyboard, wheel and finger, and when the browser cannot or will not draw."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from infra import samples
from tests.browser.student import PATIENCE_MS, fill, in_view, pick, picture, stl

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]


def test_the_view_is_turned_by_keyboard(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("stand.stl", samples.phone_stand()))
    canvas = page.locator(".viewer-canvas")
    in_view(page)
    canvas.focus()
    page.keyboard.press("0")
    first = picture(page)
    for key in ("ArrowLeft", "ArrowUp", "+", "Shift+ArrowRight"):
        before = picture(page)
        page.keyboard.press(key)
        assert picture(page) != before, key
    page.keyboard.press("0")
    assert picture(page) == first
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()


def test_a_dark_model_stands_on_a_light_ground_in_dark_mode(visit: Visit, look: Look) -> None:
    page = visit("/", phone=True, dark=True)
    fill(page)
    pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    canvas = page.locator(".viewer-canvas")
    expect(canvas).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    page.get_by_label("Color preference").select_option("Black")
    expect(canvas).to_have_css("background-color", "rgb(238, 241, 245)")
    look(page, "model-black-phone-dark")


def test_the_buttons_of_the_view_cover_nothing_of_it(visit: Visit) -> None:
    page = visit("/", phone=True)
    fill(page)
    pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    canvas = page.locator(".viewer-canvas").bounding_box()
    assert canvas
    assert canvas["height"] > 200
    for button in page.locator(".viewer-tools button").all():
        box = button.bounding_box()
        assert box
        assert box["y"] >= canvas["y"] + canvas["height"]
        assert min(box["width"], box["height"]) >= 44


def test_a_view_that_the_browser_takes_away_comes_back(visit: Visit) -> None:
    page = visit("/", phone=True)
    fill(page)
    panel = pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    page.evaluate(
        "window.taken = document.querySelector('.viewer-canvas').getContext('webgl2')"
        ".getExtension('WEBGL_lose_context'); taken.loseContext()"
    )
    expect(panel).to_contain_text("The 3D view was stopped by the browser")
    page.evaluate("taken.restoreContext()")
    in_view(page)
    assert len(picture(page)) > 8_000


def test_another_file_takes_the_place_of_the_first(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("gear.stl", samples.spur_gear()))
    page.get_by_label("Model file").set_input_files(stl("stand.stl", samples.phone_stand()))
    panel = pick(page, stl("stand.stl", samples.phone_stand()))
    expect(panel).to_contain_text("72 × 93.1 × 97.9 mm")
    in_view(page)
    expect(page.locator(".viewer-canvas")).to_have_count(1)
    page.get_by_label("Model file").set_input_files([])
    expect(panel).to_be_hidden()


def test_without_webgl_the_measures_are_shown_all_the_same(visit: Visit, look: Look) -> None:
    page = visit("about:blank", phone=True)
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
    page.goto("/")
    fill(page)
    panel = pick(page, stl("stand.stl", samples.phone_stand()))
    expect(panel).to_contain_text("cannot show the model in 3D", timeout=PATIENCE_MS)
    expect(panel).to_contain_text("Fits the Prusa MK4S")
    look(page, "model-no-webgl-phone")


def test_the_wheel_scrolls_the_page_until_the_view_has_the_focus(visit: Visit) -> None:
    page = visit("/")
    fill(page)
    pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    page.locator(".viewer-canvas").scroll_into_view_if_needed()
    page.locator(".viewer-canvas").hover()
    before, place = picture(page), page.evaluate("scrollY")
    page.mouse.wheel(0, -120)
    expect_scrolled(page, place)
    page.locator(".viewer-canvas").scroll_into_view_if_needed()
    assert picture(page) == before  # nothing was zoomed
    page.locator(".viewer-canvas").focus()
    page.locator(".viewer-canvas").hover()
    before = picture(page)
    page.mouse.wheel(0, -120)
    assert picture(page) != before


def expect_scrolled(page: Page, from_: float) -> None:
    """The page has moved."""
    page.evaluate(
        "(from) => new Promise((moved) => { const look = () => scrollY === from"
        " ? requestAnimationFrame(look) : moved(); look(); })",
        from_,
    )


def test_a_finger_on_the_view_scrolls_the_page_and_turns_the_model(visit: Visit) -> None:
    page = visit("/", phone=True)
    touch = page.context.new_cdp_session(page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    pick(page, stl("stand.stl", samples.phone_stand()))
    in_view(page)
    canvas = page.locator(".viewer-canvas")
    canvas.scroll_into_view_if_needed()

    def swipe(across: int, down: int) -> None:
        area = canvas.bounding_box()
        assert area
        x, y = area["x"] + area["width"] / 2, area["y"] + area["height"] / 2
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        for part in range(1, 11):
            point = {"x": x + across * part / 10, "y": y + down * part / 10}
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    before = picture(page)
    swipe(100, 0)
    assert picture(page) != before
    place = page.evaluate("scrollY")
    swipe(0, -150)
    expect_scrolled(page, place)
