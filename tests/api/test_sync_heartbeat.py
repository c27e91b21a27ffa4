"""How the agents of the lab PCs are, and which of them leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.tables import Watch, Workstation
from infra.http_client import HttpClient
from tests.api.watch import alerts, monitoring
from tests.steps import API, SAM, login, ok, password_of, wrong_fields

SAID: dict[str, Any] = {"share_id": "share", "instance": "one", "version": "1.0", "hostname": "LAB-PC"}


def beat(agent: HttpClient, **said: Any) -> dict[str, Any]:
    """Say how the agent is."""
    answer: dict[str, Any] = ok(agent.post(f"{API}/sync/heartbeat", {**SAID, **said}))
    return answer


def _second(http: HttpClient, admin: HttpClient) -> HttpClient:
    """Another lab PC."""
    station = {"id": "lab-pc-2", "display_name": "Lab PC 2", "role": "agent"}
    document = {"staff_name": SAM, **station, "password": password_of("lab-pc-2")}
    ok(admin.post(f"{API}/admin/workstations", document), 201)
    return login(http, "lab-pc-2")


def _pass(seconds: float, kind: str, row_id: str) -> None:
    """Let time go by for a row."""
    row = Watch.get(kind, row_id)
    assert row.at is not None
    row.update(actions=[Watch.at.set(row.at - timedelta(seconds=seconds))])


def test_staff_see_how_an_agent_is(agent: HttpClient, staff: HttpClient) -> None:
    assert monitoring(staff, "agents") == {"agents": []}
    success = datetime.now(UTC).isoformat(timespec="seconds")
    beat(agent, last_success_at=success, pending_uploads=2, conflicts=1, errors=["x is open"])
    (seen,) = monitoring(staff, "agents")["agents"]
    heard = datetime.fromisoformat(seen.pop("last_heard_at"))
    assert abs(datetime.now(UTC) - heard) < timedelta(minutes=1)
    assert datetime.fromisoformat(seen.pop("last_success_at")) == datetime.fromisoformat(success)
    assert seen == {
        "workstation_id": "lab-pc",
        "instance": "one",
        "share_id": "share",
        "leads": True,
        "silent": False,
        "hostname": "LAB-PC",
        "version": "1.0",
        "pending_downloads": 0,
        "pending_uploads": 2,
        "conflicts": 1,
        "errors": ["x is open"],
    }


def test_one_agent_leads_until_its_lease_ends(http: HttpClient, admin: HttpClient, agent: HttpClient) -> None:
    second = _second(http, admin)
    first = beat(agent)
    assert (first["leads"], first["leader"]) == (True, "lab-pc")
    assert 170 < first["seconds"] <= 180
    assert (beat(second)["leads"], beat(second)["leader"]) == (False, "lab-pc")
    assert beat(agent)["leads"] is True
    _pass(181, "lease", "share")
    assert beat(second)["leads"] is True
    assert beat(agent) | {"seconds": 0} == {"leads": False, "leader": "lab-pc-2", "seconds": 0}


def test_who_leaves_lets_the_other_lead_at_once(
    http: HttpClient, admin: HttpClient, agent: HttpClient
) -> None:
    second = _second(http, admin)
    beat(agent)
    assert beat(second, lead=False)["leads"] is False
    assert beat(agent)["leads"] is True
    assert beat(agent, lead=False) == {"leads": False, "leader": None, "seconds": 0}
    assert beat(second)["leads"] is True


def test_two_agents_with_one_login_are_two(agent: HttpClient) -> None:
    assert beat(agent)["leads"] is True
    assert beat(agent, instance="two")["leads"] is False
    assert beat(agent)["leads"] is True


def test_each_share_has_its_leader(http: HttpClient, admin: HttpClient, agent: HttpClient) -> None:
    second = _second(http, admin)
    assert beat(agent)["leads"] is True
    assert beat(second, share_id="other")["leads"] is True


def test_a_silent_agent_is_an_alert_until_it_speaks_or_its_workstation_is_disabled(
    agent: HttpClient, staff: HttpClient, running: None
) -> None:
    beat(agent)
    assert alerts(staff) == {}
    _pass(16 * 60, "agent", "lab-pc")
    alert = alerts(staff)["agent-silent:lab-pc"]
    assert (alert["severity"], alert["runbook"]) == ("warning", "docs/runbook.md#agent-silent")
    assert monitoring(staff, "agents")["agents"][0]["silent"] is True
    beat(agent)
    assert alerts(staff) == {}
    _pass(16 * 60, "agent", "lab-pc")
    Workstation("lab-pc").update(actions=[Workstation.disabled.set(True)])
    assert alerts(staff) == {}
    assert monitoring(staff, "agents") == {"agents": []}


def test_what_is_said_is_checked(agent: HttpClient) -> None:
    wrong = {"errors": ["x" * 301], "pending_uploads": -1, "last_success_at": "2026-11-21T12:00:00", "x": 1}
    answer = agent.post(f"{API}/sync/heartbeat", {**SAID, **wrong})
    assert set(wrong_fields(answer)) >= {"pending_uploads", "last_success_at", "x"}
