"""The old rows: staff and catalog join ours, broken values are mended by a rule, and each mend is told."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from chalicelib.aws import directory
from chalicelib.aws.tables import Job
from infra.http_client import HttpClient
from tests import invariants
from tests.legacy.moving_in import printer, take_over, wrong
from tests.legacy.old_lab import SCHEMA, OldLab
from tests.steps import API, ok, row


def test_staff_come_with_their_state(old: OldLab, staff: HttpClient) -> None:
    old.tables["staff"] += [{"name": "kim  NOW"}, {"name": ""}, {"name": "system"}]
    report = take_over(old)
    assert len(wrong(report, "name")) == 3
    listed = {
        member["name"]: member for member in ok(staff.get(f"{API}/staff", include_inactive="true"))["staff"]
    }
    assert listed["Robin Past"]["is_active"] is False
    assert listed["Kim Now"]["is_active"] is True
    member = directory.find_staff("Robin Past")
    assert member is not None
    assert member.deactivated_at == (old.start + timedelta(days=90)).replace(tzinfo=UTC)


def test_the_catalog_gains_what_it_lacks(old: OldLab, http: HttpClient) -> None:
    material = {
        "id": "petg",
        "name": "PETG",
        "method": "Filament",
        "price_per_gram": 0.12,
        "colors": ["Blue"],
    }
    old.catalog(
        methods=["Filament", "Laser"],
        printers=[printer("Prusa MK4S"), printer("Bambu X1"), printer("No Size", build_volume_mm=None), 7],
        materials=[material, {**material, "name": "Gold", "id": "gold", "price_per_gram": -1}],
    )
    report = take_over(old)
    offer = ok(http.get(f"{API}/catalog"))
    printers = [printer["id"] for printer in offer["printers"]]
    assert printers[-1] == "bambu-x1"
    assert printers.count("prusa-mk4s") == 1
    [petg] = [m for m in offer["materials"] if m["id"] == "petg"]
    assert petg["price_per_gram_cents"] in {12, "12"}
    assert len(wrong(report, "data")) == 3


BROKEN: dict[str, tuple[Any, str, Any]] = {
    "student_email": ("jane@@x", "student_email", "unknown@example.invalid"),
    "student_name": ("Jane\r\nBcc: x@y.z", "student_name", "Jane Bcc: x@y.z"),
    "discipline": ("Wizardry", "discipline", "Other"),
    "cost_usd": (-3.5, "cost_cents", None),
    "weight_g": ("heavy", "weight_g", None),
    "time_hours": (1e9, "time_hours", None),
    "printer": ("Old Faithful", "printer", "old-faithful"),
    "staff_viewed_at": ("yesterday", "staff_viewed_at", None),
    "status": ("???", "status", "UPLOADED"),
    "created_at": ("2999-01-01 00:00:00", "status", "UPLOADED"),
    "acknowledged_minimum_charge": ("maybe", "acknowledged_minimum_charge", False),
}


@pytest.mark.parametrize("column", BROKEN)
def test_a_broken_value_is_mended_by_its_rule_and_told(old: OldLab, column: str) -> None:
    value, name, expected = BROKEN[column]
    was = old.job(**{column: value})
    report = take_over(old)
    assert [p["column"] for p in report["problems"] if p["row"] == was["id"]] == [column]
    assert getattr(row(was["id"]), name) == expected


GARBAGE = (
    b"\xff\x00",
    "\x00\u202e",
    "x" * 3000,
    -1e308,
    0,
    "NaN",
    "[[[",
    '{"a": [1, {}]}',
    "9" * 40,
    "../..",
    "'; DROP--",
)


def test_whatever_a_row_holds_nothing_breaks(old: OldLab) -> None:
    good = old.job("PRINTING")
    for value in GARBAGE:
        job = old.job("COMPLETED")
        keys = {"id", "status", "display_name", "file_path", "short_id"}
        job.update({column: value for column in SCHEMA["job"] if column not in keys})
        old.job("PAIDPICKEDUP").update({"display_name": value, "file_path": value, "status": value})
        old.tables["payment"][-1].update(
            {"grams": value, "price_cents": value, "paid_ts": value, "txn_no": value}
        )
        garbled = dict.fromkeys(
            ("timestamp", "event_type", "details", "triggered_by", "workstation_id"), value
        )
        old.tables["event"][-1].update(garbled)
        old.tables["staff"].append(dict.fromkeys(SCHEMA["staff"], value))
        old.tables["catalog_store"].append({"id": str(value), "data": value})
    report = take_over(old)
    assert "jobs not written" not in report["new"]
    assert not [problem for problem in report["problems"] if "understood" in problem["wrong"]]
    assert row(good["id"]).status.value == "PRINTING"
    assert len(list(Job.scan())) >= 1 + len(GARBAGE)
    invariants.check_trail()
    invariants.check_guards(list(Job.scan()))


def test_rows_that_cannot_be_right_are_left_out_and_told(old: OldLab) -> None:
    first, second = old.job("PAIDPICKEDUP"), old.job()
    old.tables["job"].append({**second, "id": second["id"].upper(), "short_id": None})
    old.tables["job"].append({**second, "id": "", "short_id": None})
    old.tables["job"].append({**second, "id": "x", "display_name": "None", "file_path": "", "status": "??"})
    old.tables["payment"][0]["price_cents"] = -238
    old.tables["payment"].append({"job_id": "nobody", "price_cents": 1})
    old.event("nobody", "JobCreated", old.start)
    old.event(None, "CatalogUpdated", old.start)
    report = take_over(old)
    assert report["new"]["jobs"] == 2
    assert len(wrong(report, "id")) == 2
    assert len(wrong(report, "job_id")) == 2
    assert len(wrong(report, "price_cents")) == 1
    assert report["found"]["events of no job, left out"] == 1
    assert row(first["id"]).payment_id is None


def test_a_foreign_short_id_is_replaced_and_still_found(old: OldLab, staff: HttpClient) -> None:
    was, same = old.job(short_id="A1B2C3D4E5"), old.job(short_id="a1")
    take_over(old)
    found = ok(staff.get(f"{API}/jobs", status="UPLOADED", search="a1b2c3d4e5"))["jobs"]
    assert [job["id"] for job in found] == [was["id"]]
    assert row(was["id"]).short_id != row(same["id"]).short_id
    assert "A1B2C3D4E5" in row(was["id"]).notes[0]["text"]
