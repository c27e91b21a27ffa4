"""An audit beside a lab at work: at each of its calls something happens, and it is no finding.

Nothing counts as young here. The audit looks at the two folders between which the job goes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import audits, files
from chalicelib.aws.tables import Audit
from chalicelib.domain.audit import PLACES
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import auditing, clock
from tests.crashes.faults import AwsCall, Fault, Faults, Killed, Meanwhile, Nothing, chosen
from tests.crashes.test_audits import _slice
from tests.crashes.trial import LATER
from tests.crashes.use_cases import Scene

Happening = Callable[[Scene], Any]
S = Status


class CutShort(Meanwhile):
    """As Meanwhile, but the other one is killed before its first call of `operation` after its commit."""

    committed = False
    dead = False
    thread: threading.Thread | None = None

    def before(self, call: AwsCall) -> None:
        """Kill the other one, or start it."""
        if threading.current_thread() is not self.thread:
            super().before(call)
        elif self.dead or self.committed:
            self.dead = True
            raise Killed

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """It is through."""
        if threading.current_thread() is self.thread and call.operation == "TransactWriteItems":
            self.committed = True

    def _run(self) -> None:
        self.thread = threading.current_thread()
        with suppress(Killed):
            super()._run()


class DiesAfter(Fault):
    """The process is killed after its first call of an operation."""

    def __init__(self, operation: str) -> None:
        self._operation = operation
        self._dead = False

    def before(self, call: AwsCall) -> None:
        """No call any more."""
        if self._dead:
            raise Killed

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """That was it."""
        self._dead = self._dead or call.operation == self._operation


def _moves(scene: Scene) -> Any:
    return scene.of_somebody_else().act(Action.MARK_COMPLETE)


def _comes_back(scene: Scene) -> Any:
    return scene.of_somebody_else().act(Action.REVERT_COMPLETION)


def _note(scene: Scene) -> Any:
    return scene.of_somebody_else().note()


def _sweep(scene: Scene) -> Any:
    return scene.run("sweep", later=LATER)


def _at_rest(scene: Scene, faults: Faults) -> None:
    pass


def _reworded(scene: Scene, faults: Faults) -> None:
    """The record says the same in other bytes, so that the audit looks closer at the job."""
    key = f"Printing/{scene.job['display_name']}.metadata.json"
    files.put(key, files.read(key).replace(b"\n", b" \n"), "application/json")


def _cut_short(operation: str, change: Happening) -> Callable[[Scene, Faults], None]:
    def given(scene: Scene, faults: Faults) -> None:
        with faults.with_(DiesAfter(operation)), suppress(Killed):
            change(scene)

    return given


COMMITTED = _cut_short("TransactWriteItems", _moves)
COPIED = _cut_short("CopyObject", _moves)
NOTED = _cut_short("TransactWriteItems", _note)


@pytest.mark.parametrize(
    ("given", "kind", "happening"),
    [
        pytest.param(_at_rest, Meanwhile, _moves, id="a move"),
        pytest.param(_reworded, Meanwhile, _moves, id="a move under a closer look"),
        pytest.param(_at_rest, CutShort, _moves, id="a move that dies after its commit"),
        pytest.param(_at_rest, CutShort, _note, id="a note that dies after its commit"),
        pytest.param(COMMITTED, Meanwhile, _sweep, id="the end of a move that died"),
        pytest.param(COMMITTED, Meanwhile, _comes_back, id="the way back after a move that died"),
        pytest.param(COPIED, Meanwhile, _sweep, id="the end of a move that died early"),
        pytest.param(COPIED, Meanwhile, _moves, id="a move after one that died early"),
        pytest.param(NOTED, Meanwhile, _note, id="a note after one that died"),
        pytest.param(NOTED, Meanwhile, _sweep, id="the end of a note that died"),
    ],
)
def test_what_goes_on_is_no_finding(
    given: Callable[[Scene, Faults], None],
    kind: type[Meanwhile],
    happening: Happening,
    scene: Scene,
    faults: Faults,
) -> None:
    scene.at(S.PRINTING)
    audit = auditing.start(SYSTEM, clock.now() + timedelta(days=1))
    audit.update(actions=[Audit.place.set(PLACES.index(S.PRINTING.folder))])
    start = scene.world.remember()
    given(scene, faults)
    with faults.with_(Nothing()) as calls:
        _look(scene, audit.id)
    for number in chosen(range(len(calls))):
        scene.world.restore(start, scene.world.read())
        given(scene, faults)
        with faults.with_(kind(number, lambda: happening(scene))):
            _look(scene, audit.id)
        found = [(f.kind, f.key, f.job_id, f.details) for f in audits.page(audit.id, None, 100, None)]
        assert found == [], f"at call {number}"


def _look(scene: Scene, audit_id: str) -> None:
    """At the two folders."""
    for step in (1, 2):
        _slice(scene, audit_id, step)
    assert int(auditing.find(audit_id).step) == 3
