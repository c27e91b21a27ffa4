"""A repair dies, fails and meets the job's next move at each of its calls: done once, with nothing lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from chalicelib.aws import files
from chalicelib.aws.tables import Job
from chalicelib.domain.lifecycle import Action, Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import auditing, clock, metadata
from infra.http_client import Response
from tests import steps
from tests.crashes import truth
from tests.crashes.faults import AnsweredTwice, Dies, Fails, Fault, Faults, Killed, Meanwhile, Nothing, chosen
from tests.crashes.trial import LATER
from tests.crashes.use_cases import Scene

SLICED = b"; saved late"
# The repairs that bring SLICED to the job.
SLICES = {"repair-location", "repair-link"}


@dataclass(frozen=True)
class Repair:
    """`damage` is done to a job that is printing; `path` mends it."""

    method: str
    path: str
    damage: Callable[[str], str]
    by_job: bool = False

    def __str__(self) -> str:
        return self.path

    def ask(self, scene: Scene, key: str) -> Response:
        """The administrator's call."""
        about = {"job_id": scene.job["id"]} if self.by_job else {"key": key}
        desk = scene.admin
        send = desk.delete if self.method == "DELETE" else desk.post
        return send(f"{steps.API}/admin/audit/{self.path}", {"staff_name": steps.SAM, **about})


def _orphan(name: str) -> str:
    files.put("Pending/nobody.stl", b"whose?", "model/stl")
    return "Pending/nobody.stl"


def _stale(name: str) -> str:
    files.put(f"Pending/{name}.stl", files.read(f"Printing/{name}.stl"), "model/stl")
    return f"Pending/{name}.stl"


def _late(name: str) -> str:
    files.put(f"Pending/{name}_PETG.gcode", SLICED, "text/plain")
    return f"Pending/{name}_PETG.gcode"


def _no_record(name: str) -> str:
    for version in files.versions(f"Printing/{name}.metadata.json"):
        files.delete(version.key, version.version_id)
    return ""


def _put_aside(name: str) -> str:
    """The file to print is only under Orphaned/."""
    sliced = f"{name}_PETG.gcode"
    files.put(f"Orphaned/2026-11-20/Printing/{sliced}", SLICED, "text/plain")
    [job] = Job.scan()
    job.authoritative_filename = sliced
    job.save()
    metadata.write(job)
    return ""


REPAIRS = (
    Repair("DELETE", "orphaned-file", _orphan),
    Repair("DELETE", "stale-file", _stale),
    Repair("POST", "repair-location", _late, by_job=True),
    Repair("POST", "repair-metadata", _no_record, by_job=True),
    Repair("POST", "repair-link", _put_aside, by_job=True),
)


def _found(scene: Scene, repair: Repair) -> str:
    """A job that is printing, damaged, and an audit that has found it."""
    scene.at(Status.PRINTING)
    key = repair.damage(scene.job["display_name"])
    auditing.start(SYSTEM, clock.now() + timedelta(days=1))
    while scene.pump.step():
        pass
    return key


def _heal(scene: Scene) -> None:
    scene.world.age(LATER)
    scene.run("sweep", later=LATER)
    while scene.pump.step():
        pass


def _mended(scene: Scene, repair: Repair) -> None:
    """Everything agrees with everything, and somebody's name stands for it once."""
    state = scene.world.read()
    truth.settled(state, scene.world)
    operations = Counter(event["details"].get("operation") for event in state.table("events"))
    assert sum(operations[name] for name in operations if name not in {None, "audit"}) == 1
    if repair.path in SLICES:
        status = Status(state.table("jobs")[0]["status"])
        assert files.read(f"{status.folder}/{scene.job['display_name']}_PETG.gcode") == SLICED
    aside = [stored.key for stored in state.objects if stored.folder == "Orphaned" and stored.is_latest]
    assert len(aside) == (repair.path in {"orphaned-file", "repair-link"})


@pytest.mark.parametrize("repair", REPAIRS, ids=str)
def test_whatever_happens_to_a_repair(repair: Repair, scene: Scene, faults: Faults) -> None:
    key = _found(scene, repair)
    start = scene.world.remember()
    with faults.with_(Nothing()) as seen:
        steps.ok(repair.ask(scene, key))
    calls = list(seen)
    _mended(scene, repair)
    effects = [call.number for call in calls if call.changes]
    tried: list[Fault] = [Dies(number) for number in [*effects[1:], len(calls)]]
    tried += [AnsweredTwice(number) for number in effects]
    tried += [Fails(number, when) for number in effects for when in ("before", "after")]
    for fault in chosen(tried):
        scene.world.restore(start, scene.world.read())
        scene = scene.of_somebody_else()
        with faults.with_(fault), suppress(Killed):
            repair.ask(scene, key)
        truth.always(scene.world.read(), scene.world)
        _heal(scene)
        steps.ok(repair.ask(scene, key))
        _heal(scene)
        _mended(scene, repair)


@pytest.mark.parametrize("repair", REPAIRS, ids=str)
def test_the_job_moves_on_meanwhile(repair: Repair, scene: Scene, faults: Faults) -> None:
    """At each call of the repair the print is finished: nothing is lost; what stays is mended next time."""
    key = _found(scene, repair)
    start = scene.world.remember()
    with faults.with_(Nothing()) as seen:
        steps.ok(repair.ask(scene, key))
    numbers = [call.number for call in seen]
    for number in chosen(numbers):
        scene.world.restore(start, scene.world.read())
        scene = scene.of_somebody_else()
        other = Meanwhile(number, partial(scene.of_somebody_else().act, Action.MARK_COMPLETE))
        with faults.with_(other):
            answer = repair.ask(scene, key)
        steps.ok(other.result)
        assert answer.status in {200, 409}, answer.text
        _heal(scene)
        truth.always(scene.world.read(), scene.world)
        if answer.status == 409 and repair.path != "repair-metadata":  # the move has written a new record
            steps.ok(repair.ask(scene.of_somebody_else(), key))
        state = scene.world.read()
        truth.settled(state, scene.world)
        if repair.path in SLICES:
            assert files.read(f"Completed/{scene.job['display_name']}_PETG.gcode") == SLICED
