"""What slicers wrote into a job's files: read once, shown in every list, compared with the lab's choices."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import files
from chalicelib.aws.tables import Transient
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action
from chalicelib.services import slicing
from infra.http_client import HttpClient
from infra.local import seed
from tests.slicer_output.outputs import bgcode, plate, png, prusa, sliced_3mf
from tests.steps import API, act, ok, submit

Job = dict[str, Any]
Save = Callable[[str, bytes], str]


@pytest.fixture
def job(http: HttpClient) -> Job:
    return submit(http)


@pytest.fixture
def save(cloud: Session, job: Job) -> Save:
    """Save a file beside the original, as a slicer on the lab share does."""

    def put(suffix: str, body: bytes) -> str:
        name: str = job["display_name"] + suffix
        cloud.client("s3").put_object(Bucket=settings().files_bucket, Key=f"Uploaded/{name}", Body=body)
        return name

    return put


Look = Callable[[dict[str, Any]], None]


@pytest.fixture
def before_read() -> Iterator[Callable[[Look], None]]:
    """Call something with the parameters of each read from the store, just before it."""
    hooks = files.client().meta.events
    yield lambda look: hooks.register(_EVENT, lambda params, **_: look(params), unique_id=_EVENT)
    hooks.unregister(_EVENT, unique_id=_EVENT)


_EVENT = "before-parameter-build.s3.GetObject"


@pytest.fixture
def reads(before_read: Callable[[Look], None]) -> list[str]:
    """The keys of what is read from the store."""
    keys: list[str] = []
    before_read(lambda params: keys.append(params["Key"]))
    return keys


def listed(desk: HttpClient, job: Job) -> dict[str, Any]:
    found = ok(desk.get(f"{API}/jobs/{job['id']}/candidate-files"))
    return {file["name"]: file for file in found["files"]}


def one(desk: HttpClient, job: Job, name: str) -> Any:
    return listed(desk, job)[name]


def about(file: Any, kind: str) -> set[str]:
    return {one["choice"] for one in file["slicing"]["differences"] if one["about"] == kind}


@pytest.mark.parametrize(
    ("suffix", "body"),
    [("_PLA.gcode", prusa(picture=png())), (".bgcode", bgcode(picture=png()))],
)
def test_what_a_file_tells(staff: HttpClient, job: Job, save: Save, suffix: str, body: bytes) -> None:
    file = one(staff, job, save(suffix, body))
    told = file["slicing"]
    assert (told["slicer"], told["slicer_version"], told["printer"]) == ("PrusaSlicer", "2.8.1", "MK4S")
    assert (told["weight_g"], told["time_s"], told["nozzle_mm"]) == (14.39, 93784, 0.4)
    assert told["filaments"] == [{"type": "PLA", "length_mm": 4826.31, "weight_g": 14.39}]
    assert told["estimated_weights"] == []
    assert base64.b64decode(told["thumbnail"].removeprefix("data:image/png;base64,")) == png()
    assert file["not_read"] is None
    assert about(file, "printer") == {"prusa-xl", "raise3d-pro-2-plus"}
    assert about(file, "material") == set()


def test_differences_from_what_the_lab_offers(staff: HttpClient, job: Job, save: Save) -> None:
    outline = '{"objects":[{"polygon":[[0,0],[300,0],[300,100]]}]}'
    body = prusa(printer_model="XLIS", filament_type="PETG", objects_info=outline, max_layer_z="50.0")
    file = one(staff, job, save(".gcode", body))
    assert about(file, "printer") == {"prusa-mk4s", "raise3d-pro-2-plus"}
    assert about(file, "size") == {"prusa-mk4s"}
    assert about(file, "material") == {"filament"}
    assert file["slicing"]["size_mm"] == [300, 100, 50]


def test_a_weight_of_zero_is_estimated_by_the_density(staff: HttpClient, job: Job, save: Save) -> None:
    body = prusa(filament_used__g=None, total_filament_used__g="0.00", filament_density="0")
    told = one(staff, job, save(".gcode", body))["slicing"]
    assert told["weight_g"] is None
    assert told["estimated_weights"] == [{"material": "filament", "weight_g": 14.4}]


def test_what_cannot_be_read_says_why(staff: HttpClient, job: Job, save: Save) -> None:
    project, broken, form = save(".3mf", sliced_3mf()), save(".bgcode", b"GCDE"), save(".form", b"any")
    empty = save(".gcode", b"")
    found = listed(staff, job)
    assert [found[name]["not_read"]["code"] for name in (project, broken, form, empty)] == [
        "not_sliced",
        "damaged",
        "unsupported_format",
        "unknown_slicer",
    ]
    assert found[project]["slicing"] is None
    assert "before slicing" in found[project]["not_read"]["message"]


def test_a_file_is_read_once_wherever_it_is_moved(
    staff: HttpClient, job: Job, save: Save, reads: list[str]
) -> None:
    name = save(".gcode", prusa())
    first = listed(staff, job)[name]["slicing"]
    assert reads == [f"Uploaded/{name}"]
    assert listed(staff, job)[name]["slicing"] == first
    ok(act(staff, job, Action.APPROVE, authoritative_filename=name))
    assert listed(staff, job)[name]["slicing"] == first
    assert len(reads) == 1


def test_of_a_large_file_both_ends_are_read(staff: HttpClient, job: Job, save: Save) -> None:
    name = save(".gcode", prusa(padding=8_000_000))
    lengths: list[int] = []
    hooks = files.client().meta.events
    hooks.register(
        "after-call.s3.GetObject",
        lambda parsed, **_: lengths.append(parsed["ContentLength"]),
        unique_id="lengths",
    )
    try:
        told = one(staff, job, name)["slicing"]
    finally:
        hooks.unregister("after-call.s3.GetObject", unique_id="lengths")
    assert told is not None
    assert told["weight_g"] == 14.39
    assert sum(lengths) <= 2 * 1024 * 1024


def test_what_is_saved_again_is_read_again(staff: HttpClient, job: Job, save: Save, reads: list[str]) -> None:
    name = save(".gcode", prusa())
    assert listed(staff, job)[name]["slicing"]["weight_g"] == 14.39
    save(".gcode", prusa(filament_used__g="20.00", total_filament_used__g="20.00"))
    assert listed(staff, job)[name]["slicing"]["weight_g"] == 20
    assert len(reads) == 2


def test_the_same_bytes_under_two_endings_are_two_files(staff: HttpClient, job: Job, save: Save) -> None:
    gcode, other = save(".gcode", prusa()), save(".bgcode", prusa())
    found = listed(staff, job)
    assert found[gcode]["slicing"]["weight_g"] == 14.39
    assert found[other]["not_read"]["code"] == "damaged"


def test_many_files_are_read_in_turns(staff: HttpClient, job: Job, save: Save, reads: list[str]) -> None:
    total = slicing.MAX_READ_AT_ONCE + 2
    for number in range(total):
        save(f"_{number}.gcode", prusa(layers=number + 1))
    outputs = [file for file in listed(staff, job).values() if not file["is_original"]]
    assert len([file for file in outputs if file["slicing"]]) == slicing.MAX_READ_AT_ONCE
    assert {file["not_read"]["code"] for file in outputs if not file["slicing"]} == {"later"}
    outputs = [file for file in listed(staff, job).values() if not file["is_original"]]
    assert all(file["slicing"] for file in outputs)
    assert len(reads) == total


def test_a_fault_in_one_file_keeps_nobody_from_the_others(
    staff: HttpClient, job: Job, save: Save, before_read: Callable[[Look], None]
) -> None:
    name = save(".gcode", prusa())
    failing = [True]

    def fail(_: dict[str, Any]) -> None:
        if failing:
            raise ConnectionError("the store does not answer")

    before_read(fail)
    assert one(staff, job, name)["not_read"]["code"] == "failed"
    assert list(Transient.scan(Transient.id.startswith("sliced#"))) == []
    failing.clear()
    assert one(staff, job, name)["slicing"]["weight_g"] == 14.39


def test_a_file_that_is_moved_meanwhile(
    cloud: Session, staff: HttpClient, job: Job, save: Save, before_read: Callable[[Look], None]
) -> None:
    name = save(".gcode", prusa())
    somebody = cloud.client("s3")
    before_read(lambda params: somebody.delete_object(Bucket=params["Bucket"], Key=params["Key"]))
    assert one(staff, job, name)["not_read"]["code"] == "moved"


def test_a_sliced_3mf_of_several_plates(staff: HttpClient, job: Job, save: Save) -> None:
    name = save(".gcode.3mf", sliced_3mf(plate(1, 60, "1.50"), plate(2, 30, "2.00")))
    told = one(staff, job, name)["slicing"]
    assert (told["weight_g"], told["time_s"]) == (3.5, 90)


def test_an_old_catalog_has_usual_densities(http: HttpClient, admin: HttpClient) -> None:
    def update(density: float | None, materials: int) -> dict[str, Any]:
        entries = [{k: v for k, v in m.items() if k != "density_g_cm3"} for m in seed.CATALOG["materials"]]
        if density:
            entries[0]["density_g_cm3"] = density
        return {**seed.CATALOG, "materials": entries[:materials], "staff_name": "Sam Ortiz"}

    def densities() -> list[float | None]:
        return [m["density_g_cm3"] for m in ok(http.get(f"{API}/catalog"))["materials"]]

    def put(density: float | None) -> None:
        current = admin.with_headers(If_Match=http.get(f"{API}/catalog").headers["ETag"])
        ok(current.put(f"{API}/catalog", update(density, 2)))

    assert densities() == [1.24, 1.15]
    put(1.31)
    assert densities() == [1.31, 1.15]
    put(None)  # an editor that does not know densities must not take them away
    assert densities() == [1.31, 1.15]
