"""An audit dies, fails and is asked for twice; it ends, and has found everything once."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from chalicelib.aws import audits, files
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.people import SYSTEM
from chalicelib.services import auditing, clock
from tests.crashes.faults import AnsweredTwice, Dies, Fails, Fault, Faults, Killed, Nothing, chosen
from tests.crashes.trial import LATER
from tests.crashes.use_cases import Scene

ORPHAN = "Uploaded/nobody.stl"


def _begin(scene: Scene) -> str:
    """A lab with one orphan in the first folder, and an audit that has been asked for."""
    scene.at(Status.UPLOADED)
    files.put(ORPHAN, b"x", "model/stl")
    return auditing.start(SYSTEM, clock.now() + timedelta(days=1)).id


def _slice(scene: Scene, audit_id: str, number: int = 1) -> None:
    body = json.dumps({"outbox_id": f"{audit_id}.slice.{number}"})
    record = {"messageId": "1", "receiptHandle": "1", "body": body}
    record |= {"eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:audits"}
    scene.functions.call("audit_slice", {"Records": [record]})


def _finish(scene: Scene) -> None:
    """Half an hour goes by."""
    scene.world.age(LATER)
    scene.run("sweep", later=LATER)
    while scene.pump.step():
        pass


def _check(audit_id: str) -> None:
    audit = auditing.find(audit_id)
    assert (audit.state, audit.totals) == ("done", {"orphaned_file": 1})
    assert [finding.key for finding in audits.page(audit_id, None, 10, None)] == [ORPHAN]
    assert (audit.jobs_seen, audit.objects_seen) == (1, 5)


def test_whatever_happens_to_a_slice(scene: Scene, faults: Faults) -> None:
    audit_id = _begin(scene)
    start = scene.world.remember()
    with faults.with_(Nothing()) as seen:
        _slice(scene, audit_id)
    calls = list(seen)
    _finish(scene)
    _check(audit_id)
    effects = [call.number for call in calls if call.changes]
    tried: list[Fault] = [Dies(number) for number in [*effects[1:], len(calls)]]
    tried += [AnsweredTwice(number) for number in effects]
    tried += [Fails(call.number, "before") for call in calls]
    tried += [Fails(number, "after") for number in effects]
    for fault in chosen(tried):
        scene.world.restore(start, scene.world.read())
        with faults.with_(fault), suppress(Killed, BotoCoreError, PynamoDBException):
            _slice(scene, audit_id)
        _finish(scene)
        _check(audit_id)


def test_one_that_fails_each_time_is_given_up(scene: Scene, faults: Faults) -> None:
    audit_id = _begin(scene)
    with faults.with_(_NoListing()):
        _slice(scene, audit_id)
        assert auditing.find(audit_id).state == "running"
        for _ in range(auditing.MAX_ATTEMPTS):
            _finish(scene)
    audit = auditing.find(audit_id)
    assert (audit.state, int(audit.step)) == ("failed", 2)
    assert not [row for row in scene.world.read().table("outbox") if "waiting" in row]


class _NoListing(Fault):
    """The bucket cannot be listed."""

    def before(self, call: object) -> None:
        """Fail."""
        if getattr(call, "operation", "") == "ListObjectVersions":
            raise BotoCoreError


@pytest.mark.parametrize("number", [2, 99])
def test_a_slice_that_was_never_promised_is_not_made(scene: Scene, number: int) -> None:
    audit_id = _begin(scene)
    _slice(scene, audit_id, number)
    assert int(auditing.find(audit_id).step) == 1
