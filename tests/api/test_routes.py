"""The whole route table, who may call what, and that everybody else is turned away with nothing done."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.api import ROUTES
from chalicelib.domain.lifecycle import Action, Actor
from infra.http_client import HttpClient, Response
from infra.local.functions import Functions
from infra.local.seed import CATALOG
from tests import invariants
from tests.steps import API, PATHS, SAM, body_for, lock, ok, refused, show, submit

# A workstation of the administrators may do all that one of the staff may; "public" needs no login.
TABLE = """
    GET    /openapi.json                          public
    GET    /health                                public
    GET    /catalog                               public
    GET    /catalog/version                       public
    GET    /cost/preview                          public
    POST   /auth/login                            public
    POST   /auth/logout                           staff agent
    GET    /auth/me                               staff agent
    POST   /submit                                public
    POST   /submit/uploads                        public
    POST   /submit/uploads/{upload_id}/complete   public
    POST   /submit/resend-confirmation            public
    GET    /track/{token}                         public
    GET    /confirm/expired                       public
    GET    /confirm/{token}                       public
    POST   /confirm/{token}                       public
    GET    /jobs                                  staff
    GET    /jobs/counts                           staff
    GET    /jobs/{job_id}                         staff
    DELETE /jobs/{job_id}                         staff
    GET    /jobs/{job_id}/events                  staff
    GET    /jobs/{job_id}/candidate-files         staff
    GET    /jobs/{job_id}/files/{name}            staff
    POST   /jobs/{job_id}/opened-in-slicer        staff
    PATCH  /jobs/{job_id}/notes                   staff
    POST   /jobs/{job_id}/lock                    staff
    POST   /jobs/{job_id}/extend                  staff
    POST   /jobs/{job_id}/unlock                  staff
    POST   /jobs/{job_id}/review                  staff
    POST   /jobs/{job_id}/approve                 staff
    POST   /jobs/{job_id}/reject                  staff
    POST   /jobs/{job_id}/mark-printing           staff
    POST   /jobs/{job_id}/mark-complete           staff
    POST   /jobs/{job_id}/mark-picked-up          staff
    POST   /jobs/{job_id}/payment                 staff
    POST   /jobs/{job_id}/revert-completion       staff
    POST   /jobs/{job_id}/revert-pickup           staff
    POST   /jobs/{job_id}/admin/mark-failed       staff
    POST   /jobs/{job_id}/admin/force-unlock      admin
    POST   /jobs/{job_id}/admin/force-confirm     admin
    POST   /jobs/{job_id}/admin/change-status     admin
    POST   /jobs/{job_id}/admin/resend-email      admin
    GET    /sync/manifest                         agent
    POST   /sync/candidates                       agent
    POST   /sync/candidates/{candidate_id}/complete agent
    POST   /sync/heartbeat                        agent
    GET    /staff                                 staff
    POST   /staff                                 admin
    PATCH  /staff/{name}                          admin
    PUT    /catalog                               admin
    GET    /admin/settings                        admin
    POST   /admin/settings                        admin
    GET    /admin/workstations                    admin
    POST   /admin/workstations                    admin
    PATCH  /admin/workstations/{workstation_id}   admin
    GET    /analytics/overview                    staff
    GET    /analytics/trends                      staff
    GET    /analytics/resources                   staff
    GET    /analytics/staff                       staff
    GET    /analytics/students                    staff
    GET    /stats                                 staff
    GET    /stats/detailed                        staff
    POST   /export/payments                       staff
    GET    /admin/mail/failed                     admin
    POST   /admin/mail/{mail_id}/retry            admin
    GET    /admin/queues                          admin
    POST   /admin/queues/{name}/replay            admin
    GET    /monitoring/health                     staff
    GET    /monitoring/metrics/system             staff
    GET    /monitoring/metrics/application        staff
    GET    /monitoring/metrics/all                staff
    GET    /monitoring/history                    staff
    GET    /monitoring/alerts                     staff
    GET    /monitoring/agents                     staff
    GET    /_diag                                 admin
    POST   /_diag/test-email                      admin
    POST   /admin/archive                         admin
    POST   /admin/prune                           admin
    POST   /admin/audit/start                     admin
    GET    /admin/audit/report                    admin
    DELETE /admin/audit/orphaned-file             admin
    DELETE /admin/audit/stale-file                admin
    POST   /admin/audit/repair-metadata           admin
    POST   /admin/audit/repair-location           admin
    POST   /admin/audit/repair-link               admin
    POST   /admin/audit/repair-counter            admin
"""

ENTRIES = [(method, path, set(who)) for method, path, *who in map(str.split, TABLE.strip().splitlines())]
GUARDED = [(method, path, who) for method, path, who in ENTRIES if who != {"public"}]


def test_the_route_table() -> None:
    names = {Actor.STUDENT: "public"}
    routes = [
        (route.method, route.path.removeprefix(API), {names.get(actor, actor.value) for actor in route.allow})
        for route in ROUTES
    ]
    assert sorted(routes, key=str) == sorted(ENTRIES, key=str)


def test_every_route_is_served_and_nothing_else(functions: Functions) -> None:
    served = {(method, path) for path, methods in functions.app.routes.items() for method in methods}
    assert served == {(method, API + path) for method, path, _ in ENTRIES}


def test_a_route_that_changes_a_job_frees_the_lock_when_it_fails() -> None:
    # The lock's own routes do not, nor does noting that a file was opened, which changes nothing.
    keep = {"log_opened", "lock_job", "extend_lock", "unlock_job", "force_unlock"}
    for route in ROUTES:
        changes = "{job_id}" in route.path and route.method != "GET" and route.name not in keep
        assert route.frees_lock is changes, route.name


_BY_PATH = {f"/jobs/{{job_id}}/{path}".rstrip("/"): action for action, path in PATHS.items()}


def _call(client: HttpClient, method: str, path: str, job: dict[str, Any]) -> Response:
    """The route, with what it needs to succeed."""
    name = f"{job['display_name']}.stl"
    station = {"id": "new-desk", "display_name": "New", "role": "staff", "password": "long enough"}
    documents: dict[str, dict[str, Any]] = {
        "/auth/logout": {},
        "/jobs/{job_id}/notes": {"staff_name": SAM, "text": "Hello"},
        "/jobs/{job_id}/opened-in-slicer": {"staff_name": SAM, "filename": name},
        "/jobs/{job_id}/extend": {},
        "/jobs/{job_id}/unlock": {},
        "/jobs/{job_id}/admin/force-unlock": {"staff_name": SAM, "reason": "Testing"},
        "/jobs/{job_id}/admin/resend-email": {"staff_name": SAM, "email_type": "receipt"},
        "/staff": {"staff_name": SAM, "name": "New Person"},
        "/staff/{name}": {"staff_name": SAM, "is_active": False},
        "/catalog": {"staff_name": SAM, **CATALOG},
        "/admin/settings": {"staff_name": SAM, "new_staff_days": 3},
        "/admin/workstations": {"staff_name": SAM, **station},
        "/admin/audit/orphaned-file": {"staff_name": SAM, "key": "Uploaded/x.stl"},
        "/admin/audit/stale-file": {"staff_name": SAM, "key": "Uploaded/x.stl"},
        "/admin/audit/repair-metadata": {"staff_name": SAM, "job_id": job["id"]},
        "/admin/audit/repair-location": {"staff_name": SAM, "job_id": job["id"]},
        "/admin/audit/repair-link": {"staff_name": SAM, "job_id": job["id"]},
        "/admin/audit/repair-counter": {"staff_name": SAM, "key": "counters/UPLOADED"},
        "/admin/workstations/{workstation_id}": {"staff_name": SAM, "display_name": "Renamed"},
        "/admin/mail/{mail_id}/retry": {"staff_name": SAM},
        "/admin/queues/{name}/replay": {"staff_name": SAM},
        "/_diag/test-email": {"staff_name": SAM, "to": "it@example.edu"},
        "/sync/candidates": {"name": f"{name}.gcode", "size": 1, "sha256": "0" * 64},
        "/sync/heartbeat": {"share_id": "share", "instance": "i", "version": "1", "hostname": "LAB-PC"},
        "/export/payments": {"staff_name": SAM, "start_date": "2026-01-01", "end_date": "2026-12-31"},
    }
    document = documents.get(path) or body_for(_BY_PATH.get(path, Action.MARK_COMPLETE), job)
    if path == "/staff/{name}":
        name = "Jordan%20Lee"
    target = API + path.format(
        job_id=job["id"], name=name, workstation_id="second-desk", mail_id="x", candidate_id="x"
    )
    if method == "GET":
        return client.get(target)
    send = {"POST": client.post, "PUT": client.put, "PATCH": client.patch, "DELETE": client.delete}
    return send[method](target, document)


@pytest.mark.parametrize("token", [None, "", "Bearer", "Bearer ", "Bearer x.y.z", "Basic Zm9vOmJhcg=="])
def test_without_a_session_nothing_is_answered_and_nothing_happens(
    token: str | None, http: HttpClient, staff: HttpClient
) -> None:
    job = submit(http)
    ok(lock(staff, job))
    stranger = http if token is None else http.with_headers(Authorization=token)
    before = invariants.everything()
    for method, path, _ in GUARDED:
        answer = _call(stranger, method, path, job)
        refused(answer, 401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert job["display_name"] not in answer.text
    assert invariants.everything() == before


@pytest.mark.parametrize("role", ["staff", "agent"])
def test_what_a_workstation_may_not_do_does_not_happen(
    role: str, http: HttpClient, staff: HttpClient, agent: HttpClient
) -> None:
    job = submit(http)
    ok(lock(staff, job))
    desk = {"staff": staff, "agent": agent}[role]
    before = invariants.everything()
    forbidden = [(method, path) for method, path, who in GUARDED if role not in who]
    assert ("POST", "/jobs/{job_id}/admin/force-confirm") in forbidden
    for method, path in forbidden:
        refused(_call(desk, method, path, job), 403, "not_permitted")
    assert invariants.everything() == before
    assert show(staff, job)["lock"]["mine"] is True


def test_what_a_workstation_may_do_is_not_refused(
    http: HttpClient, staff: HttpClient, admin: HttpClient, agent: HttpClient
) -> None:
    job = submit(http)
    for method, path, who in GUARDED:
        if path == "/auth/logout":  # tested with the sessions
            continue
        desks = (
            [admin] * bool(who & {"staff", "admin"}) + [staff] * ("staff" in who) + [agent] * ("agent" in who)
        )
        for desk in desks:
            answer = _call(desk, method, path, job)
            assert answer.status not in {401, 500}, (method, path, answer.text)
            assert answer.status != 403 or answer.json()["error"] == "lock_required", (method, path)


def test_what_is_public_needs_no_session(http: HttpClient) -> None:
    for method, path, who in ENTRIES:
        if who == {"public"} and path != "/auth/login":
            target = API + path.format(upload_id="none", token="none")
            answer = http.get(target) if method == "GET" else http.post(target)
            assert answer.status in {200, 400, 404, 415}, (method, path, answer.text)
