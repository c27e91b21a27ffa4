"""An index is a moment behind: it may show what is over, and miss what has begun."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from chalicelib.domain.lifecycle import Status
from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes import truth
from tests.crashes.faults import AwsCall, Fault, Faults
from tests.crashes.trial import LATER
from tests.crashes.use_cases import Scene

Answers = dict[str, dict[str, Any]]


def _index(call: AwsCall) -> str | None:
    """What is asked of an index, None for calls that ask none."""
    if call.operation != "Query":
        return None
    asked = json.loads(call.request["body"])
    return (
        f"{asked['IndexName']} {asked['ExpressionAttributeValues'][':0']}" if "IndexName" in asked else None
    )


class Remembers(Fault):
    """Keeps what indexes answered."""

    def __init__(self) -> None:
        self.answers: Answers = {}

    def after(self, call: AwsCall, parsed: dict[str, Any]) -> None:
        """Keep it."""
        asked = _index(call)
        if asked:
            self.answers[asked] = parsed


class Behind(Fault):
    """Indexes answer what they answered before, or that they know of nothing."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.asked = 0

    def before(self, call: AwsCall) -> Any:
        """Answer in the index's place."""
        asked = _index(call)
        if not asked:
            return None
        self.asked += 1
        nothing = {"Items": [], "Count": 0, "ScannedCount": 0, "ResponseMetadata": {"HTTPStatusCode": 200}}
        http = AWSResponse(call.request["url"], 200, HTTPHeaders(), None)
        return http, self._answers.get(asked, nothing)


def _sweep(scene: Scene) -> None:
    scene.run("sweep", later=LATER)
    while scene.mail_pump.step():
        pass


def test_a_mail_that_still_seems_to_wait(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """It was sent; the index says that it waits. It is not sent again."""
    scene.submitted()
    remembers = Remembers()
    with faults.with_(remembers):
        _sweep(scene)
    assert len(mailbox.mails()) == 1
    behind = Behind(remembers.answers)
    with faults.with_(behind):
        _sweep(scene)
    assert behind.asked
    assert len(mailbox.mails()) == 1


def test_a_mail_that_does_not_show_yet(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """It waits; the index misses it. A later sweep finds it."""
    scene.submitted()
    scene.world.empty_queues()
    with faults.with_(Behind({})):
        _sweep(scene)
    assert mailbox.mails() == []
    _sweep(scene)
    assert len(mailbox.mails()) == 1


def _seen_late(scene: Scene, faults: Faults) -> Behind:
    """A pending job whose link has run out, and an index that stays at this moment."""
    scene.at(Status.PENDING)
    scene.late()
    remembers = Remembers()
    with faults.with_(remembers):
        scene.run("expire_confirmations", later=-timedelta(days=30))
    assert remembers.answers
    return Behind(remembers.answers)


def test_a_link_that_was_renewed_is_not_expired(scene: Scene, faults: Faults) -> None:
    """The index shows the old link; the new one is what counts."""
    behind = _seen_late(scene, faults)
    steps.ok(scene.student.post(f"{steps.API}/submit/resend-confirmation", {"job_id": scene.job["id"]}))
    before = scene.world.read()
    with faults.with_(behind):
        scene.run("expire_confirmations")
    assert behind.asked
    assert scene.world.read().rows == before.rows


def test_a_job_that_has_moved_on_is_not_expired(scene: Scene, faults: Faults) -> None:
    """The index shows it as pending; an administrator has confirmed it."""
    behind = _seen_late(scene, faults)
    steps.ok(scene.admin_does("force-confirm", reason="Student called"))
    before = scene.world.read()
    with faults.with_(behind):
        scene.run("expire_confirmations")
    assert behind.asked
    assert scene.world.read().rows == before.rows


def test_a_link_that_does_not_show_yet_expires_later(scene: Scene, faults: Faults) -> None:
    """The index misses the job; the next run flags it."""
    _seen_late(scene, faults)
    with faults.with_(Behind({})):
        scene.run("expire_confirmations")
    assert not steps.row(scene.job["id"]).is_confirmation_expired
    scene.run("expire_confirmations")
    assert steps.row(scene.job["id"]).is_confirmation_expired


def _over(scene: Scene, faults: Faults) -> Behind:
    """A job that was picked up long ago, and an index that stays at this moment."""
    scene.at(Status.PAIDPICKEDUP)
    steps.rewrite(scene.job["id"], status_entered_at=datetime.now(UTC) - timedelta(days=50))
    steps.rewrite(scene.job["id"], created_at=datetime.now(UTC) - timedelta(days=50))
    remembers = Remembers()
    with faults.with_(remembers):
        steps.ok(scene.admin.post(f"{steps.API}/admin/archive", {"staff_name": steps.SAM, "dry_run": True}))
    return Behind(remembers.answers)


@pytest.mark.parametrize(
    "meanwhile",
    [
        pytest.param({"status": Status.COMPLETED}, id="reverted"),
        pytest.param({"status_entered_at": datetime.now(UTC)}, id="reverted and picked up again"),
    ],
)
def test_a_job_that_has_moved_on_is_not_archived(
    scene: Scene, faults: Faults, meanwhile: dict[str, Any]
) -> None:
    """The index shows it as picked up long ago."""
    behind = _over(scene, faults)
    steps.rewrite(scene.job["id"], **meanwhile)
    before = scene.world.read()
    with faults.with_(behind):
        scene.run("archive_old_jobs")
    assert behind.asked
    after = scene.world.read()
    assert (after.rows["jobs"], after.objects) == (before.rows["jobs"], before.objects)


def test_the_whole_way_without_an_index(scene: Scene, faults: Faults, mailbox: Mailbox) -> None:
    """From form to pick-up nothing depends on what an index knows."""
    behind = Behind({})
    with faults.with_(behind):
        scene.at(Status.PAIDPICKEDUP)
    assert behind.asked == 0
    truth.settled(scene.world.read(), scene.world)
    assert len(mailbox.mails()) == 2, "receipt and completion; the price was confirmed before it was mailed"
