from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from chalicelib.models3d import facts, load
from infra import samples
from infra.samples import mounting_plate, sample_file


@pytest.mark.parametrize("extension", [".stl", ".ascii.stl", ".obj", ".3mf"])
@pytest.mark.parametrize("name", ["spur-gear", "mounting-plate", "phone-stand"])
def test_every_format_holds_the_same_model(name: str, extension: str) -> None:
    known = facts(load(sample_file(name, extension), extension.split(".")[-1]))
    original = facts(load(sample_file(name, ".stl"), ".stl"))
    assert known.triangles == original.triangles
    assert known.volume_mm3 == pytest.approx(original.volume_mm3, rel=1e-5)
    assert known.watertight


@pytest.mark.parametrize("extension", [".stl", ".ascii.stl", ".obj", ".3mf"])
def test_files_are_the_same_every_time(extension: str) -> None:
    assert sample_file("mounting-plate", extension) == sample_file("mounting-plate", extension)


def test_the_plate_has_the_volume_of_its_drawing() -> None:
    plate = 90 * 60 - (4 - np.pi) * 8**2
    holes = 4 * np.pi * 2.75**2 + 2 * (5 * 19 + np.pi * 2.5**2)
    seat = np.pi * (18**2 * 10 - 13**2 * 11 - 6.5**2 * 5)
    assert facts(load(samples.binary_stl(mounting_plate()), ".stl")).volume_mm3 == pytest.approx(
        6 * (plate - holes) + seat, rel=2e-3
    )


def test_all_samples_are_written_as_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        samples, "SAMPLES", {"phone-stand": samples.phone_stand, "ammonite": lambda: samples.ammonite(900)}
    )
    samples.main(tmp_path / "new")
    written = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert written == ["ammonite.stl", "phone-stand.3mf", "phone-stand.obj", "phone-stand.stl"]
    assert all(load(path.read_bytes(), path.suffix) for path in (tmp_path / "new").iterdir())
