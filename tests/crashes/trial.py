"""One use case, tried under one fault after another, from the same moment each time."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.aws import events
from infra.http_client import Response
from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes import truth
from tests.crashes.faults import AwsCall, Fault, Faults, Killed, Nothing
from tests.crashes.use_cases import Scene, UseCase
from tests.crashes.world import State

# Longer than any function may run, any lease lasts and any request is waited for.
LATER = timedelta(minutes=30)


@dataclass
class Trial:
    """`case` in a `scene` that is set; make it by Trial.of()."""

    case: UseCase
    scene: Scene
    faults: Faults
    mailbox: Mailbox
    start: State = field(repr=False)
    now: State | None = field(default=None, repr=False)
    calls: list[AwsCall] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, case: UseCase, scene: Scene, faults: Faults, mailbox: Mailbox) -> Trial:
        """Set the scene, and do it once without a fault to learn its calls and how it ends."""
        case.given(scene)
        trial = cls(case, scene, faults, mailbox, scene.world.remember())
        trial.begin()
        with faults.with_(Nothing()) as calls:
            answer = case.call(scene)
        assert answer is None or answer.status == case.success, answer.text
        trial.calls = calls
        trial.heal()
        trial.outcome = trial.check(doubled=0, incoming=case.incoming)
        return trial

    def begin(self) -> None:
        """Back to the start, with a key that was not used."""
        self.scene.world.restore(self.start, self._look())
        self.now = self.start
        self.mailbox.clear()
        self.scene.key = uuid.uuid4().hex

    def _look(self) -> State:
        """What is stored now; read once, until something may have changed it."""
        if self.now is None:
            self.now = self.scene.world.read()
        return self.now

    def deaths(self) -> list[int]:
        """The calls before which a death makes a difference: one after each call that has an effect."""
        effects = [call.number for call in self.calls if call.changes]
        return [*effects[1:], len(self.calls)]

    def attempt(
        self, fault: Fault, call: Callable[[Scene], Response | None] | None = None
    ) -> Response | None:
        """Run the use case under a fault; its answer if there was one. Nothing is half-visible then."""
        answer, self.now = None, None
        with self.faults.with_(fault):
            try:
                answer = (call or self.case.call)(self.scene)
            except Killed:
                pass
            except (BotoCoreError, ClientError, PynamoDBException):
                assert not self.case.answers, "an error of AWS went out through the API"
        if answer is not None and answer.status >= 400:
            assert answer.json().keys() == {"error", "message", "details"}
        truth.always(self._look(), self.scene.world)
        return answer

    def nothing_happened(self) -> bool:
        """True when all is as it was at the start."""
        now = self._look()
        return now.rows == self.start.rows and set(now.objects) == set(self.start.objects)

    def repeat_at_once(self) -> bool:
        """The same call with the same key again; True when the first one is thought to run still."""
        answer = self._call()
        if answer is not None and answer.status == 409 and answer.json()["error"] == "request_in_progress":
            return True
        self._ended_well(answer)
        return False

    def repeat(self) -> None:
        """The same call with the same key again, when the first one cannot be running any more."""
        self._ended_well(self._call())

    def _call(self) -> Response | None:
        self.now = None
        return self.case.call(self.scene)

    def _ended_well(self, answer: Response | None) -> None:
        """It succeeded, or met the refusal that the table names; a lock that was lost is taken again."""
        if answer is not None and answer.status == 403:
            steps.refused(answer, 403, "lock_required")
            self.scene.locked()
            answer = self._call()
        if answer is not None and answer.status != self.case.success:
            steps.refused(answer, 409, self.case.or_else or "a success")

    def heal(self, times: int = 3) -> None:
        """Half an hour goes by, with what the schedules and the queues do."""
        queues = {"mail", "models"} if self.case.pictures else {"mail"}
        pump = self.scene.pump if self.case.pictures else self.scene.mail_pump
        for _ in range(times):
            self.sweep()
            pump.step()
            waiting = [row.get("waiting") for row in self._look().table("outbox")]
            if not queues.intersection(waiting):
                return

    def sweep(self) -> None:
        """The sweep after half an hour."""
        self.now = None
        self.scene.world.age(LATER)
        self.scene.run("sweep", later=LATER)

    def check(self, *, doubled: int | None = None, incoming: bool = True) -> dict[str, Any]:
        """Everything agrees with everything; how it ended, in terms that are the same for every run.

        `incoming`: there may be uploads that are no job, or not yet.
        """
        state = self._look()
        truth.settled(state, self.scene.world, incoming=incoming)
        truth.mails(
            self.start, state, self.mailbox.mails(), self.case.doubled if doubled is None else doubled
        )
        # A run over many jobs tells that it was asked for, each time that it was.
        of_jobs = [event for event in state.table("events") if event["job_id"] != events.SYSTEM_EVENTS]
        return {
            "jobs": Counter(job["status"] for job in state.table("jobs")),
            "events": Counter(event["event_type"] for event in of_jobs),
            "messages": Counter((m["queue"], m["kind"], m["state"]) for m in state.table("outbox")),
            "payments": Counter(payment["voided"] for payment in state.table("payments")),
            "guards": Counter(guard["id"].partition("#")[0] for guard in state.table("guards")),
        }

    def check_done(self) -> None:
        """It ended as it ends without a fault."""
        assert self.check(incoming=self.case.incoming) == self.outcome
