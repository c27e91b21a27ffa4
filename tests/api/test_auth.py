"""Workstation sessions: login, what a token opens, and what ends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.tables import Transient, Workstation
from chalicelib.services import tokens
from infra.http_client import HttpClient, Response
from tests.api.limits import spend
from tests.steps import API, configure, login, ok, password_of, refused, submit, wrong_fields


def _log_in(http: HttpClient, workstation: str, password: str) -> Response:
    return http.post(f"{API}/auth/login", {"workstation_id": workstation, "password": password})


@pytest.mark.parametrize(
    ("workstation", "role"), [("front-desk", "staff"), ("admin-desk", "admin"), ("lab-pc", "agent")]
)
def test_a_workstation_logs_in(workstation: str, role: str, http: HttpClient) -> None:
    session = ok(_log_in(http, workstation, password_of(workstation)))
    assert session["workstation"]["id"] == workstation
    assert session["workstation"]["role"] == role
    assert session["workstation"]["share_path"] == "Z:\\PrintLab"
    assert "password_hash" not in session["workstation"]
    ends = datetime.fromisoformat(session["expires_at"])
    assert timedelta(hours=11, minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=12)

    me = ok(http.with_token(session["token"]).get(f"{API}/auth/me"))
    assert me["workstation"] == session["workstation"]
    assert me["expires_at"][:19] == session["expires_at"][:19]  # a token keeps whole seconds


def test_a_session_tells_what_its_screens_follow(http: HttpClient) -> None:
    configure(environment_banner="Spare lab", sound_enabled=False, sound_volume_percent=30)
    token = ok(_log_in(http, "front-desk", password_of("front-desk")))["token"]
    assert ok(http.with_token(token).get(f"{API}/auth/me"))["desk"] == {
        "environment_banner": "Spare lab",
        "sound_enabled": False,
        "sound_volume_percent": 30,
        "resend_cooldown_minutes": 60,
        "revert_window_minutes": 60,
    }


def test_a_wrong_password_and_an_unknown_workstation_get_the_same_answer(http: HttpClient) -> None:
    Workstation(id="second-desk").update(actions=[Workstation.disabled.set(True)])
    answers = [
        _log_in(http, "front-desk", "wrong"),
        _log_in(http, "front-desk", password_of("front-desk") + " "),
        _log_in(http, "nobody", "wrong"),
        _log_in(http, "Front-Desk", password_of("front-desk")),
        _log_in(http, "second-desk", password_of("second-desk")),  # disabled
    ]
    for answer in answers:
        refused(answer, 401, "invalid_credentials")
    assert len({answer.body for answer in answers}) == 1


def test_what_a_login_must_say(http: HttpClient) -> None:
    for body, fields in [
        ({}, {"workstation_id", "password"}),
        ({"workstation_id": "", "password": "x"}, {"workstation_id"}),
        ({"workstation_id": "x" * 65, "password": "x"}, {"workstation_id"}),
        ({"workstation_id": "front-desk", "password": "x" * 201}, {"password"}),
        ({"workstation_id": "front-desk", "password": 12345}, {"password"}),
        ({"workstation_id": "front-desk", "password": "x", "role": "admin"}, {"role"}),
    ]:
        assert set(wrong_fields(http.post(f"{API}/auth/login", body))) == fields, body


def test_ten_logins_an_hour_from_one_address(http: HttpClient) -> None:
    last = spend(lambda: _without_hashing(http), limit=10)
    assert 1 <= int(last.headers["Retry-After"]) <= 3600
    refused(_log_in(http, "front-desk", password_of("front-desk")), 429, "rate_limited")


def _without_hashing(http: HttpClient) -> Response:
    return _log_in(http, "front-desk", "wrong")


def test_logging_out_ends_every_session_of_the_workstation(http: HttpClient, admin: HttpClient) -> None:
    here, there = login(http, "front-desk"), login(http, "front-desk")
    assert ok(here.post(f"{API}/auth/logout")) == {}
    for client in (here, there):
        refused(client.get(f"{API}/auth/me"), 401, "not_authenticated")
    ok(admin.get(f"{API}/auth/me"))
    ok(login(http, "front-desk").get(f"{API}/jobs"))


def test_disabling_a_workstation_counts_at_once(http: HttpClient, staff: HttpClient) -> None:
    ok(staff.get(f"{API}/auth/me"))
    Workstation(id="front-desk").update(actions=[Workstation.disabled.set(True)])
    refused(staff.get(f"{API}/auth/me"), 401, "not_authenticated")


def test_a_workstation_that_is_gone_has_no_session(http: HttpClient, staff: HttpClient) -> None:
    Workstation(id="front-desk").delete()
    refused(staff.get(f"{API}/auth/me"), 401, "not_authenticated")


def test_a_role_that_changed_counts_at_once(http: HttpClient, admin: HttpClient) -> None:
    Workstation(id="admin-desk").update(actions=[Workstation.role.set("staff")])
    job = submit(http)
    body = {"staff_name": "Sam Ortiz", "reason": "Trying"}
    refused(admin.post(f"{API}/jobs/{job['id']}/admin/force-unlock", body), 403, "not_permitted")


def test_a_session_ends_at_its_time(http: HttpClient) -> None:
    now = datetime.now(UTC)
    for length, status in [(timedelta(seconds=30), 200), (timedelta(0), 401), (-timedelta(hours=1), 401)]:
        token, _ = tokens.session("front-desk", 0, length, now)
        assert http.with_token(token).get(f"{API}/auth/me").status == status


def test_no_other_token_is_a_session(http: HttpClient) -> None:
    job = submit(http)
    good, _ = tokens.session("front-desk", 0, timedelta(hours=1), datetime.now(UTC))
    payload, stamp, signature = good.rsplit(".", 2)
    admin, _ = tokens.session("admin-desk", 0, timedelta(hours=1), datetime.now(UTC))
    for forged in (
        tokens.tracking(job["id"]),
        tokens.confirmation("front-desk", "0"),
        f"{admin.rsplit('.', 2)[0]}.{stamp}.{signature}",
        f"{payload}.{stamp}.{signature[::-1]}",
        f"{payload}.{stamp}",
        good + ".x",
        "." * 50,
        "x" * 5000,
    ):
        refused(http.with_token(forged).get(f"{API}/auth/me"), 401, "not_authenticated")


def test_signing_keys_can_be_rotated(http: HttpClient, restart_with: Callable[..., None]) -> None:
    restart_with(PRINTLAB_SIGNING_KEYS="old")
    before = login(http, "front-desk")
    restart_with(PRINTLAB_SIGNING_KEYS="old,new")
    ok(before.get(f"{API}/auth/me"))
    after = login(http, "front-desk")
    restart_with(PRINTLAB_SIGNING_KEYS="new")
    ok(after.get(f"{API}/auth/me"))
    refused(before.get(f"{API}/auth/me"), 401, "not_authenticated")


def test_nothing_of_a_login_is_kept_for_repeats(http: HttpClient) -> None:
    """An Idempotency-Key keeps the first answer; the answer to a login is a secret."""
    keyed = http.with_headers(Idempotency_Key="once")
    first = ok(_log_in(keyed, "front-desk", password_of("front-desk")))
    ok(_log_in(keyed, "front-desk", password_of("front-desk")))
    stored = "".join(str(row.serialize()) for row in Transient.scan())
    assert first["token"] not in stored
    refused(_log_in(keyed, "front-desk", "wrong"), 401, "invalid_credentials")
