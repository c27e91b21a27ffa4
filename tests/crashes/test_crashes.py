"""Every call to AWS of every use case fails, before and after it took effect; every use case dies at each.

After that nothing is half-visible and no byte is lost; after the sweep everything agrees with everything; and
the repeat of the same call ends as if nothing had happened.
"""

from __future__ import annotations

import pytest

from infra.local.mailbox import Mailbox
from tests.crashes.faults import AnsweredTwice, Dies, Fails, Faults, chosen
from tests.crashes.trial import Trial
from tests.crashes.use_cases import USE_CASES, Scene, UseCase


@pytest.mark.parametrize("case", USE_CASES, ids=str)
def test_whatever_happens(case: UseCase, scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """One scene for all faults: setting it takes as long as trying some of them."""
    trial = Trial.of(case, scene, faults, mailbox)
    assert trial.outcome["jobs"] == ({case.becomes: 1} if case.becomes else {})
    _each_call_fails(trial)
    _the_process_dies(trial)
    _the_client_asks_twice(trial)


def _each_call_fails(trial: Trial) -> None:
    """The caller is told, and tries again at once."""
    for call in chosen(trial.calls):
        for when in ("before", "after") if call.changes else ("before",):
            trial.begin()
            trial.attempt(Fails(call.number, when))
            if trial.nothing_happened():
                continue
            in_progress = trial.repeat_at_once()
            trial.heal()
            if in_progress:
                trial.repeat()
                trial.heal()
            trial.check_done()


def _the_process_dies(trial: Trial) -> None:
    """Nobody tidies up; the sweep does, and then the caller tries again."""
    for number in chosen(trial.deaths()):
        trial.begin()
        trial.attempt(Dies(number))
        trial.heal()
        trial.check()
        trial.repeat()
        trial.heal()
        trial.check_done()


def _the_client_asks_twice(trial: Trial) -> None:
    """The first answer is lost, and the AWS client asks again by itself: it is done once."""
    for call in chosen([call for call in trial.calls if call.changes]):
        trial.begin()
        answer = trial.attempt(AnsweredTwice(call.number))
        trial.heal()
        if answer is not None and answer.status != trial.case.success:
            trial.repeat()
            trial.heal()
        trial.check_done()
