"""Fifty callers want the same thing at the same moment, over HTTP, from the gateway that serves the lab.

Whoever wins wins alone, everybody else is told so, and afterwards everything agrees with everything.
RACE_ROUNDS is how many races are run altogether (200); `RACE_ROUNDS=2000 pytest tests/races` is a soak.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from chalicelib.aws import directory
from chalicelib.aws.tables import Workstation
from chalicelib.domain.lifecycle import Actor, Status
from chalicelib.services import clock, tokens
from infra.http_client import HttpClient, Response
from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes import truth
from tests.crashes.use_cases import Scene
from tests.crashes.world import State
from tests.models import next_seed, stl_bytes
from tests.races.contests import (
    APPROVE,
    CHANGE_STATUS,
    COMPLETE,
    CONFIRM,
    DELETE,
    FAIL,
    FORCE_CONFIRM,
    PAY,
    PICK_UP,
    REJECT,
    REVERT,
    REVIEW,
    Wish,
)  # fmt: skip

CALLERS = 50
ROUNDS = int(os.environ.get("RACE_ROUNDS", "200"))
LATER = timedelta(minutes=30)
S = Status


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """One thread for each caller."""
    with ThreadPoolExecutor(CALLERS) as threads:
        yield threads


@dataclass
class Arena:
    """Where the races are run."""

    scene: Scene
    http: HttpClient
    pool: ThreadPoolExecutor
    mailbox: Mailbox
    before: State | None = None

    def race(self, calls: list[Callable[[], Response]]) -> list[Response]:
        """Make all calls at once; their answers in the same order."""
        start = Barrier(len(calls))

        def run(call: Callable[[], Response]) -> Response:
            start.wait()
            return call()

        return list(self.pool.map(run, calls))

    def desk(self, number: int) -> HttpClient:
        """A client at one of fifty workstations."""
        name = f"desk-{number}"
        token, _ = tokens.session(name, 0, timedelta(hours=1), clock.now())
        return self.http.with_token(token)

    def job_in(self, status: Status) -> None:
        """A new job, with nothing left to do about it."""
        self.scene.at(status)
        self.mailbox.clear()
        self.before = self.scene.world.read()

    def everything_agrees(self, *, incoming: bool = False) -> State:
        """After the mails and a sweep: truth.settled() for all jobs of the lab."""
        assert self.before is not None
        while self.scene.mail_pump.step():
            pass
        self.scene.run("sweep", later=LATER)
        state = self.scene.world.read()
        truth.settled(state, self.scene.world, incoming=incoming)
        truth.mails(self.before, state, self.mailbox.mails(), doubled=0)
        return state

    def told(self, state: State) -> Counter[str]:
        """The events of the round's job by type."""
        job_id = self.scene.job["id"]
        assert self.before is not None
        return Counter(e["event_type"] for e in state.table("events") if e["job_id"] == job_id) - Counter(
            e["event_type"] for e in self.before.table("events") if e["job_id"] == job_id
        )


@pytest.fixture
def arena(scene: Scene, http: HttpClient, pool: ThreadPoolExecutor, mailbox: Mailbox) -> Arena:
    """A lab with fifty workstations, and an administrator's at every fifth."""
    for number in range(CALLERS):
        role = Actor.ADMIN if number % 5 == 0 else Actor.STAFF
        directory.add_workstation(
            Workstation(id=f"desk-{number}", display_name="", role=role.value, password_hash="-")
        )
    return Arena(scene, http, pool, mailbox)


def rounds(share: float) -> range:
    """The rounds of one kind of race: its share of all."""
    return range(max(1, round(ROUNDS * share)))


def won(answers: list[Response], status: int = 200) -> list[Any]:
    """The bodies of the successes; all others were refused in the agreed shape."""
    for answer in answers:
        if answer.status != status:
            steps.refused(answer, answer.status)
            assert answer.status in {403, 404, 409}, answer.text
    return [answer.json() for answer in answers if answer.status == status]


def errors(answers: list[Response]) -> set[str]:
    """The codes of the refusals."""
    return {answer.json()["error"] for answer in answers if answer.status >= 400}


def asks(arena: Arena, wish: Wish, desk: HttpClient) -> Callable[[], Response]:
    """One call of the race."""
    return lambda: wish.ask(desk, arena.scene)


def test_approve(arena: Arena) -> None:
    for _ in rounds(0.15):
        arena.job_in(S.UPLOADED)
        answers = arena.race([asks(arena, APPROVE, arena.desk(n)) for n in range(CALLERS)])
        (winner,) = won(answers)
        assert winner["status"] == "PENDING"
        assert errors(answers) == {"conflict"}
        told = arena.told(arena.everything_agrees())
        assert told == {"StaffApproved": 1, "EmailSent": 1}


def test_confirm_by_the_same_link(arena: Arena) -> None:
    for _ in rounds(0.15):
        arena.job_in(S.PENDING)
        answers = arena.race([asks(arena, CONFIRM, arena.http)] * CALLERS)
        bodies = won(answers)
        assert len(bodies) == CALLERS
        assert all(body["already_confirmed"] and body["status"] == "READYTOPRINT" for body in bodies)
        assert arena.told(arena.everything_agrees()) == {"StudentConfirmed": 1}


def test_the_lock(arena: Arena) -> None:
    arena.job_in(S.UPLOADED)
    for _ in rounds(0.2):
        desks = [arena.desk(n) for n in range(CALLERS)]
        answers = arena.race([partial(steps.lock, desk, arena.scene.job) for desk in desks])
        (lock,) = won(answers)
        for answer in answers:
            if answer.status != 200:
                assert steps.refused(answer, 409, "locked")["workstation"] == lock["workstation"]
        assert steps.row(arena.scene.job["id"]).lock_holder == lock["workstation"]
        holder = desks[[answer.status for answer in answers].index(200)]
        steps.ok(holder.post(f"{steps.API}/jobs/{arena.scene.job['id']}/unlock"))
    assert arena.told(arena.everything_agrees()) == {}


def test_complete_the_same_upload(arena: Arena) -> None:
    for _ in rounds(0.15):
        arena.mailbox.clear()
        arena.before = arena.scene.world.read()
        arena.scene.announced()
        answers = arena.race([partial(steps.complete, arena.http, arena.scene.upload_id)] * CALLERS)
        bodies = won(answers, 201)
        assert len(bodies) == CALLERS
        assert {body["id"] for body in bodies} == {arena.scene.upload_id}
        arena.scene.job = bodies[0]
        assert arena.told(arena.everything_agrees()) == {"JobCreated": 1, "EmailSent": 1}


def test_the_same_file_from_the_same_student(arena: Arena) -> None:
    for _ in rounds(0.05):
        arena.mailbox.clear()
        arena.before = arena.scene.world.read()
        content = stl_bytes(next_seed())
        uploads = [steps.upload(arena.scene.anybody, content) for _ in range(CALLERS)]
        answers = arena.race([partial(steps.complete, arena.http, upload) for upload in uploads])
        (arena.scene.job,) = won(answers, 201)
        for answer in answers:
            if answer.status != 201:
                details = steps.refused(answer, 409, "duplicate")
                assert details["existing_job_id"] == arena.scene.job["id"]
        told = arena.told(arena.everything_agrees(incoming=True))
        assert told == {"JobCreated": 1, "EmailSent": 1}


def test_approve_reject_delete_and_review(arena: Arena) -> None:
    """All from one desk that has the job open in several windows: the first change ends the lock."""
    wishes = [APPROVE] * 15 + [REJECT] * 15 + [DELETE] * 10 + [REVIEW] * 10
    for _ in rounds(0.1):
        arena.job_in(S.UPLOADED)
        desk = arena.desk(0)
        steps.ok(steps.lock(desk, arena.scene.job))
        answers = arena.race([asks(arena, wish, desk) for wish in wishes])
        told = arena.told(arena.everything_agrees())
        _granted_is_told(wishes, answers, told)
        assert sum(told[event] for event in ("StaffApproved", "StaffRejected", "JobDeleted")) == 1


def _granted_is_told(wishes: list[Wish], answers: list[Response], told: Counter[str]) -> None:
    won(answers)
    pairs = zip(wishes, answers, strict=True)
    granted = Counter(wish.event for wish, answer in pairs if answer.status == 200)
    assert granted.items() <= told.items(), (granted, told)


def test_confirm_force_and_change_status(arena: Arena) -> None:
    """Whoever is first decides where the job goes; an administrator may still move it on."""
    wishes = [CONFIRM] * 20 + [FORCE_CONFIRM] * 15 + [CHANGE_STATUS] * 15
    for _ in rounds(0.1):
        arena.job_in(S.PENDING)
        answers = arena.race([asks(arena, wish, arena.desk(0)) for wish in wishes])
        told = arena.told(arena.everything_agrees())
        won(answers)
        forced, changed = (
            [w is wish and a.status == 200 for w, a in zip(wishes, answers, strict=True)].count(True)
            for wish in (FORCE_CONFIRM, CHANGE_STATUS)
        )
        confirmed = told["StudentConfirmed"]
        assert confirmed + forced <= 1
        assert changed <= 1, "whoever meant the pending job is told that it has gone"
        assert confirmed + forced + changed >= 1
        assert told["AdminOverride"] == forced + changed
        clicks = {answer.status for answer in answers[:20]}
        assert clicks <= ({200, 409} if confirmed else {409})


def test_complete_and_failed(arena: Arena) -> None:
    wishes = [COMPLETE, FAIL] * (CALLERS // 2)
    for _ in rounds(0.05):
        arena.job_in(S.PRINTING)
        answers = arena.race([asks(arena, wish, arena.desk(n)) for n, wish in enumerate(wishes)])
        assert len(won(answers)) == 1
        _granted_is_told(wishes, answers, arena.told(arena.everything_agrees()))


def test_payment_by_the_holder_and_pick_up_by_others(arena: Arena) -> None:
    wishes = [PAY] * 10 + [PICK_UP] * 20 + [REVERT] * 20
    for _ in rounds(0.05):
        arena.job_in(S.COMPLETED)
        steps.ok(steps.lock(arena.desk(0), arena.scene.job))
        desks = [arena.desk(0)] * 10 + [arena.desk(n) for n in range(10, CALLERS)]
        answers = arena.race([asks(arena, wish, desk) for wish, desk in zip(wishes, desks, strict=True)])
        (paid,) = won(answers[:10])
        assert paid["payment"]["price_cents"] == 445
        assert won(answers[10:]) == []
        told = arena.told(arena.everything_agrees())
        assert told["PaymentRecorded"] == 1
