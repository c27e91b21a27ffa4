"""What SQS may do and the local queue does not: deliver twice, at once, late, and in another order."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from chalicelib.domain.lifecycle import Action, Status
from infra.local.mailbox import Mailbox
from tests import steps
from tests.crashes.use_cases import Scene


def _messages(scene: Scene) -> dict[str, str]:
    """The ids of the job's mail messages by kind."""
    outbox = scene.world.read().table("outbox")
    return {row["kind"]: row["id"] for row in outbox if row["queue"] == "mail"}


def _deliver(scene: Scene, message_id: str, times: int = 1) -> None:
    """Hand a message to the mail function."""
    record = {"messageId": "1", "receiptHandle": "1", "body": json.dumps({"outbox_id": message_id})}
    for _ in range(times):
        scene.functions.call("send_mail", {"Records": [record]})


def _states(scene: Scene) -> dict[str, str]:
    """What became of the job's mails."""
    outbox = scene.world.read().table("outbox")
    return {row["kind"]: row["state"] for row in outbox if row["queue"] == "mail"}


def test_delivered_three_times(scene: Scene, mailbox: Mailbox) -> None:
    scene.submitted()
    _deliver(scene, _messages(scene)["receipt"], times=3)
    assert len(mailbox.mails()) == 1


def test_delivered_twenty_times_at_once(scene: Scene, mailbox: Mailbox) -> None:
    scene.submitted()
    message = _messages(scene)["receipt"]
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: _deliver(scene, message), range(20)))
    assert len(mailbox.mails()) == 1
    assert _states(scene) == {"receipt": "sent"}


def test_in_another_order(scene: Scene, mailbox: Mailbox) -> None:
    """Each mail is about its own change, whichever comes first; what is no longer true is not sent."""
    scene.submitted()
    steps.to_status(scene.setting, scene.job, Status.COMPLETED)
    messages = _messages(scene)
    for kind in ("completion", "approval", "receipt", "completion", "approval"):
        _deliver(scene, messages[kind])
    assert _states(scene) == {"receipt": "sent", "approval": "dropped", "completion": "sent"}
    assert len(mailbox.mails()) == 2


def test_a_superseded_link_that_comes_late_is_not_sent(scene: Scene, mailbox: Mailbox) -> None:
    """The first approval's message is delivered after a newer link was mailed."""
    scene.submitted()
    steps.to_status(scene.setting, scene.job, Status.PENDING)
    scene.cooled_down()
    late = _messages(scene)["approval"]
    steps.ok(scene.student.post(f"{steps.API}/submit/resend-confirmation", {"job_id": scene.job["id"]}))
    _deliver(scene, _messages(scene)["resend"])
    _deliver(scene, late)
    assert _states(scene)["approval"] == "dropped"
    (mail,) = mailbox.mails()
    newest = steps.confirm_token(scene.job["id"])
    assert any(newest.split(".")[0] in link for link in mail["links"])


def test_about_a_job_that_is_gone(scene: Scene, mailbox: Mailbox) -> None:
    """The job was deleted before its receipt went out."""
    scene.submitted()
    scene.locked()
    steps.ok(scene.act(Action.DELETE))
    _deliver(scene, _messages(scene)["receipt"])
    assert mailbox.mails() == []
    assert _states(scene) == {"receipt": "dropped"}


def test_about_a_message_that_never_was(scene: Scene, mailbox: Mailbox) -> None:
    """A message of another installation, or of a change that did not happen."""
    _deliver(scene, "nobody.receipt.1")
    assert mailbox.mails() == []


def test_the_queue_forgets(scene: Scene, mailbox: Mailbox) -> None:
    """All messages are lost; the sweep sends them anew, for it is the outbox that promises."""
    scene.submitted()
    scene.world.empty_queues()
    scene.run("sweep", later=timedelta(minutes=1))
    while scene.mail_pump.step():
        pass
    assert len(mailbox.mails()) == 1


def test_a_key_that_should_have_expired(scene: Scene) -> None:
    """TTL deletes up to two days late: rows past their time count as gone."""
    scene.at(Status.UPLOADED)
    steps.ok(scene.note())
    again = scene.note()
    assert again.headers["Idempotency-Replayed"] == "true"
    scene.world.expire("transient", datetime.now(UTC) - timedelta(hours=1))
    anew = scene.note()
    assert steps.ok(anew)["notes_count"] == 2
    assert anew.headers["Idempotency-Replayed"] is None
