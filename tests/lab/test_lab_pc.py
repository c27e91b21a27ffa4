"""A lab PC at work, as `make demo-lab` shows it: one job, a real slicer, every folder of the share."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import demo, demo_lab, screen, slicer
from infra.demo import DemoFailed
from infra.lab_pc import LabPc, link_to
from infra.local.ports import free_port
from opener import link

without = demo_lab.missing()


@pytest.mark.slicer
@pytest.mark.timeout(900)  # it waits for other programs, step by step
@pytest.mark.skipif(bool(without), reason="; ".join(without))
def test_a_job_from_the_share_to_the_counter(tmp_path: Path) -> None:
    told = demo_lab.story(f"http://localhost:{free_port()}", tmp_path)
    name = told.job["display_name"]
    assert told.gcode["name"] == f"{name}_0.2mm_PLA.gcode"
    assert told.gcode["slicing"]["slicer"] == "PrusaSlicer"
    assert 5 < told.gcode["slicing"]["weight_g"] < 50
    assert told.gcode["slicing"]["time_s"] > 600
    assert told.job["weight_g"] == told.gcode["slicing"]["weight_g"]
    assert told.job["authoritative_filename"] == told.gcode["name"]
    assert told.job["status"] == "PAIDPICKEDUP"
    assert told.folders == [
        "Uploaded", "Pending", "ReadyToPrint", "Printing", "ReadyToPrint", "Printing", "Completed",
        "PaidPickedUp",
    ]  # fmt: skip
    assert told.window.startswith(f"{name}_0.2mm_PLA - PrusaSlicer")
    events = [event["event_type"] for event in told.job["events"]]
    assert events.count("CandidateFileFound") == 1
    assert events.count("FileOpenedInSlicer") == 1


def test_the_link_is_one_that_the_opener_understands() -> None:
    path = Path("/srv/lab share/Uploaded/JoséÑ_Filament_Blue (1)_K7FWCD.stl")
    assert link.path_in(link_to(path)) == str(path)


def test_files_in_the_wrong_folder_stop_the_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_PATIENCE_S", 0.1)
    pc = LabPc(tmp_path, "http://localhost:1", "lab-pc", "secret")
    for folder in ("Uploaded", "Pending"):
        (pc.share / folder).mkdir()
    (pc.share / "Uploaded" / "Jane_A.stl").touch()
    pc.wait_for_files("Jane_A", "Uploaded", ["Jane_A.stl"])
    (pc.share / "Pending" / "Jane_A.gcode").touch()
    with pytest.raises(DemoFailed, match="Pending"):
        pc.wait_for_files("Jane_A", "Uploaded", ["Jane_A.stl"])


def test_an_agent_that_fails_stops_the_story(tmp_path: Path) -> None:
    pc = LabPc(tmp_path, "http://localhost:1", "lab-pc", "secret")
    with pytest.raises(DemoFailed, match="marker"):
        pc.agent("once")


def test_without_a_slicer_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert demo_lab.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "apt-get install prusa-slicer" in said
    with pytest.raises(FileNotFoundError, match="prusa-slicer"):
        slicer.slice_beside(Path("a.stl"), Path("p.ini"))
    with pytest.raises(FileNotFoundError, match="xvfb"), screen.shown(Path("x")):
        pass
