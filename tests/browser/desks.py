"""What tests of the staff pages share: log in at a page, act in somebody's name."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests import steps

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]

# Shown as it is, never run.
HOSTILE = "<img src=x onerror=alert(1)>"


def log_in(page: Page, workstation: str) -> None:
    """Log in at a staff page."""
    page.get_by_label("Workstation", exact=True).fill(workstation)
    page.get_by_label("Password", exact=True).fill(steps.password_of(workstation))
    page.get_by_role("button", name="Log in").click()


def at_desk(visit: Visit, path: str, workstation: str = "admin-desk", **how: bool) -> Page:
    """A page with a new session."""
    page = visit(path, **how)
    log_in(page, workstation)
    expect(page.get_by_role("banner")).to_be_visible()
    return page


def form(page: Page, button: str | re.Pattern[str], staff_name: str = steps.SAM) -> Locator:
    """Press a button that opens a dialog and say who acts; answers the dialog."""
    page.get_by_role("button", name=button).click()
    return acting(page, staff_name)


def acting(page: Page, staff_name: str = steps.SAM) -> Locator:
    """Say who acts in the open dialog."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Performing action as").select_option(staff_name)
    return dialog


def send(dialog: Locator) -> None:
    """Press the dialog's main button; it must close."""
    dialog.get_by_role("button").last.click()
    expect(dialog).to_have_count(0)
