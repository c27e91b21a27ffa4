"""What administrators change: staff, workstations, settings and the catalog."""

from __future__ import annotations

import copy
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from chalicelib.aws import directory, documents, events
from chalicelib.domain.lifecycle import Actor
from infra.http_client import HttpClient
from infra.local import seed
from tests.models import next_seed, stl_bytes
from tests.steps import API, LEFT, SAM, announce, login, ok, refused, wrong_fields

STATION = {
    "id": "scanner-pc",
    "display_name": "Scanner PC",
    "role": "staff",
    "password": "a long password",
    "staff_name": SAM,
}


def told() -> list[tuple[str, dict[str, Any], str]]:
    """The system's own events: kind, details, by whom."""
    return [(e.event_type, e.details, e.triggered_by) for e in events.of_job(events.SYSTEM_EVENTS)]


# --- staff --------------------------------------------------------------------------


def test_a_new_name_can_act_at_once(admin: HttpClient, staff: HttpClient) -> None:
    added = ok(admin.post(f"{API}/staff", {"name": "Noor Aziz", "staff_name": SAM}), 201)
    assert added["is_active"] is True
    assert added["is_new"] is True
    assert "Noor Aziz" in [member["name"] for member in ok(staff.get(f"{API}/staff"))["staff"]]
    assert told() == [("StaffUpdated", {"staff": "Noor Aziz", "change": "added"}, SAM)]


@pytest.mark.parametrize("name", ["sam ortiz", "sam  ortiz", " Sam\tOrtiz ", LEFT])
def test_a_name_stands_on_the_list_once(admin: HttpClient, name: str) -> None:
    assert refused(admin.post(f"{API}/staff", {"name": name, "staff_name": SAM}), 409, "duplicate")
    assert told() == []


def test_spellings_of_one_name_at_the_same_moment(admin: HttpClient) -> None:
    spellings = ["Zoë Kerr", "zoë kerr", "Zoë  Kerr", "ZOË KERR", "Zoe\u0308 Kerr"] * 2
    together = Barrier(len(spellings))

    def add(name: str) -> int:
        together.wait()
        return admin.post(f"{API}/staff", {"name": name, "staff_name": SAM}).status

    with ThreadPoolExecutor(len(spellings)) as pool:
        statuses = Counter(pool.map(add, spellings))
    assert statuses == {201: 1, 409: len(spellings) - 1}
    names = [member.name for member in directory.all_staff() if member.name.casefold().startswith("zo")]
    assert len(names) == 1
    assert " ".join(names[0].split()) == names[0]


def test_who_has_left_cannot_act_until_brought_back(admin: HttpClient) -> None:
    gone = ok(admin.patch(f"{API}/staff/Jordan%20Lee", {"is_active": False, "staff_name": SAM}))
    assert gone["is_active"] is False
    assert gone["deactivated_at"]
    add = {"name": "Noor Aziz", "staff_name": "Jordan Lee"}
    refused(admin.post(f"{API}/staff", add), 400, "unknown_staff")
    back = ok(admin.patch(f"{API}/staff/Jordan%20Lee", {"is_active": True, "staff_name": SAM}))
    assert back["is_active"] is True
    assert back["deactivated_at"] is None
    ok(admin.post(f"{API}/staff", add), 201)


def test_deactivating_twice_is_told_once(admin: HttpClient) -> None:
    for _ in range(2):
        ok(admin.patch(f"{API}/staff/Jordan%20Lee", {"is_active": False, "staff_name": SAM}))
    assert len(told()) == 1


def test_an_unknown_name(admin: HttpClient) -> None:
    refused(admin.patch(f"{API}/staff/Nobody", {"is_active": True, "staff_name": SAM}), 404, "not_found")


# --- workstations -------------------------------------------------------------------


def test_a_new_workstation_can_log_in(admin: HttpClient, http: HttpClient) -> None:
    made = ok(admin.post(f"{API}/admin/workstations", STATION), 201)
    assert "password" not in str(made)
    credentials = {"workstation_id": "scanner-pc", "password": STATION["password"]}
    ok(http.post(f"{API}/auth/login", credentials))
    assert STATION["password"] not in str(told())
    listed = ok(admin.get(f"{API}/admin/workstations"))["workstations"]
    assert made in listed


def test_an_id_is_taken_once(admin: HttpClient) -> None:
    taken = {**STATION, "id": "front-desk"}
    refused(admin.post(f"{API}/admin/workstations", taken), 409, "duplicate")
    assert told() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("id", "Front Desk"), ("id", "../x"), ("password", "short"), ("role", "root"), ("display_name", "")],
)
def test_a_wrong_field_is_named(admin: HttpClient, field: str, value: str) -> None:
    assert list(wrong_fields(admin.post(f"{API}/admin/workstations", {**STATION, field: value}))) == [field]


@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"password": "another long password"}, {"role": "agent"}]
)
def test_what_a_workstation_was_ends_at_once(
    admin: HttpClient, http: HttpClient, change: dict[str, Any]
) -> None:
    session = login(http, "second-desk")
    ok(session.get(f"{API}/auth/me"))
    ok(admin.patch(f"{API}/admin/workstations/second-desk", {**change, "staff_name": SAM}))
    refused(session.get(f"{API}/auth/me"), 401)


def test_a_new_name_does_not_log_anybody_out(admin: HttpClient, http: HttpClient) -> None:
    session = login(http, "second-desk")
    change = {"display_name": "Desk by the window", "staff_name": SAM}
    ok(admin.patch(f"{API}/admin/workstations/second-desk", change))
    assert ok(session.get(f"{API}/auth/me"))["workstation"]["display_name"] == "Desk by the window"


@pytest.mark.parametrize("change", [{"disabled": True}, {"role": "staff"}])
def test_the_last_administrator_stays(admin: HttpClient, change: dict[str, Any]) -> None:
    answer = admin.patch(f"{API}/admin/workstations/admin-desk", {**change, "staff_name": SAM})
    refused(answer, 409, "last_administrator")
    ok(admin.post(f"{API}/admin/workstations", {**STATION, "role": "admin"}), 201)
    ok(admin.patch(f"{API}/admin/workstations/admin-desk", {**change, "staff_name": SAM}))
    left = [s.id for s in directory.all_workstations() if s.role == Actor.ADMIN and not s.disabled]
    assert left == ["scanner-pc"]


def test_an_unknown_workstation(admin: HttpClient) -> None:
    refused(admin.patch(f"{API}/admin/workstations/nowhere", {"disabled": True, "staff_name": SAM}), 404)


# --- settings -----------------------------------------------------------------------


def test_a_setting_counts_at_once_and_the_others_stay(admin: HttpClient, http: HttpClient) -> None:
    before = ok(admin.get(f"{API}/admin/settings"))
    change = {"minimum_charge_cents": 450, "staff_name": SAM}
    after = ok(admin.post(f"{API}/admin/settings", change))
    changed = {"minimum_charge_cents": 450, "version": before["version"] + 1, "updated_by": SAM}
    assert after == {**before, **changed, "updated_at": after["updated_at"]}
    assert ok(admin.get(f"{API}/admin/settings")) == after
    assert ok(http.get(f"{API}/catalog"))["minimum_charge_cents"] == 450
    expected = {"version": after["version"], "changed": ["minimum_charge_cents"]}
    assert told() == [("SettingsUpdated", expected, SAM)]


def test_the_settings_tell_the_etag_that_a_change_may_name(admin: HttpClient) -> None:
    shown = admin.get(f"{API}/admin/settings")
    tag = shown.headers["ETag"]
    assert admin.with_headers(If_None_Match=tag).get(f"{API}/admin/settings").status == 304
    change = {"new_staff_days": 3, "staff_name": SAM}
    ok(admin.with_headers(If_Match=tag).post(f"{API}/admin/settings", change))
    refused(admin.with_headers(If_Match=tag).post(f"{API}/admin/settings", change), 412)


def test_settings_changed_by_somebody_else_meanwhile(admin: HttpClient) -> None:
    version = ok(admin.get(f"{API}/admin/settings"))["version"]
    guarded = admin.with_headers(If_Match=f'"{version}"')
    ok(guarded.post(f"{API}/admin/settings", {"new_staff_days": 3, "staff_name": SAM}))
    late = guarded.post(f"{API}/admin/settings", {"new_staff_days": 9, "staff_name": SAM})
    late_details = {"current_version": version + 1, "updated_by": SAM}
    assert refused(late, 412, "precondition_failed") == late_details
    assert ok(admin.get(f"{API}/admin/settings"))["new_staff_days"] == 3


def test_what_is_no_network_is_told_what_is_one(admin: HttpClient) -> None:
    answer = admin.post(f"{API}/admin/settings", {"campus_networks": ["hello"], "staff_name": SAM})
    said = "“hello” is not a network. Write it like 192.0.2.0/24 or 2001:db8::/32."
    assert wrong_fields(answer) == {"campus_networks.0": said}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confirmation_hours", 0),
        ("session_hours", 25),
        ("campus_networks", ["not a network"]),
        ("logins_per_hour", "10"),
        ("no_such_setting", 1),
    ],
)
def test_a_wrong_setting_is_named(admin: HttpClient, field: str, value: object) -> None:
    answer = admin.post(f"{API}/admin/settings", {field: value, "staff_name": SAM})
    assert [name.partition(".")[0] for name in wrong_fields(answer)] == [field]


# --- catalog ------------------------------------------------------------------------


def update(**parts: Any) -> dict[str, Any]:
    """The catalog as it is, with other parts."""
    return {**copy.deepcopy(seed.CATALOG), "staff_name": SAM, **parts}


def current(http: HttpClient) -> HttpClient:
    """A client that names the current catalog in If-Match."""
    return http.with_headers(If_Match=http.get(f"{API}/catalog").headers["ETag"])


def test_a_new_printer_is_on_the_form_at_once(admin: HttpClient, http: HttpClient) -> None:
    mini = {
        "id": "prusa-mini",
        "name": "Prusa MINI",
        "methods": ["Filament"],
        "build_volume_mm": [180, 180, 180],
        "active": True,
    }
    etag = http.get(f"{API}/catalog").headers["ETag"]
    printers = [*seed.CATALOG["printers"], mini]
    changed = ok(current(admin).put(f"{API}/catalog", update(printers=printers)))
    assert changed["version"] == 2
    fresh = http.with_headers(If_None_Match=etag).get(f"{API}/catalog")
    assert "Prusa MINI" in [printer["name"] for printer in ok(fresh)["printers"]]
    ok(announce(http, stl_bytes(next_seed()), printer="prusa-mini"), 201)


def test_what_is_no_longer_offered_cannot_be_chosen(admin: HttpClient, http: HttpClient) -> None:
    materials = copy.deepcopy(seed.CATALOG["materials"])
    materials[0]["colors"] = ["Black"]
    ok(current(admin).put(f"{API}/catalog", update(materials=materials)))
    assert "color" in wrong_fields(announce(http, stl_bytes(next_seed()), color="Blue"))


def test_every_version_stays_on_record(admin: HttpClient) -> None:
    ok(current(admin).put(f"{API}/catalog", update()))
    versions = [documents.find(f"catalog#{number:06d}") for number in (1, 2)]
    assert [document and document.version for document in versions] == [1, 2]


def test_two_administrators_at_once(admin: HttpClient) -> None:
    both = current(admin)
    ok(both.put(f"{API}/catalog", update()))
    assert refused(both.put(f"{API}/catalog", update()), 412)["current_version"] == 2


def test_without_if_match(admin: HttpClient) -> None:
    assert list(wrong_fields(admin.put(f"{API}/catalog", update()))) == ["If-Match"]


def _changed(part: str, index: int, **values: Any) -> list[dict[str, Any]]:
    entries = copy.deepcopy(seed.CATALOG[part])
    entries[index].update(values)
    found: list[dict[str, Any]] = entries
    return found


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"printers": _changed("printers", 0, methods=["Laser"])}, "printers.0.methods"),
        ({"printers": _changed("printers", 1, id="prusa-mk4s")}, "printers.1.id"),
        ({"printers": _changed("printers", 1, name="PRUSA MK4S")}, "printers.1.name"),
        ({"materials": _changed("materials", 1, method="Laser")}, "materials.1.method"),
        ({"materials": _changed("materials", 1, colors=["Black", "black"])}, "materials.1.colors.1"),
        ({"materials": _changed("materials", 0, price_per_gram_cents=0)}, "materials.0.price_per_gram_cents"),
        ({"printers": _changed("printers", 0, build_volume_mm=[250, 210])}, "printers.0.build_volume_mm"),
        ({"materials": [{**m, "active": False} for m in seed.CATALOG["materials"]]}, "methods"),
    ],
)
def test_a_catalog_cannot_contradict_itself(
    admin: HttpClient, http: HttpClient, parts: dict[str, Any], field: str
) -> None:
    assert field in wrong_fields(current(admin).put(f"{API}/catalog", update(**parts)))
    assert ok(http.get(f"{API}/catalog"))["version"] == 1
