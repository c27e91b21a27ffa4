"""The sweep itself dies, meets rows that it cannot settle, and leaves alone what is still at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.domain.lifecycle import Action, Status
from chalicelib.services import metadata
from infra.http_client import Response
from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes import truth
from tests.crashes.faults import AwsCall, Dies, Fault, Faults, Killed, Meanwhile, chosen
from tests.crashes.trial import LATER, Trial
from tests.crashes.use_cases import USE_CASES, Scene

_NAMES = ("approve", "confirm", "complete", "delete", "note", "change-status")
_CASES = [case for case in USE_CASES if case.name in _NAMES]


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_the_sweep_dies_at_each_of_its_calls(
    case: Any, scene: Scene, faults: Faults, mailbox: Mailbox
) -> None:
    """After each death another sweep goes on, until one gets through."""
    trial = Trial.of(case, scene, faults, mailbox)
    for number in trial.deaths():
        trial.begin()
        trial.attempt(Dies(number))
        for _ in _dying_sweeps(trial):
            truth.always(scene.world.read(), scene.world)
        trial.heal()
        trial.check()
        trial.repeat()
        trial.heal()
        trial.check_done()


def _dying_sweeps(trial: Trial) -> Iterator[int]:
    """Sweeps that die one call later each time, up to the first that ends by itself."""
    trial.scene.world.age(LATER)
    for number in count(1):
        try:
            with trial.faults.with_(Dies(number)):
                trial.scene.run("sweep", later=LATER)
            return
        except Killed:
            yield number


class _Unreachable(Fault):
    """One object cannot be removed."""

    def __init__(self, part_of_key: str) -> None:
        self._part = part_of_key

    def before(self, call: AwsCall) -> None:
        """Refuse every call that names it."""
        if call.operation == "DeleteObject" and self._part in call.request["url_path"]:
            raise ReadTimeoutError(endpoint_url="injected")


def test_one_bad_row_does_not_stop_the_others(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """Two approvals died after their commit; the files of the first cannot be removed for now."""
    names, ids = [], []
    for _ in range(2):
        scene.at(Status.UPLOADED)
        with faults.with_(_DiesAfterCommit()), pytest.raises(Killed):
            scene.of_somebody_else().act(Action.APPROVE)
        names.append(scene.job["display_name"])
        ids.append(scene.job["id"])
    mailbox.clear()
    scene.world.age(LATER)
    with faults.with_(_Unreachable(names[0])):
        scene.run("sweep", later=LATER)
    assert [row["job_id"] for row in scene.world.read().table("cleanups")] == ids[:1]
    while scene.mail_pump.step():
        pass
    assert len(mailbox.mails()) == 2, "both students get their price"
    scene.run("sweep", later=LATER)
    truth.settled(scene.world.read(), scene.world)


class _DiesAfterCommit(Fault):
    """The process is killed as soon as its transaction is through."""

    dead = False

    def before(self, call: AwsCall) -> None:
        """No call after the transaction."""
        if self.dead:
            raise Killed

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """It is through."""
        self.dead = self.dead or call.operation == "TransactWriteItems"


def test_what_is_at_work_is_left_alone(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """A sweep in the middle of an approval neither sees nor disturbs it."""
    case = next(case for case in _CASES if case.name == "approve")
    trial = Trial.of(case, scene, faults, mailbox)
    for call in chosen(trial.calls):
        trial.begin()
        answer = trial.attempt(Meanwhile(call.number, lambda: scene.run("sweep", later=timedelta(minutes=9))))
        assert answer is not None
        assert answer.status == 200
        trial.heal()
        trial.check_done()


def test_a_loser_that_cannot_tidy_up_still_says_so(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """The loser's copies cannot be removed: it answers 409 all the same, and the sweep removes them."""
    scene.at(Status.UPLOADED)
    mailbox.clear()
    before = scene.world.read()
    fault = _LosesAndCannotTidyUp(lambda: steps.act(scene.setting, scene.job, Action.REJECT))
    with faults.with_(fault):
        answer = scene.act(Action.APPROVE)
    assert fault.winner is not None
    assert fault.winner.status == 200
    assert steps.refused(answer, 409, "conflict")["status"] == "REJECTED"
    assert any(stored.folder == "Pending" for stored in scene.world.read().objects)
    scene.world.age(LATER)
    scene.run("sweep", later=LATER)
    while scene.mail_pump.step():
        pass
    state = scene.world.read()
    truth.settled(state, scene.world)
    truth.mails(before, state, mailbox.mails(), doubled=0)


class _LosesAndCannotTidyUp(Fault):
    """Somebody else commits just before the transaction; removing objects fails from then on."""

    def __init__(self, other: Any) -> None:
        self._meanwhile: Meanwhile | None = None
        self._other = other

    @property
    def winner(self) -> Response | None:
        """What the other one was told."""
        return self._meanwhile.result if self._meanwhile else None

    def before(self, call: AwsCall) -> None:
        """Let the other one win, then refuse to remove anything."""
        if call.operation == "TransactWriteItems" and self._meanwhile is None:
            self._meanwhile = Meanwhile(call.number, self._other)
            self._meanwhile.before(call)
        elif call.operation == "DeleteObject" and "Pending/" in call.request["url_path"]:
            raise ReadTimeoutError(endpoint_url="injected")


@pytest.mark.parametrize("action", [Action.REJECT, Action.DELETE])
@pytest.mark.parametrize("dies", [False, True], ids=["lives", "dies"])
def test_a_record_that_is_written_while_the_job_leaves(
    action: Action, dies: bool, scene: Scene, faults: Faults
) -> None:
    """Somebody's note is committed, and its record written when the next change has listed the folder."""
    scene.at(Status.UPLOADED)
    scene.locked()
    late = _WritesLate(lambda: metadata.refresh(scene.job["id"], Status.UPLOADED), dies)
    with faults.with_(late), suppress(Killed):
        steps.ok(scene.act(action))
    assert late.wrote
    scene.world.age(LATER)
    scene.run("sweep", later=LATER)
    while scene.mail_pump.step():
        pass
    truth.settled(scene.world.read(), scene.world)


class _WritesLate(Fault):
    """`write` happens just before the transaction, and the process may die just after it."""

    def __init__(self, write: Any, dies: bool) -> None:
        self._write = write
        self._dies = dies
        self.wrote = False

    def before(self, call: AwsCall) -> None:
        """Write, or die."""
        if self.wrote and self._dies and not self._writing:
            raise Killed
        if call.operation == "TransactWriteItems" and not self.wrote:
            self.wrote = self._writing = True
            Meanwhile(call.number, self._write).before(call)

    _writing = False

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """The transaction is through."""
        if call.operation == "TransactWriteItems":
            self._writing = False
