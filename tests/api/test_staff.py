"""The names that actions are attributed to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.table import connection
from chalicelib.aws.tables import StaffMember
from infra.http_client import HttpClient
from infra.local.seed import STAFF
from tests.steps import API, LEFT, ok, wrong_fields


def test_the_active_staff_by_name(staff: HttpClient) -> None:
    members = ok(staff.get(f"{API}/staff"))["staff"]
    assert [member["name"] for member in members] == sorted(STAFF)
    assert all(member["is_active"] for member in members)
    assert {member["deactivated_at"] for member in members} == {None}


def test_everyone_ever(staff: HttpClient) -> None:
    members = ok(staff.get(f"{API}/staff", include_inactive="true"))["staff"]
    assert [member["name"] for member in members] == sorted([*STAFF, LEFT])
    gone = next(member for member in members if member["name"] == LEFT)
    assert gone["is_active"] is False
    assert gone["deactivated_at"] is not None


def test_a_long_list_costs_no_more_reads(staff: HttpClient) -> None:
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    hooks = connection().client.meta.events
    hooks.register("before-call.dynamodb", note)
    ok(staff.get(f"{API}/staff"))
    hooks.unregister("before-call.dynamodb", note)
    assert sorted(calls) == ["GetItem", "GetItem", "Scan"], "the session, the settings, the list"


def test_a_name_is_new_for_a_week(staff: HttpClient) -> None:
    now = datetime.now(UTC)
    StaffMember(name="Jordan Lee", added_at=now - timedelta(days=7)).save()
    StaffMember(name="Priya Shah", added_at=now - timedelta(days=6, hours=23)).save()
    members = {member["name"]: member["is_new"] for member in ok(staff.get(f"{API}/staff"))["staff"]}
    assert members == {"Jordan Lee": False, "Priya Shah": True, "Sam Ortiz": True}


def test_a_wrong_question(staff: HttpClient) -> None:
    assert list(wrong_fields(staff.get(f"{API}/staff", include_inactive="perhaps"))) == ["include_inactive"]
    assert list(wrong_fields(staff.get(f"{API}/staff", all="true"))) == ["all"]
