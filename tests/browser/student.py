"""What students do on the form, and the files that they bring."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import FilePayload, Locator, Page, expect

from chalicelib.aws import jobs
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Status
from infra.model_files import binary_stl
from infra.solids import Triangles, prism

PATIENCE_MS = 20_000
"""For what takes a worker, three.js or a picture by software; longer than any of it on a busy machine."""


def box(x: float, y: float, z: float, sides: int = 30) -> Triangles:
    """A prism of this size, of enough triangles to be a file that the lab accepts."""
    ring = np.exp(2j * np.pi * np.arange(sides) / sides)
    outline = ring.real / np.ptp(ring.real) * x + 1j * ring.imag / np.ptp(ring.imag) * y
    return prism(outline, z)


def stl(name: str, triangles: Triangles) -> FilePayload:
    """A binary STL to be picked."""
    return FilePayload(name=name, mimeType="model/stl", buffer=binary_stl(triangles))


def fill(page: Page, name: str = "Zoë Núñez", printer: str = "prusa-mk4s") -> None:
    """Everything but the file."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("E-mail").fill("zoe@example.edu")
    page.get_by_label("Discipline").select_option("Engineering")
    page.get_by_label("Class number").fill("ME 2733")
    page.get_by_label("Print method").select_option("Filament")
    page.get_by_label("Color preference").select_option("Blue")
    page.get_by_label("Printer", exact=True).select_option(printer)
    page.get_by_label(re.compile("minimum")).select_option(label="Yes")


def pick(page: Page, file: FilePayload) -> Locator:
    """Pick a file and wait until it has been looked at; answers what was found out."""
    page.get_by_label("Model file").set_input_files(file)
    panel = page.get_by_role("region", name="Check of your model")
    expect(panel.get_by_text(re.compile("triangle"))).to_be_visible(timeout=PATIENCE_MS)
    return panel


def in_view(place: Page | Locator) -> None:
    """The 3D view is drawn."""
    expect(place.get_by_role("button", name="Reset view")).to_be_visible(timeout=PATIENCE_MS)


def picture(page: Page) -> bytes:
    """The view as it looks once the frame after the last change is shown."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
    return page.locator(".viewer").screenshot()


def send(page: Page) -> None:
    """Press the button."""
    page.get_by_role("button", name="Submit for review").click()


def arrive(page: Page) -> None:
    """The success page is shown."""
    page.wait_for_url("**/submit/success**", timeout=PATIENCE_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your model is with us")


def all_jobs() -> list[Job]:
    """Every job there is."""
    return [job for status in Status for job in jobs.in_status(status)]
