"""What a real PrusaSlicer writes, where one is installed (Debian: apt-get install prusa-slicer)."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from chalicelib.slicer_output import SlicerFacts, Source, facts
from infra import samples, slicer

pytestmark = [pytest.mark.slicer, pytest.mark.skipif(slicer.find() is None, reason=slicer.MISSING)]


def sliced(folder: Path, **changes: str) -> bytes:
    """The G-code of a model, by PrusaSlicer's command line."""
    model = folder / "model.stl"
    model.write_bytes(samples.binary_stl(samples.spur_gear()))
    return slicer.slice_beside(model, folder / "profile.ini", **changes).read_bytes()


def printed(gcode: bytes, key: str) -> str:
    """The value that PrusaSlicer wrote, found in the plainest way."""
    found = re.search(rf"^; {re.escape(key)} = (.*)$", gcode.decode(), re.MULTILINE)
    assert found, key
    return found[1]


def read(gcode: bytes) -> SlicerFacts:
    return facts(Source.of(gcode), ".gcode")


def test_what_prusaslicer_printed(tmp_path: Path) -> None:
    gcode = sliced(tmp_path)
    found = read(gcode)
    assert found.weight_g == Decimal(printed(gcode, "filament used [g]")) > 5
    (filament,) = found.filaments
    assert filament.length_mm == Decimal(printed(gcode, "filament used [mm]"))
    assert filament.volume_cm3 == Decimal(printed(gcode, "filament used [cm3]"))
    hours, minutes, seconds = re.findall(r"\d+", printed(gcode, "estimated printing time (normal mode)"))
    assert found.time_s == int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    assert (found.slicer, found.printer, filament.type) == ("PrusaSlicer", "MK4S", "PLA")
    assert found.bed_mm == (Decimal(250), Decimal(210), Decimal(220))
    assert found.weight_by(None) == found.weight_g


def test_a_profile_without_density(tmp_path: Path) -> None:
    gcode = sliced(tmp_path, filament_density="0")
    assert printed(gcode, "total filament used [g]") == "0.00"
    found = read(gcode)
    assert found.weight_g is None
    weight = found.weight_by(Decimal("1.24"))
    assert weight is not None
    assert abs(weight - Decimal("1.24") * Decimal(printed(gcode, "filament used [cm3]"))) < Decimal("0.01")
