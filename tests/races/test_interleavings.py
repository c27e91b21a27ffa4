"""Every way in which one call can come between the steps of another, one by one.

The races of test_races.py meet some of these by luck. Here the other call runs, all of it, before each call
to AWS of the first one; or it dies at each of its own and the first one finds what it left.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from chalicelib.domain.lifecycle import Status
from infra.http_client import Response
from infra.local.mailbox import Mailbox
from tests.crashes.faults import Dies, Faults, Meanwhile, Nothing, chosen
from tests.crashes.trial import Trial
from tests.crashes.use_cases import CHANGES, LAB_PCS, Scene, UseCase
from tests.races.contests import (
    APPROVE,
    COMPLETE,
    CONFIRM,
    DELETE,
    FAIL,
    FORCE_CONFIRM,
    NOTE,
    PAY,
    PICK_UP,
    PLACE,
    REJECT,
    RESEND,
    REVERT,
    Wish,
)  # fmt: skip

S = Status


@dataclass(frozen=True)
class Meeting:
    """`one` is in the middle of it when `other` comes, from another desk unless they share one.

    `both`: they do not exclude each other. `locked`: the first one's desk has the job open.
    """

    status: Status
    one: Wish
    other: Wish
    both: bool = False
    locked: bool = False
    same_desk: bool = False

    def __str__(self) -> str:
        return f"{self.one} meets {self.other}"

    @property
    def other_desk(self) -> str:
        """Where the other one sits."""
        return self.other.desk if self.same_desk or self.other.desk != "front-desk" else "second-desk"


MEETINGS = (
    Meeting(S.UPLOADED, APPROVE, APPROVE),
    Meeting(S.UPLOADED, APPROVE, REJECT),
    Meeting(S.UPLOADED, REJECT, APPROVE),
    Meeting(S.UPLOADED, APPROVE, NOTE, both=True),
    Meeting(S.UPLOADED, NOTE, APPROVE, both=True),
    Meeting(S.UPLOADED, NOTE, NOTE, both=True),
    Meeting(S.UPLOADED, DELETE, APPROVE, locked=True),
    Meeting(S.UPLOADED, DELETE, APPROVE, locked=True, same_desk=True),
    Meeting(S.UPLOADED, DELETE, DELETE, locked=True, same_desk=True),
    Meeting(S.UPLOADED, PLACE, APPROVE, both=True),
    Meeting(S.UPLOADED, APPROVE, PLACE, both=True),
    Meeting(S.UPLOADED, PLACE, PLACE, both=True),
    Meeting(S.UPLOADED, PLACE, NOTE, both=True),
    Meeting(S.PENDING, CONFIRM, CONFIRM, both=True),
    Meeting(S.PENDING, CONFIRM, FORCE_CONFIRM),
    Meeting(S.PENDING, CONFIRM, RESEND),
    Meeting(S.PENDING, RESEND, CONFIRM),
    Meeting(S.PENDING, FORCE_CONFIRM, CONFIRM),
    Meeting(S.PENDING, NOTE, CONFIRM, both=True),
    Meeting(S.PENDING, DELETE, CONFIRM, locked=True),
    Meeting(S.PRINTING, COMPLETE, FAIL),
    Meeting(S.COMPLETED, PAY, PICK_UP, locked=True),
    Meeting(S.COMPLETED, PAY, PAY, locked=True, same_desk=True),
    Meeting(S.COMPLETED, PICK_UP, REVERT),
)


@pytest.fixture(params=MEETINGS, ids=str)
def meeting(request: pytest.FixtureRequest) -> Meeting:
    """Two wishes for one job."""
    found: Meeting = request.param
    return found


@pytest.fixture
def trial(meeting: Meeting, scene: Scene, faults: Faults, mailbox: Mailbox) -> Trial:
    """The first one's calls, rehearsed alone."""

    def given(scene: Scene) -> None:
        scene.at(meeting.status)
        if meeting.locked:
            scene.locked()
        if PLACE in (meeting.one, meeting.other):
            scene.sliced()
        if RESEND in (meeting.one, meeting.other):
            scene.cooled_down()

    def call(scene: Scene) -> Response:
        return meeting.one.ask(scene.desk(meeting.one.desk), scene)

    # The file of a candidate waits until somebody places it.
    case = UseCase(str(meeting), given, call, becomes=None, incoming=meeting.other is PLACE)
    return Trial.of(case, scene, faults, mailbox)


def test_another_comes_between(meeting: Meeting, trial: Trial) -> None:
    """Whoever commits first wins, and the other one is told."""
    for call in chosen(trial.calls):
        trial.begin()
        other = Meanwhile(call.number, lambda: _other(meeting, trial))
        answer = trial.attempt(other)
        answers = [answer for answer in (answer, other.result) if answer is not None]
        granted = [answer.status == 200 for answer in answers]
        assert all(granted) if meeting.both else sum(granted) == 1, [answer.text for answer in answers]
        assert {answer.status for answer in answers} <= {200, 403, 404, 409, 410}
        trial.heal()
        _all_is_told(meeting, trial, granted)


def _all_is_told(meeting: Meeting, trial: Trial, granted: list[bool]) -> None:
    """One event for each wish that was granted; a link that is clicked twice confirms once.

    So is one file placed once by two agents.
    """
    wishes = [wish for wish, yes in zip((meeting.one, meeting.other), granted, strict=True) if yes]
    wanted = Counter(wish.event for wish in wishes if wish.event)
    before = Counter(event["event_type"] for event in trial.start.table("events"))
    told = trial.check()["events"] - before
    for event, times in wanted.items():
        assert told[event] == (1 if event in (CONFIRM.event, PLACE.event) else times)


def _other(meeting: Meeting, trial: Trial) -> Response:
    scene = trial.scene.of_somebody_else()
    return meeting.other.ask(scene.desk(meeting.other_desk), scene)


def test_another_died_there(meeting: Meeting, trial: Trial) -> None:
    """What a dead call left neither stops the next one nor survives the sweep."""
    trial.begin()
    trial.attempt(Nothing(), lambda _: _other(meeting, trial))
    calls = trial.faults.calls
    for number in chosen([*(call.number for call in calls if call.changes), len(calls)]):
        trial.begin()
        trial.attempt(Dies(number), lambda _: _other(meeting, trial))
        answer = trial.attempt(Nothing())
        assert answer is not None
        assert answer.status in {200, 403, 404, 409, 410}, answer.text
        trial.heal()
        trial.check()


@pytest.mark.parametrize("case", CHANGES + LAB_PCS, ids=str)
def test_the_machine_slept(case: UseCase, scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """A process that stood still for half an hour comes back after the sweep, and does no harm."""
    trial = Trial.of(case, scene, faults, mailbox)
    for call in chosen(trial.calls):
        trial.begin()
        trial.attempt(Meanwhile(call.number, trial.sweep))
        trial.heal()
        trial.repeat()
        trial.heal()
        trial.check_done()
