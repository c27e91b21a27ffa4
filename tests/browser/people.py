"""What the people at the screens do, in their own words."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

from infra import samples
from tests import steps


def submit(page: Page, name: str = "Zoë <b>Núñez</b>") -> None:
    """Fill the form as a student would and send it."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill("zoe@example.edu")
    page.get_by_label("Discipline").select_option("Engineering")
    page.get_by_label("Class number").fill("ME 2733")
    page.get_by_label("Print method").select_option("Filament")
    page.get_by_label("Color preference").select_option("Blue")
    page.get_by_label("Printer", exact=True).select_option("prusa-mk4s")
    model = samples.binary_stl(samples.spur_gear())
    page.get_by_label("Model file").set_input_files(
        FilePayload(name="spur gear.stl", mimeType="model/stl", buffer=model)
    )
    page.get_by_label(re.compile("minimum")).select_option(label="Yes")
    page.get_by_role("button", name="Submit for review").click()


def log_in(page: Page, workstation: str) -> None:
    """Log in at the dashboard."""
    give_password(page, workstation)
    expect(page.get_by_role("tab", name=re.compile("Uploaded"))).to_be_visible()


def give_password(page: Page, workstation: str) -> None:
    """Fill the log-in of any staff page and send it."""
    page.get_by_label(re.compile("Workstation")).fill(workstation)
    page.get_by_label("Password").fill(steps.password_of(workstation))
    page.get_by_role("button", name="Log in").click()


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
