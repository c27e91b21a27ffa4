from __future__ import annotations

import json
from pathlib import Path

import pytest

from chalicelib.models3d.__main__ import main
from infra.samples import sample_file


def test_facts_are_printed_and_the_picture_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, picture = tmp_path / "Gear.3MF", tmp_path / "gear.png"
    model.write_bytes(sample_file("spur-gear", ".3mf"))
    assert main([str(model), "-o", str(picture), "--colour", "#1d4fa0"]) == 0
    known = json.loads(capsys.readouterr().out)
    assert known["triangles"] == 4028
    assert known["names"] == ["spur-gear"]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_refusal_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = tmp_path / "gear.stl"
    model.write_bytes(sample_file("spur-gear", ".stl")[:-10])
    assert main([str(model)]) == 1
    assert json.loads(capsys.readouterr().err)["error"] == "truncated"
