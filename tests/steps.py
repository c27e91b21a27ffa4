"""The steps that tests are told in: furnish a lab, log in, submit a model, act on a job, walk it to a status.

Everything goes through the real API; only what no route offers (setting up a lab, the archive, the token out
of a mail) uses the application's own modules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from chalicelib.aws import documents, jobs
from chalicelib.aws.table import Table
from chalicelib.aws.tables import ConfigDocument, Job, StaffMember, Workstation
from chalicelib.aws.transactions import Transaction, commit
from chalicelib.domain.lifecycle import Action, Actor, Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import changes, clock, passwords, tokens
from infra.http_client import HttpClient, Response
from infra.local import seed
from tests.models import next_seed, stl_bytes

API = "/api/v1"
SAM = "Sam Ortiz"  # acts wherever a test does not care who does
LEFT = "Alex Gone"  # was staff once

WORKSTATIONS = {
    "front-desk": Actor.STAFF,
    "second-desk": Actor.STAFF,
    "admin-desk": Actor.ADMIN,
    "lab-pc": Actor.AGENT,
}


def password_of(workstation: str) -> str:
    """The password that furnish() gives to a workstation."""
    return f"open {workstation}"


@cache
def _hash_of(workstation: str) -> str:
    """Hashed once: the hash is slow by design, and every test furnishes its lab anew."""
    return passwords.hashed(password_of(workstation))


def furnish(**settings: Any) -> None:
    """Catalog, staff, workstations, and limits that no test meets unless it says so."""
    now = clock.now()
    rows: list[Table] = [
        Workstation(
            id=name,
            display_name=name.replace("-", " ").title(),
            role=role.value,
            password_hash=_hash_of(name),
            share_path="Z:\\PrintLab",
        )
        for name, role in WORKSTATIONS.items()
    ]
    rows += [StaffMember(name=name, added_at=now) for name in seed.STAFF]
    rows.append(StaffMember(name=LEFT, added_at=now, is_active=False, deactivated_at=now))
    generous = {"submissions_per_hour": 10_000, "catalog_requests_per_minute": 10_000}
    commit(
        *(partial(_save, row=row) for row in rows),
        partial(_first, document_id=documents.CATALOG, data=seed.CATALOG),
        partial(_first, document_id=documents.SETTINGS, data={**generous, **settings}),
    )


def _save(transaction: Transaction, row: Table) -> None:
    transaction.save(row)


def _first(transaction: Transaction, document_id: str, data: Mapping[str, Any]) -> None:
    documents.stage_replace(transaction, document_id, 0, data, "system", clock.now())


def configure(**settings: Any) -> None:
    """Replace the lab's settings; those not given have their defaults."""
    now = clock.now()
    ConfigDocument(
        id=documents.SETTINGS, version=1, data=settings, updated_by="system", updated_at=now
    ).save()


# --- staff ------------------------------------------------------------------------


def login(http: HttpClient, workstation: str) -> HttpClient:
    """A client with a new session of `workstation`."""
    credentials = {"workstation_id": workstation, "password": password_of(workstation)}
    return http.with_token(ok(http.post(f"{API}/auth/login", credentials))["token"])


_sessions: dict[str, str] = {}


def at(http: HttpClient, workstation: str) -> HttpClient:
    """A client at `workstation`, logged in once for all tests: furnish() always sets up the same ones."""
    if workstation not in _sessions:
        _sessions[workstation] = login(http, workstation).headers["Authorization"]
    return http.with_headers(Authorization=_sessions[workstation])


# --- what was answered ---------------------------------------------------------------


def ok(answer: Response, status: int = 200) -> Any:
    """The JSON of an answer that must be a success."""
    assert answer.status == status, f"{answer.status}: {answer.text[:500]}"
    return answer.json()


def refused(answer: Response, status: int, error: str | None = None) -> dict[str, Any]:
    """The details of an answer that must be a refusal, in the shape that all of them have."""
    assert answer.status == status, f"{answer.status}: {answer.text[:500]}"
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error", "message", "details"}, body
    assert body["message"].strip(), body
    assert error is None or body["error"] == error, body
    details: dict[str, Any] = body["details"]
    return details


def wrong_fields(answer: Response, error: str | None = None) -> dict[str, str]:
    """The message for each wrong field of a 400."""
    fields: dict[str, str] = refused(answer, 400, error)["fields"]
    return fields


# --- students -------------------------------------------------------------------------

FORM: Mapping[str, Any] = {
    "student_name": "Jane Doe",
    "student_email": "jane@example.edu",
    "discipline": "Architecture",
    "class_number": "ARCH 4000",
    "method": "Filament",
    "printer": "prusa-mk4s",
    "color": "Blue",
    "acknowledged_minimum_charge": True,
}


def form(content: bytes, **overrides: Any) -> dict[str, Any]:
    """A form that announces `content`."""
    digest = hashlib.sha256(content).hexdigest()
    return {**FORM, "filename": "bracket.stl", "size": len(content), "sha256": digest, **overrides}


def announce(http: HttpClient, content: bytes, **overrides: Any) -> Response:
    """Ask for the way to the store."""
    return http.post(f"{API}/submit/uploads", form(content, **overrides))


def upload(http: HttpClient, content: bytes, **overrides: Any) -> str:
    """Announce and store a file; the id of the upload, which is not complete yet."""
    announced = ok(announce(http, content, **overrides), 201)
    stored = http.upload(announced["post"], content)
    assert stored.status == 204, stored.text
    upload_id: str = announced["upload_id"]
    return upload_id


def complete(http: HttpClient, upload_id: str) -> Response:
    """Say that the file is there."""
    return http.post(f"{API}/submit/uploads/{upload_id}/complete")


def submit(http: HttpClient, content: bytes | None = None, **overrides: Any) -> dict[str, Any]:
    """A new job, of a model that was not submitted before unless `content` is given."""
    content = stl_bytes(next_seed()) if content is None else content
    job: dict[str, Any] = ok(complete(http, upload(http, content, **overrides)), 201)
    return job


def confirm_token(job_id: str) -> str:
    """The token of the newest confirmation link. What the mail says is tested where mail is tested."""
    return tokens.confirmation(job_id, str(row(job_id).confirm_token_id))


def confirm(http: HttpClient, job_id: str) -> Response:
    """The student confirms by the newest link."""
    return http.post(f"{API}/confirm/{confirm_token(job_id)}")


# --- the agent of a lab PC ---------------------------------------------------------------


def saved(job: Mapping[str, Any], suffix: str, content: bytes, **overrides: Any) -> dict[str, Any]:
    """What an agent announces of a file that a slicer saved."""
    digest = hashlib.sha256(content).hexdigest()
    return {"name": job["display_name"] + suffix, "size": len(content), "sha256": digest, **overrides}


def announce_candidate(
    agent: HttpClient, job: Mapping[str, Any], suffix: str, content: bytes, **overrides: Any
) -> Response:
    """Ask for the way to the store."""
    return agent.post(f"{API}/sync/candidates", saved(job, suffix, content, **overrides))


def send_candidate(
    agent: HttpClient, job: Mapping[str, Any], suffix: str, content: bytes, **overrides: Any
) -> str:
    """Announce and store a slicer's file; its id."""
    ticket = ok(announce_candidate(agent, job, suffix, content, **overrides), 201)
    stored = agent.upload(ticket["post"], content)
    assert stored.status == 204, stored.text
    candidate_id: str = ticket["candidate_id"]
    return candidate_id


def place_candidate(agent: HttpClient, candidate_id: str) -> Response:
    """Say that the file is there."""
    return agent.post(f"{API}/sync/candidates/{candidate_id}/complete")


# --- acting on a job -------------------------------------------------------------------

PATHS: Mapping[Action, str] = {
    Action.REVIEW: "review",
    Action.UNREVIEW: "review",
    Action.APPROVE: "approve",
    Action.REJECT: "reject",
    Action.FORCE_CONFIRM: "admin/force-confirm",
    Action.MARK_PRINTING: "mark-printing",
    Action.MARK_FAILED: "admin/mark-failed",
    Action.MARK_COMPLETE: "mark-complete",
    Action.PAYMENT: "payment",
    Action.MARK_PICKED_UP: "mark-picked-up",
    Action.REVERT_COMPLETION: "revert-completion",
    Action.REVERT_PICKUP: "revert-pickup",
    Action.CHANGE_STATUS: "admin/change-status",
    Action.DELETE: "",
}


def body_for(action: Action, job: Mapping[str, Any]) -> dict[str, Any]:
    """A body that the action accepts."""
    more: dict[Action, dict[str, Any]] = {
        Action.REVIEW: {"reviewed": True},
        Action.UNREVIEW: {"reviewed": False},
        Action.APPROVE: {
            "authoritative_filename": f"{job['display_name']}.stl",
            "weight_g": 45.25,
            "time_hours": 2.01,
        },
        Action.REJECT: {"reasons": ["Walls too thin"]},
        Action.FORCE_CONFIRM: {"reason": "Student called"},
        Action.MARK_FAILED: {"reason": "Nozzle clogged"},
        Action.PAYMENT: {"grams": 44.5, "txn_no": "TC-1", "picked_up_by": "Jane Doe"},
        Action.CHANGE_STATUS: {"new_status": "UPLOADED", "reason": "Wrong button"},
        Action.DELETE: {"confirm": job["short_id"]},
    }
    return {"staff_name": SAM, **more.get(action, {})}


def act(desk: HttpClient, job: Mapping[str, Any], action: Action | str, **overrides: Any) -> Response:
    """Take `action` on `job` with a valid body, `overrides` aside."""
    action = Action(action)
    document = {**body_for(action, job), **overrides}
    path = f"{API}/jobs/{job['id']}"
    if action is Action.DELETE:
        return desk.delete(path, document)
    return desk.post(f"{path}/{PATHS[action]}", document)


def lock(desk: HttpClient, job: Mapping[str, Any], staff_name: str = SAM) -> Response:
    """Open the job for editing."""
    return desk.post(f"{API}/jobs/{job['id']}/lock", {"staff_name": staff_name})


def show(desk: HttpClient, job: Mapping[str, Any]) -> dict[str, Any]:
    """The job as its page shows it."""
    shown: dict[str, Any] = ok(desk.get(f"{API}/jobs/{job['id']}"))
    return shown


_WAY: Mapping[Status, tuple[Action, ...]] = {
    Status.UPLOADED: (),
    Status.PENDING: (Action.APPROVE,),
    Status.READYTOPRINT: (Action.APPROVE, Action.CONFIRM),
    Status.PRINTING: (Action.APPROVE, Action.CONFIRM, Action.MARK_PRINTING),
    Status.COMPLETED: (Action.APPROVE, Action.CONFIRM, Action.MARK_PRINTING, Action.MARK_COMPLETE),
    Status.PAIDPICKEDUP: (
        Action.APPROVE,
        Action.CONFIRM,
        Action.MARK_PRINTING,
        Action.MARK_COMPLETE,
        Action.MARK_PICKED_UP,
    ),
    Status.REJECTED: (Action.REJECT,),
    Status.ARCHIVED: (Action.REJECT, Action.ARCHIVE),
}


def to_status(desk: HttpClient, job: Mapping[str, Any], status: Status) -> None:
    """Walk a new job to `status`, as the lab and the student would."""
    for action in _WAY[status]:
        _step(desk, job, action)


def walk(desk: HttpClient, job: Mapping[str, Any]) -> Iterator[Status]:
    """Walk a new job all the way to its pick-up, with a stop at each status."""
    yield Status.UPLOADED
    for action in _WAY[Status.PAIDPICKEDUP]:
        _step(desk, job, action)
        yield row(job["id"]).status


def every_status(http: HttpClient, desk: HttpClient) -> Iterator[tuple[Status, dict[str, Any]]]:
    """A job in each status there is; the same one as long as it goes."""
    job = submit(http)
    for status in walk(desk, job):
        yield status, job
    for status in (Status.REJECTED, Status.ARCHIVED):
        job = submit(http)
        to_status(desk, job, status)
        yield status, job


def _step(desk: HttpClient, job: Mapping[str, Any], action: Action) -> None:
    if action is Action.CONFIRM:
        ok(confirm(desk, job["id"]))
    elif action is Action.ARCHIVE:
        changes.commit(changes.begin(job["id"], Action.ARCHIVE, SYSTEM))
    else:
        ok(act(desk, job, action))


# --- the tables ------------------------------------------------------------------------


def row(job_id: str) -> Job:
    """The job's row."""
    return jobs.get(job_id)


def rewrite(job_id: str, **values: Any) -> None:
    """Set attributes of the job's row behind the application's back, to move its times."""
    attributes = Job.get_attributes()
    Job(id=job_id).update(actions=[attributes[name].set(value) for name, value in values.items()])
