"""Catalog, settings, networks, events: the small parts of the domain, and the examples in its docstrings."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib import domain
from chalicelib.domain import events, mails, networks, payment_report
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.domain.lifecycle import MailType, Status
from infra.local.seed import CATALOG
from tests.domain.test_submissions import CATALOG as SMALL

MODULES = [module.name for module in pkgutil.iter_modules(domain.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings(name: str) -> None:
    module = importlib.import_module(f"chalicelib.domain.{name}")
    assert doctest.testmod(module).failed == 0


def test_only_active_entries_of_the_catalog_can_be_chosen() -> None:
    assert [printer.id for printer in SMALL.printers_for("Filament")] == ["mk4"]
    assert [material.id for material in SMALL.materials_for("Filament")] == ["pla"]
    assert SMALL.colors_for("Filament") == ("Blue", "Black")
    assert SMALL.material_with("Filament", "Gold") is None


def test_old_jobs_find_what_is_switched_off() -> None:
    printer, material = SMALL.printer("old"), SMALL.material("petg")
    assert printer is not None
    assert printer.name == "Old"
    assert material is not None
    assert material.price_per_gram_cents == Decimal(12)
    assert SMALL.printer("nobody") is None
    assert SMALL.material("nothing") is None


def test_a_colour_of_two_materials_is_offered_once() -> None:
    materials = [
        {**CATALOG["materials"][0], "id": "petg", "colors": ["Black", "Copper"]},
        *CATALOG["materials"],
    ]
    catalog = type(SMALL).from_data(2, {**CATALOG, "materials": materials})
    assert catalog.colors_for("Filament").count("Black") == 1
    assert catalog.colors_for("Filament")[:2] == ("Black", "Copper")
    material = catalog.material_with("Filament", "Black")
    assert material is not None
    assert material.id == "petg"


def test_prices_stay_exact() -> None:
    priced = {**CATALOG["materials"][0], "price_per_gram_cents": 12.1}
    catalog = type(SMALL).from_data(1, {**CATALOG, "materials": [priced]})
    assert catalog.materials[0].price_per_gram_cents == Decimal("12.1")


def test_a_new_lab_has_the_agreed_settings() -> None:
    settings = LabSettings.from_data({})
    assert settings.minimum_charge_cents == 300
    assert (settings.submissions_per_hour, settings.logins_per_hour) == (5, 10)
    assert settings.catalog_requests_per_minute == 60
    assert (settings.confirmation_hours, settings.session_hours) == (72, 12)
    assert settings.resend_cooldown_minutes == 60
    assert (settings.archive_after_days, settings.prune_after_days) == (45, 365)


def test_stored_settings_win_and_unknown_ones_are_ignored() -> None:
    settings = LabSettings.from_data({"minimum_charge_cents": 500, "campus_networks": ["10.0.0.0/8"], "x": 1})
    assert settings.minimum_charge_cents == 500
    assert settings.campus_networks == ("10.0.0.0/8",)
    assert len(fields(settings)) == len(vars(settings))


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("192.168.7.9", True),
        ("192.168.8.1", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("::ffff:10.1.2.3", True),
        ("", False),
        ("unknown", False),
        ("10.1.2.3, 10.1.2.4", False),
    ],
)
def test_addresses_of_the_campus(address: str, inside: bool) -> None:
    assert networks.contains(["10.0.0.0/8", "192.168.7.5/24", "2001:db8::/32"], address) is inside


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.1.2.3", "10.1.2.4", False),
        ("10.1.2.3", "::ffff:10.1.2.3", True),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff:eeee:dddd:cccc", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
    ],
)
def test_whom_a_limit_counts(one: str, other: str, same: bool) -> None:
    assert (networks.host(one) == networks.host(other)) is same


def test_event_ids_sort_by_time_and_then_by_their_order_in_one_change() -> None:
    start = datetime(2026, 11, 21, 15, 18, 1, 999_999, UTC)
    ids = [
        events.event_id(start),
        events.event_id(start, 1),
        events.event_id(start, 10),
        events.event_id(start + timedelta(microseconds=1)),
        events.event_id(start + timedelta(days=400)),
    ]
    assert sorted(ids) == ids
    assert len({events.event_id(start) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    ("mail", "statuses"),
    [
        ("receipt", [status.value for status in Status]),
        ("approval", ["PENDING"]),
        ("resend", ["PENDING"]),
        ("rejection", ["REJECTED", "ARCHIVED"]),
        ("completion", ["COMPLETED", "PAIDPICKEDUP", "ARCHIVED"]),
    ],
)
def test_a_mail_is_worth_sending_while_it_is_true(mail: str, statuses: list[str]) -> None:
    assert [s.value for s in Status if mails.fits(MailType(mail), s)] == statuses


@pytest.mark.parametrize(
    "cell",
    ["=1+1", " =1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "Jane;=1+1", "Jane | =1+1", "Jane;\t@x"],
)
def test_no_cell_is_calculated_however_a_program_cuts_the_line(cell: str) -> None:
    for piece in re.split(r"[;|\t]", payment_report.harmless(cell)):
        assert not piece.strip().startswith(tuple("=+-@＝＋－＠"))


@pytest.mark.parametrize("cell", ["Jane", "José-María", "A=B", "3; 4", "a@b.edu"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert payment_report.harmless(cell) == cell
