"""Everything that changes something, one line each: where it starts, what is called, where it ends."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from urllib3.filepost import encode_multipart_formdata

from chalicelib.aws import outbox
from chalicelib.aws.tables import OutboxMessage
from chalicelib.aws.transactions import commit
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import metadata
from infra.http_client import Response
from infra.local.functions import Functions
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import steps
from tests.crashes.straight import Straight
from tests.crashes.world import World
from tests.models import next_seed, stl_bytes
from tests.steps import API

S, A = Status, Action


@dataclass
class Scene:
    """One job and everybody who has to do with it. All calls of a scene carry the same Idempotency-Key."""

    functions: Functions
    scheduler: Scheduler
    world: World
    anybody: Straight
    pump: Pump
    mail_pump: Pump
    content: bytes = b""
    upload_id: str = ""
    token: str = ""
    job: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    candidate_id: str = ""

    def of_somebody_else(self) -> Scene:
        """The same scene for another caller, with a key of his own."""
        return replace(self, key=uuid.uuid4().hex)

    @property
    def student(self) -> Straight:
        """A student's browser."""
        return self.anybody.with_headers(Idempotency_Key=self.key)

    def desk(self, workstation: str) -> Straight:
        """A client at a workstation."""
        return self.student.with_headers(**steps.at(self.anybody, workstation).headers)

    @property
    def staff(self) -> Straight:
        """At the front desk."""
        return self.desk("front-desk")

    @property
    def admin(self) -> Straight:
        """At the administrators' desk."""
        return self.desk("admin-desk")

    @property
    def agent(self) -> Straight:
        """At a lab PC."""
        return self.desk("lab-pc")

    def act(self, action: Action, **overrides: Any) -> Response:
        """Take a staff action on the job."""
        return steps.act(self.staff, self.job, action, **overrides)

    def admin_does(self, path: str, **document: Any) -> Response:
        """An override on the job."""
        return self.admin.post(
            f"{API}/jobs/{self.job['id']}/admin/{path}", {"staff_name": steps.SAM, **document}
        )

    def maintain(self, action: str) -> Response:
        """Archive or prune everything that is old enough."""
        return self.admin.post(f"{API}/admin/{action}", {"staff_name": steps.SAM})

    def note(self) -> Response:
        """Add a note."""
        return self.staff.patch(
            f"{API}/jobs/{self.job['id']}/notes", {"staff_name": steps.SAM, "text": "Thin"}
        )

    def retry_mail(self) -> Response:
        """Have the receipt sent that was given up."""
        return self.admin.post(
            f"{API}/admin/mail/{self.job['id']}.receipt.1/retry", {"staff_name": steps.SAM}
        )

    def call(self, function: str, kind: str) -> None:
        """Run a queue function on the first message of a kind about the job."""
        body = json.dumps({"outbox_id": f"{self.job['id']}.{kind}.1"})
        record = {"messageId": "1", "receiptHandle": "1", "body": body}
        record |= {"eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{function}"}
        self.functions.call(function, {"Records": [record]})

    def run(self, schedule: str, later: timedelta = timedelta()) -> None:
        """Run a scheduled function as if it were later."""
        self.scheduler.run_once(schedule, datetime.now(UTC) + later)

    # --- how a scene is set -----------------------------------------------------------

    def announced(self) -> None:
        """A student has announced and uploaded a file."""
        self.content = stl_bytes(next_seed())
        self.upload_id = steps.upload(self.anybody, self.content)

    def submitted(self) -> None:
        """The file has become a job with a picture; a slicer has saved its output beside it."""
        self.announced()
        self.job = steps.ok(steps.complete(self.anybody, self.upload_id), 201)
        self.world.put(f"Uploaded/{self.job['display_name']}_PLA.gcode", b"; G-code\n")

    def sliced(self, suffix: str = "_PETG.gcode") -> None:
        """An agent has announced and uploaded what a slicer saved."""
        self.candidate_id = steps.send_candidate(self.agent, self.job, suffix, b"; G-code for PETG\n")

    def looked_at(self) -> None:
        """Mail and picture are done."""
        while self.pump.step():
            pass

    def at(self, status: Status) -> None:
        """A job in `status`, with nothing left to do."""
        self.submitted()
        steps.to_status(self.setting, self.job, status)
        self.looked_at()
        self.token = steps.confirm_token(self.job["id"]) if status is S.PENDING else ""

    @property
    def setting(self) -> Straight:
        """Calls that set a scene carry no key."""
        return self.anybody.with_headers(**steps.at(self.anybody, "front-desk").headers)

    def locked(self) -> None:
        """The front desk has the job open."""
        steps.ok(steps.lock(self.setting, self.job))

    def given_up(self) -> None:
        """The receipt could not be delivered."""
        self.submitted()
        mail = OutboxMessage.get(f"{self.job['id']}.receipt.1")
        commit(lambda t: outbox.stage_failed(t, mail, "SMTPDataError 550", datetime.now(UTC)))
        self.looked_at()

    def cooled_down(self) -> None:
        """The confirmation mail is old enough for another."""
        steps.rewrite(self.job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=2))
        metadata.write(steps.row(self.job["id"]))

    def late(self) -> None:
        """The confirmation link has run out."""
        past = datetime.now(UTC) - timedelta(days=4)
        steps.rewrite(
            self.job["id"], confirmation_last_sent_at=past, confirm_expires_at=past + timedelta(days=3)
        )
        metadata.write(steps.row(self.job["id"]))

    def long_ago(self) -> None:
        """The job was made and moved for the last time years ago."""
        past = datetime.now(UTC) - timedelta(days=1000)
        steps.rewrite(self.job["id"], created_at=past, status_entered_at=past)
        metadata.write(steps.row(self.job["id"]))


@dataclass(frozen=True)
class UseCase:
    """`given` sets the scene, `call` is what may crash, `becomes` is the job's status afterwards.

    `becomes` is None where no job is left. `or_else`: the error of an honest 409 to a repeat of the
    call. `doubled`: mails that may come twice. `incoming`: uploads may stay that became no job.
    `answers` is False for a function, and `pictures` means that the one that draws is part of it.
    """

    name: str
    given: Callable[[Scene], Any]
    call: Callable[[Scene], Response | None]
    becomes: Status | None
    success: int = 200
    or_else: str | None = None
    incoming: bool = False
    doubled: int = 0
    answers: bool = True
    pictures: bool = False

    def __str__(self) -> str:
        return self.name


def _inline(scene: Scene) -> Response:
    """The same bytes on the wire each time, as a client that repeats a request sends them."""
    form = {**steps.FORM, "acknowledged_minimum_charge": "true", "file": ("bracket.stl", scene.content)}
    body, content_type = encode_multipart_formdata(form, boundary="printlab")
    headers = {"Content-Type": content_type}
    return scene.student.request("POST", f"{API}/submit", body=body, headers=headers)


def _new_content(scene: Scene) -> None:
    scene.content = stl_bytes(next_seed())


def _at(status: Status, *more: Callable[[Scene], Any]) -> Callable[[Scene], None]:
    def given(scene: Scene) -> None:
        scene.at(status)
        for step in more:
            step(scene)

    return given


def _paid(scene: Scene) -> None:
    scene.locked()
    steps.ok(steps.act(scene.setting, scene.job, A.PAYMENT))


def _resend(scene: Scene) -> Response:
    return scene.student.post(f"{API}/submit/resend-confirmation", {"job_id": scene.job["id"]})


def _to_uploaded(scene: Scene) -> Response:
    return scene.admin_does("change-status", new_status="UPLOADED", reason="Wrong button")


SUBMISSIONS = (
    UseCase(
        "announce",
        _new_content,
        lambda s: steps.announce(s.student, s.content),
        None,
        success=201,
        incoming=True,
    ),
    UseCase("submit inline", _new_content, _inline, S.UPLOADED, 201, "duplicate", incoming=True),
    UseCase("complete", Scene.announced, lambda s: steps.complete(s.student, s.upload_id), S.UPLOADED, 201),
)
CHANGES = (
    UseCase("review", _at(S.UPLOADED), lambda s: s.act(A.REVIEW), S.UPLOADED),
    UseCase("approve", _at(S.UPLOADED), lambda s: s.act(A.APPROVE), S.PENDING),
    UseCase("reject", _at(S.UPLOADED), lambda s: s.act(A.REJECT), S.REJECTED),
    UseCase("delete", _at(S.UPLOADED, Scene.locked), lambda s: s.act(A.DELETE), None),
    UseCase("note", _at(S.UPLOADED), lambda s: s.note(), S.UPLOADED),
    UseCase("confirm", _at(S.PENDING), lambda s: s.student.post(f"{API}/confirm/{s.token}"), S.READYTOPRINT),
    UseCase(
        "force-confirm", _at(S.PENDING), lambda s: steps.act(s.admin, s.job, A.FORCE_CONFIRM), S.READYTOPRINT
    ),
    UseCase("resend", _at(S.PENDING, Scene.late), _resend, S.PENDING),
    UseCase("delete a pending one", _at(S.PENDING, Scene.locked), lambda s: s.act(A.DELETE), None),
    UseCase("mark-printing", _at(S.READYTOPRINT), lambda s: s.act(A.MARK_PRINTING), S.PRINTING),
    UseCase("mark-failed", _at(S.PRINTING), lambda s: s.act(A.MARK_FAILED), S.READYTOPRINT),
    UseCase("mark-complete", _at(S.PRINTING), lambda s: s.act(A.MARK_COMPLETE), S.COMPLETED),
    UseCase("payment", _at(S.COMPLETED, Scene.locked), lambda s: s.act(A.PAYMENT), S.PAIDPICKEDUP),
    UseCase("mark-picked-up", _at(S.COMPLETED), lambda s: s.act(A.MARK_PICKED_UP), S.PAIDPICKEDUP),
    UseCase("revert-completion", _at(S.COMPLETED), lambda s: s.act(A.REVERT_COMPLETION), S.PRINTING),
    UseCase("revert-pickup", _at(S.COMPLETED, _paid), lambda s: s.act(A.REVERT_PICKUP), S.COMPLETED),
    UseCase("change-status", _at(S.COMPLETED, _paid), _to_uploaded, S.UPLOADED),
    UseCase("prune", _at(S.ARCHIVED, Scene.long_ago), lambda s: s.maintain("prune"), None),
    UseCase(
        "resend-email",
        _at(S.COMPLETED),
        lambda s: s.admin_does("resend-email", email_type="completion"),
        S.COMPLETED,
    ),
    UseCase("retry mail", Scene.given_up, lambda s: s.retry_mail(), S.UPLOADED),
    UseCase(
        "force-unlock",
        _at(S.UPLOADED, Scene.locked),
        lambda s: s.admin_does("force-unlock", reason="Gone home"),
        S.UPLOADED,
    ),
)
LAB_PCS = (
    UseCase(
        "candidate",
        _at(S.UPLOADED, Scene.sliced),
        lambda s: steps.place_candidate(s.agent, s.candidate_id),
        S.UPLOADED,
    ),
    UseCase(
        "candidate saved over another",
        _at(S.PENDING, lambda s: s.sliced("_PLA.gcode")),
        lambda s: steps.place_candidate(s.agent, s.candidate_id),
        S.PENDING,
    ),
)
FUNCTIONS = (
    UseCase(
        "mail",
        Scene.submitted,
        lambda s: s.call("send_mail", "receipt"),
        S.UPLOADED,
        doubled=1,
        answers=False,
    ),
    UseCase(
        "analysis",
        Scene.submitted,
        lambda s: s.call("analyse_model", "analysis"),
        S.UPLOADED,
        answers=False,
        pictures=True,
    ),
    UseCase(
        "expiry",
        _at(S.PENDING, Scene.late),
        lambda s: s.run("expire_confirmations"),
        S.PENDING,
        answers=False,
    ),
    UseCase(
        "archive",
        _at(S.PAIDPICKEDUP, Scene.long_ago),
        lambda s: s.run("archive_old_jobs"),
        S.ARCHIVED,
        answers=False,
    ),
    UseCase(
        "abandoned uploads",
        Scene.announced,
        lambda s: s.run("drop_abandoned_uploads", later=timedelta(days=3)),
        None,
        answers=False,
        incoming=True,
    ),
)
USE_CASES = SUBMISSIONS + CHANGES + LAB_PCS + FUNCTIONS
