"""Approving a sliced file: what the slicer wrote fills the form, and never what somebody typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from chalicelib.aws import files
from infra.http_client import HttpClient
from tests import steps
from tests.browser.people import act, finish, log_in
from tests.slicer_output.outputs import png, prusa

Visit = Callable[..., Page]
Look = Callable[[Page, str], None]
UNWEIGHED: dict[str, Any] = {
    "filament_used__g": None,
    "total_filament_used__g": "0.00",
    "filament_density": "0",
}


def save(job: dict[str, Any], suffix: str, body: bytes) -> str:
    """A file that a slicer saves beside the original."""
    name = f"{job['display_name']}{suffix}"
    files.put(f"Uploaded/{name}", body, "application/octet-stream")
    return name


def approving(visit: Visit, *, dark: bool = False) -> tuple[Page, Locator]:
    """The approval of the only job."""
    page = visit("/dashboard", dark=dark)
    log_in(page, "front-desk")
    return page, act(page, "Approve")


def weight(modal: Locator) -> Locator:
    return modal.get_by_label(re.compile("^Weight"))


def hours(modal: Locator) -> Locator:
    return modal.get_by_label(re.compile("^Print time"))


def test_the_slicers_numbers_fill_the_form(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    name = save(job, "_0.2mm_PLA.gcode", prusa(picture=png(64)))
    page, modal = approving(visit)
    expect(weight(modal)).to_have_value("14.39")
    expect(hours(modal)).to_have_value("26.06")
    expect(weight(modal)).to_have_accessible_description(re.compile("As the slicer wrote it"))
    expect(hours(modal)).to_have_accessible_description(re.compile("Recorded as 26 h 30 min"))
    expect(modal.get_by_role("radio", name=re.compile(re.escape(name)))).to_be_checked()
    expect(modal).to_contain_text("14.39 g, 26 h 3 min, PLA, 3 layers of 0.2 mm, MK4S, 0.4 mm nozzle")
    expect(modal.locator("output")).to_have_text("$3.00")
    expect(modal.get_by_text("differ")).to_have_count(0)
    picture = modal.locator(".plate-picture")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 64
    look(page, "modal-approve-sliced")
    finish(modal)
    shown = steps.show(steps.at(http, "front-desk"), job)
    assert (shown["weight_g"], shown["time_hours"], shown["authoritative_filename"]) == (14.39, 26.5, name)


def test_what_was_typed_stays(visit: Visit, http: HttpClient) -> None:
    job = steps.submit(http)
    save(job, ".gcode", prusa())
    _, modal = approving(visit)
    expect(weight(modal)).to_have_value("14.39")
    weight(modal).fill("30")
    modal.get_by_role("radio", name=re.compile("Original upload")).check()
    expect(weight(modal)).to_have_value("30")
    expect(hours(modal)).to_have_value("")  # nobody typed it, and the original tells no time
    modal.get_by_role("radio", name=re.compile("Saved by a slicer")).check()
    expect(weight(modal)).to_have_value("30")
    expect(hours(modal)).to_have_value("26.06")
    modal.get_by_role("button", name="Use the slicer’s 14.39 g").click()
    expect(weight(modal)).to_have_value("14.39")
    expect(weight(modal)).to_be_focused()


def test_a_weight_that_the_slicer_did_not_write_is_only_suggested(
    visit: Visit, look: Look, http: HttpClient
) -> None:
    job = steps.submit(http)
    save(job, ".gcode", prusa(**UNWEIGHED))
    page, modal = approving(visit)
    expect(hours(modal)).to_have_value("26.06")
    expect(weight(modal)).to_have_value("")
    expect(modal.get_by_text("Still needed")).to_contain_text("weight")
    look(page, "modal-approve-estimate")
    modal.get_by_role("button", name="Use the estimated 14.4 g").click()
    expect(weight(modal)).to_have_value("14.4")
    expect(weight(modal)).to_have_accessible_description(re.compile("Estimated from the volume"))
    expect(modal.get_by_text("Still needed")).to_have_count(0)


def test_staff_are_told_what_differs(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    hostile = "<img src=x onerror=alert(1)>"
    outline = '{"objects":[{"polygon":[[0,0],[300,0],[300,100]]}]}'
    body = prusa(
        printer_model="XLIS", filament_type=f"PETG {hostile}", objects_info=outline, max_layer_z="50.0"
    )
    save(job, ".gcode", body)
    page, modal = approving(visit, dark=True)
    warning = modal.get_by_role("alert").filter(has_text="differ")
    expect(warning).to_contain_text("It is sliced for “XLIS”, not for Prusa MK4S.")
    expect(warning).to_contain_text("It is too large for Prusa MK4S: 50.0 mm too wide.")
    expect(warning).to_contain_text(f"It is sliced for PETG {hostile}, not for Filament (PLA).")
    look(page, "modal-approve-differs")
    page.set_viewport_size({"width": 360, "height": 640})
    expect(warning).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1440, "height": 900})
    modal.get_by_label("Printer").select_option("prusa-xl")
    expect(warning).not_to_contain_text("XLIS")
    expect(warning).to_contain_text("not for Filament (PLA)")
    modal.get_by_role("radio", name=re.compile("Original upload")).check()
    expect(warning).to_have_count(0)


def test_files_tell_themselves_in_the_card(visit: Visit, look: Look, http: HttpClient) -> None:
    job = steps.submit(http)
    save(job, ".gcode", prusa(picture=png(64)))
    save(job, "_plate.form", b"PreForm")
    page = visit("/dashboard")
    log_in(page, "front-desk")
    page.get_by_role("button", name=re.compile("^Details")).click()
    card = page.locator("article.card")
    expect(card).to_contain_text("14.39 g, 26 h 3 min, PLA")
    expect(card).to_contain_text("Weight and time cannot be read from .form files.")
    look(page, "card-sliced-files")
