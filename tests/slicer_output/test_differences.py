"""What staff are told before they choose a printer or a material for a sliced file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from chalicelib.domain.catalog import Material, Printer
from chalicelib.slicer_output import Filament, SlicerFacts
from chalicelib.slicer_output.differences import differences

MK4S = Printer("prusa-mk4s", "Prusa MK4S", ("Filament",), (250, 210, 220), True)
XL = Printer("prusa-xl", "Prusa XL", ("Filament",), (360, 360, 360), True)
PRO2 = Printer("raise3d-pro-2-plus", "Raise3D Pro 2 Plus", ("Filament",), (305, 305, 605), True)
PRINTERS = (MK4S, XL, PRO2)


def material(name: str) -> Material:
    return Material("filament", name, "Filament", Decimal(10), ("Blue",), True)


def other_printers(facts: SlicerFacts) -> set[str]:
    return {d.choice for d in differences(facts, PRINTERS, ()) if d.about == "printer"}


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("MK4S", MK4S),
        ("Original Prusa MK4S", MK4S),
        ("Original Prusa MK4S Input Shaper 0.4 nozzle", MK4S),
        ("Prusa MK4S HF0.4 nozzle", MK4S),
        ("MK4SMMU3", MK4S),
        ("prusa_mk4s", MK4S),
        ("XLIS", XL),
        ("XL5IS", XL),
        ("Original Prusa XL - 5T", XL),
        ("Raise3D Pro2 Plus", PRO2),
        ("MK4", None),
        ("MK3S", None),
        ("Bambu Lab X1 Carbon", None),
        ("S", None),
        ("—", None),
    ],
)
def test_printers_by_their_names(told: str, meant: Printer | None) -> None:
    expected = {p.id for p in PRINTERS} - ({meant.id} if meant else set())
    assert other_printers(SlicerFacts(printer=told)) == expected


def test_printers_by_their_beds() -> None:
    bed = (Decimal(300), Decimal(305), Decimal(600))
    assert other_printers(SlicerFacts(bed_mm=bed)) == {"prusa-mk4s", "prusa-xl"}
    assert other_printers(SlicerFacts(bed_mm=bed, printer="MK4S")) == {"prusa-xl", "raise3d-pro-2-plus"}
    assert other_printers(SlicerFacts()) == set()
    (first, _) = differences(SlicerFacts(bed_mm=bed), PRINTERS, ())
    assert first.message == "It is sliced for a printer of 300 × 305 × 600 mm, not for Prusa MK4S."


def test_what_is_too_large_as_it_stands() -> None:
    facts = SlicerFacts(size_mm=(Decimal("210"), Decimal("250"), Decimal("220.5")))
    (only,) = differences(facts, PRINTERS, ())
    assert (only.about, only.choice) == ("size", "prusa-mk4s")
    assert only.message == "It is too large for Prusa MK4S: 40.0 mm too deep and 0.5 mm too tall."
    assert (
        differences(SlicerFacts(size_mm=(Decimal(250), Decimal(210), Decimal("220.01"))), PRINTERS, ()) == []
    )


@pytest.mark.parametrize(
    ("name", "types", "differ"),
    [
        ("Filament (PLA)", ["PLA"], False),
        ("Filament (PLA)", ["PLA-CF"], False),
        ("Filament (PLA)", ["PETG"], True),
        ("Filament (PLA)", ["PLA", "PVA"], True),
        ("PLA or PETG", ["PETG"], False),
        ("Resin (standard)", ["PLA"], True),
        ("Nylon", ["PA"], False),
        ("Wood", ["PLA"], False),
        ("Filament (PLA)", ["Mystery"], False),
        ("Filament (PLA)", [], False),
    ],
)
def test_materials(name: str, types: list[str], differ: bool) -> None:
    facts = SlicerFacts(filaments=tuple(Filament(kind, length_mm=Decimal(1)) for kind in types))
    found = differences(facts, (), (material(name),))
    assert bool(found) is differ
    assert not differ or name in found[0].message


def test_a_filament_that_is_loaded_but_not_used_does_not_matter() -> None:
    loaded = (Filament("PLA", length_mm=Decimal(1)), Filament("PETG"))
    assert differences(SlicerFacts(filaments=loaded), (), (material("Filament (PLA)"),)) == []
