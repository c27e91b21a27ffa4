"""From the form to pick-up without a mouse: only keys are pressed, and the focus is always seen."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from infra import samples
from infra.local.mailbox import PREFIX, Mailbox
from infra.local.pump import Pump
from tests import steps
from tests.browser.desks import Visit
from tests.browser.student import arrive, stl
from tests.invariants import check

_MANY = 80
# What a screen reader would say, roughly; and whether the focus is drawn.
_FOCUS = """() => {
  const at = document.activeElement;
  const look = getComputedStyle(at);
  const near = getComputedStyle(at.parentElement ?? at);
  const ring = [look, near].some((of) => of.outlineStyle !== 'none' && parseFloat(of.outlineWidth) > 0);
  const name = at.getAttribute('aria-label') ?? at.labels?.[0]?.innerText ?? at.innerText ?? '';
  return { tag: at.tagName, name: name.trim(), seen: at.matches(':focus-visible') && ring };
}"""


class Keys:
    """Somebody who has nothing but a keyboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.press = page.keyboard.press
        self.type = page.keyboard.type

    def tab_to(self, name: str) -> None:
        """Press Tab until the control of that name is reached; each stop must be seen."""
        passed: list[str] = []
        for _ in range(_MANY):
            self.press("Tab")
            focus = self.page.evaluate(_FOCUS)
            if focus["tag"] in {"BODY", "IFRAME"}:  # in the browser's own bar, or in a mail's own document
                continue
            assert focus["seen"], f"the focus is not seen on {focus}"
            passed.append(focus["name"])
            if re.search(name, focus["name"]):
                return
        raise AssertionError(f"Tab does not lead to {name!r}, only to {passed}")

    def fill(self, name: str, text: str) -> None:
        """Go to a field or a list and type; what stood in the field goes."""
        self.tab_to(name)
        if self.page.evaluate("document.activeElement.tagName") == "INPUT":
            self.press("Control+A")
        self.type(text)

    def finish(self, button: str) -> None:
        """Press the dialog's main button: it closes, and the focus is not lost."""
        self.tab_to(button)
        self.press("Enter")
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.locator("body")).not_to_be_focused()

    def open_first(self, tab: str, label: str, title: str) -> None:
        """Go to a tab, from there to its first card, and take its first action."""
        self.press(tab)
        expect(self.page.get_by_role("tab", selected=True)).to_contain_text(label)
        expect(self.page.locator("article.card")).to_have_count(1)
        self.press("ArrowDown")
        expect(self.page.locator("article.card:focus")).to_have_count(1)
        self.press("a")
        expect(self.page.get_by_role("dialog", name=title)).to_be_visible()
        assert self.page.evaluate("document.querySelector('dialog').contains(document.activeElement)")


def test_from_the_form_to_pick_up_by_keyboard_alone(visit: Visit, mailbox: Mailbox, pump: Pump) -> None:
    _submit(visit)
    pump.step()
    desk = _log_in(visit)

    desk.open_first("1", "Uploaded", "Approve")
    desk.fill("Performing action as", "Sam")
    expect(desk.page.get_by_label(re.compile("Weight"))).to_be_enabled()
    desk.fill("Weight", "45.25")
    desk.fill("Print time", "2.1")
    desk.finish("Approve and send")
    pump.step()

    _confirm(visit)

    desk.open_first("3", "Ready to Print", "Start printing")
    desk.finish("Mark as printing")
    desk.open_first("4", "Printing", "Complete")
    desk.finish("Mark as complete")
    pump.step()
    assert "ready for pick-up" in mailbox.mails()[0]["subject"]

    desk.open_first("5", "Completed", "Payment and pick-up")
    desk.fill("Weight", "44.1")
    desk.fill("Transaction number", "TC-1")
    desk.tab_to("The student")
    desk.press("Enter")
    desk.finish("Record payment")
    desk.press("6")
    card = desk.page.locator("article.card")
    expect(card).to_contain_text("Paid $4.41")
    desk.press("ArrowDown")
    desk.press("Enter")
    expect(card).to_contain_text("TC-1")
    check()


def _submit(visit: Visit) -> None:
    """A student at a laptop whose touchpad is broken."""
    student = Keys(visit("/"))
    expect(student.page.get_by_label("Print method")).to_be_enabled()
    student.fill("^Name", "Zoë Núñez")
    student.fill("E-mail", "zoe@example.edu")
    student.fill("Discipline", "Eng")
    student.fill("Class number", "ME 2733")
    student.fill("Print method", "F")
    student.fill("Color preference", "B")
    student.fill("^Printer", "P")  # a space would open the list
    with student.page.expect_file_chooser() as chooser:  # the browser needs a moment to hand it over to us
        student.tab_to("Model file")
        student.press("Enter")
    chooser.value.set_files(stl("gear.stl", samples.spur_gear()))
    student.fill("minimum", "Y")
    student.tab_to("Submit for review")
    student.press("Enter")
    arrive(student.page)


def _log_in(visit: Visit) -> Keys:
    staff = Keys(visit("/dashboard"))
    expect(staff.page.get_by_label("Workstation")).to_be_focused()
    staff.type("front-desk")
    staff.fill("Password", steps.password_of("front-desk"))
    staff.press("Enter")
    expect(staff.page.get_by_role("tab", name=re.compile("Uploaded"))).to_be_visible()
    return staff


def _confirm(visit: Visit) -> None:
    """The student reads the mail and follows its link."""
    mail = Keys(visit(PREFIX))
    mail.tab_to(r"/confirm\?")
    with mail.page.context.expect_page() as opened:
        mail.press("Enter")
    student = Keys(opened.value)
    expect(student.page.get_by_role("button", name="Confirm for $4.53")).to_be_visible()
    student.tab_to("Confirm for")
    student.press("Enter")
    expect(student.page.get_by_role("heading", level=1)).to_contain_text("in the queue")
    expect(student.page.locator("body")).not_to_be_focused()
    student.tab_to("Track this print")
    student.press("Enter")
    expect(student.page.get_by_role("heading", level=1)).to_be_visible()
