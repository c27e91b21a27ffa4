"""The old files: found by listing, named anew, copied to the byte; what is lost or unreadable is told."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path

import pytest

from chalicelib.aws import files
from chalicelib.services import clock
from infra.import_legacy import source, storage
from infra.import_legacy.run import Import
from infra.local.pump import Pump
from tests import invariants
from tests.legacy.moving_in import check_all, take_over, wrong
from tests.legacy.old_lab import OldLab
from tests.models import next_seed, stl_bytes
from tests.nights import Nights
from tests.steps import row


def test_files_are_found_named_and_proven(old: OldLab, nights: Nights, pump: Pump) -> None:
    was = old.job("PRINTING", display_name=None)
    was["display_name"] = Path(was["file_path"]).name  # some versions kept the ending
    stem = Path(was["file_path"]).stem
    old.put("Printing", f"{stem}_PLA 0.2mm.gcode", b"G28\n" * 400)
    old.put("Pending", f"{stem}.stl", b"an older copy")
    old.put("Uploaded", "stray.stl")
    (old.storage / "Uploaded" / "link.stl").symlink_to("/etc/passwd")
    report = take_over(old)
    job = row(was["id"])
    stored = {file.key for file in files.versions("Printing/")}
    assert stored == {
        f"Printing/{job.display_name}{end}" for end in (".stl", "_PLA 0.2mm.gcode", ".metadata.json")
    }
    places = {problem["row"] for problem in report["problems"] if problem["table"] == "storage"}
    assert places == {"Uploaded/stray.stl", "Uploaded/link.stl"}
    assert len(wrong(report, "file_path")) == 1
    while pump.step():
        pass
    check_all(nights)


def test_other_bytes_in_the_place_of_an_original_are_found(old: OldLab, nights: Nights, pump: Pump) -> None:
    """As many of them: only the store's word for the bytes tells, as it does of a job that was submitted."""
    was, sound = old.job("PRINTING"), old.job("ARCHIVED")
    take_over(old)
    while pump.step():
        pass
    for job in (row(was["id"]), row(sound["id"])):
        head = files.head(job.original_key)
        assert head is not None
        assert (job.file_size, job.file_etag) == (head.size, head.etag)
    check_all(nights)
    job = row(was["id"])
    files.put(job.original_key, b"x" * int(job.file_size), "model/stl")
    [finding] = nights.audit()["findings"]
    assert (finding["kind"], finding["job_id"]) == ("broken_link", job.id)
    assert finding["details"]["damaged"] == [job.original_name]


def test_a_path_in_a_row_leads_nowhere(old: OldLab, tmp_path: Path) -> None:
    (tmp_path / "secret.stl").write_bytes(b"not for students" * 100)
    was = old.job(file_path="../../secret.stl", display_name="../../secret", original_filename="../../x.stl")
    report = take_over(old)
    job = row(was["id"])
    assert job.file_size == 0
    assert job.original_filename == "x.stl"
    assert not any(file.key.endswith(".stl") for file in files.versions(""))
    assert len(wrong(report, "file_path")) == 1


def test_a_job_without_its_file_comes_over_and_is_told(old: OldLab, nights: Nights) -> None:
    was = old.job("PAIDPICKEDUP")
    for path in old.storage.rglob("*.stl"):
        path.unlink()
    report = take_over(old)
    assert len(wrong(report, "file_path")) == 1
    assert row(was["id"]).file_hash == was["file_hash"]
    assert [finding["kind"] for finding in nights.audit()["findings"]] == ["broken_link"]


def test_another_hash_than_the_old_system_wrote_down_is_told(old: OldLab) -> None:
    was = old.job(file_hash="ab" * 32)
    report = take_over(old)
    assert "is not the SHA-256 of" in wrong(report, "file_hash")[0]
    assert row(was["id"]).file_hash != "ab" * 32


def test_two_active_jobs_of_one_file_share_no_reservation(old: OldLab) -> None:
    content = stl_bytes(next_seed())
    made = [old.job(content=content, student_email="same@example.edu") for _ in range(2)]
    take_over(old)
    assert [row(was["id"]).holds_guard for was in made] == [True, False]
    invariants.check()


def test_a_file_that_cannot_be_read_keeps_its_own_job_only(old: OldLab, tmp_path: Path) -> None:
    was, other = old.job("PRINTING"), old.job("PRINTING")
    url, listed = old.save(tmp_path / "old.db"), storage.listing(old.storage)
    path = old.storage / "Printing" / f"{was['display_name']}.stl"
    content = path.read_bytes()
    path.unlink()
    run = Import(source.read(url), listed, UTC, clock.now(), apply=True, progress=lambda *_: None)
    report = run.run().as_dict()
    assert (report["new"]["jobs"], report["new"]["jobs not written"]) == (1, 1)
    assert [p["row"] for p in report["problems"] if "cannot be read" in p["wrong"]] == [was["id"]]
    path.write_bytes(content)
    assert take_over(old)["new"]["jobs"] == 1
    assert {row(was["id"]).status.value, row(other["id"]).status.value} == {"PRINTING"}


def test_a_name_of_other_bytes_than_utf8_is_told(old: OldLab, capsys: pytest.CaptureFixture[str]) -> None:
    was = old.job("PRINTING")
    for folder in (old.storage, old.storage / "Printing"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/M\xfcller.stl"))).write_bytes(b"x")
    report = take_over(old)
    told = {problem["row"] for problem in report["problems"] if problem["table"] == "storage"}
    assert told == {"M\\xfcller.stl", "Printing/M\\xfcller.stl"}
    assert row(was["id"]).status.value == "PRINTING"
    assert "M\\xfcller.stl" in capsys.readouterr().out.encode().decode()
