"""Mails and messages that were given up: who sees them, and that trying again happens once and on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import events
from chalicelib.aws.tables import OutboxMessage
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action
from chalicelib.services import giving_up
from infra.http_client import HttpClient, Response
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests import invariants
from tests.api.mails import delivered, states, told
from tests.api.post_office import OK, PostOffice
from tests.steps import API, SAM, act, lock, ok, refused, submit

Job = dict[str, Any]


def failed(admin: HttpClient, **query: Any) -> dict[str, Any]:
    """The page of mails that were given up."""
    page: dict[str, Any] = ok(admin.get(f"{API}/admin/mail/failed", **query))
    return page


def retry(admin: HttpClient, mail_id: str, **more: Any) -> Response:
    """Ask for a mail to be sent again."""
    return admin.post(f"{API}/admin/mail/{mail_id}/retry", {"staff_name": SAM, **more})


@pytest.fixture
def refused_mail(http: HttpClient, post_office: PostOffice, pump: Pump) -> Job:
    """A job whose receipt the mail server has refused for good; it takes mail again."""
    post_office.recipients = "550 no such user here"
    job = submit(http)
    pump.step()
    post_office.recipients = OK
    return job


def test_a_mail_that_was_given_up_is_listed(admin: HttpClient, refused_mail: Job) -> None:
    page = failed(admin)
    assert (page["total"], page["page"], page["limit"]) == (1, 1, 50)
    (mail,) = page["mails"]
    assert mail["failed_at"] >= mail["created_at"]
    assert "550" in mail["last_error"]
    assert "example.edu" not in str(mail)
    expected = {"email_type": "receipt", "short_id": refused_mail["short_id"], "attempts": 1}
    assert {name: mail[name] for name in expected} == expected


def test_the_list_has_pages(http: HttpClient, admin: HttpClient, post_office: PostOffice, pump: Pump) -> None:
    post_office.recipients = "550 no such user here"
    submitted = []
    for _ in range(3):
        submitted.append(submit(http)["id"])
        pump.step()
    pages = [failed(admin, page=number, limit=2) for number in (1, 2, 3)]
    listed = [[mail["job_id"] for mail in page["mails"]] for page in pages]
    assert listed == [submitted[:0:-1], submitted[:1], []]
    assert {page["total"] for page in pages} == {3}


def test_a_retried_mail_is_sent_with_all_attempts_ahead(
    admin: HttpClient, refused_mail: Job, post_office: PostOffice, pump: Pump
) -> None:
    (mail,) = failed(admin)["mails"]
    retried = ok(retry(admin, mail["id"]))
    assert retried == {"id": mail["id"], "job_id": refused_mail["id"], "email_type": "receipt"}
    assert failed(admin)["total"] == 0
    row = OutboxMessage.get(mail["id"])
    assert (row.state, row.waiting, row.attempts) == ("waiting", "mail", 0)
    pump.step()
    assert len(post_office.seen) == 1
    assert told(refused_mail) == ["receipt"]
    invariants.check()


def test_a_retry_is_on_record_at_the_job(admin: HttpClient, refused_mail: Job) -> None:
    (mail,) = failed(admin)["mails"]
    ok(retry(admin, mail["id"]))
    last = events.of_job(refused_mail["id"])[-1]
    assert (last.event_type, last.triggered_by, last.workstation_id) == ("AdminAction", SAM, "admin-desk")
    assert last.details == {"what": "mail retried", "email_type": "receipt", "outbox_id": mail["id"]}


def test_of_many_who_retry_at_once_one_does(
    admin: HttpClient, refused_mail: Job, post_office: PostOffice, pump: Pump
) -> None:
    (mail,) = failed(admin)["mails"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: retry(admin, mail["id"]), range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 7
    kinds = [event.event_type for event in events.of_job(refused_mail["id"])]
    assert kinds.count("AdminAction") == 1
    pump.step()
    assert len(post_office.seen) == 1


def test_only_what_was_given_up_is_retried(
    http: HttpClient, admin: HttpClient, pump: Pump, mailbox: Mailbox
) -> None:
    job = submit(http)
    mail_id = f"{job['id']}.receipt.1"
    assert refused(retry(admin, mail_id), 409, "not_failed")["state"] == "waiting"
    assert len(delivered(mailbox, pump)) == 1
    assert refused(retry(admin, mail_id), 409, "not_failed")["state"] == "sent"
    refused(retry(admin, "never.promised.1"), 404, "not_found")
    refused(retry(admin, mail_id, staff_name="Nobody"), 400, "unknown_staff")
    assert len(delivered(mailbox, pump)) == 1


def test_a_mail_of_a_deleted_job_is_listed_and_its_retry_sends_nothing(
    staff: HttpClient, admin: HttpClient, refused_mail: Job, post_office: PostOffice, pump: Pump
) -> None:
    ok(lock(staff, refused_mail))
    ok(act(staff, refused_mail, Action.DELETE))
    (mail,) = failed(admin)["mails"]
    assert mail["short_id"] is None
    ok(retry(admin, mail["id"]))
    pump.step()
    assert post_office.seen == []
    assert states(refused_mail) == {"receipt": "dropped"}


# --- dead letters -------------------------------------------------------------------------


def depths(admin: HttpClient) -> dict[str, tuple[int, int]]:
    """Waiting and dead messages of each queue."""
    listed = ok(admin.get(f"{API}/admin/queues"))["queues"]
    return {queue["name"]: (queue["waiting"], queue["dead"]) for queue in listed}


def replay(admin: HttpClient, queue: str = "mail") -> Response:
    """Ask for the dead letters of a queue."""
    return admin.post(f"{API}/admin/queues/{queue}/replay", {"staff_name": SAM})


def send(cloud: Session, queue: str, *bodies: str) -> None:
    """Put messages into a queue behind the application's back."""
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=settings().queue(queue))["QueueUrl"]
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)


def system_events() -> list[tuple[str, dict[str, Any], str]]:
    """The system's own events."""
    return [(e.event_type, e.details, e.triggered_by) for e in events.of_job(events.SYSTEM_EVENTS)]


def test_what_no_function_can_handle_is_counted_and_comes_back_when_asked(
    admin: HttpClient, cloud: Session, pump: Pump
) -> None:
    send(cloud, "mail", "not JSON")
    assert depths(admin) == {"mail": (1, 0), "models": (0, 0)}
    for _ in range(6):
        pump.step()
    assert depths(admin) == {"mail": (0, 1), "models": (0, 0)}
    assert ok(replay(admin)) == {"queue": "mail", "moved": 1}
    assert depths(admin) == {"mail": (1, 0), "models": (0, 0)}
    expected = {"what": "dead letters replayed", "queue": "mail", "found": 1}
    assert system_events() == [("AdminAction", expected, SAM)]


def test_a_mail_whose_message_died_is_sent_after_the_replay(
    http: HttpClient, admin: HttpClient, cloud: Session, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    sqs = cloud.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=settings().queue("mail"))["QueueUrl"])
    send(cloud, "mail-dead", *[f'{{"outbox_id": "{job["id"]}.receipt.1"}}'] * 3)
    assert delivered(mailbox, pump) == []
    assert ok(replay(admin))["moved"] == 3
    assert len(delivered(mailbox, pump)) == 1  # the outbox knows that the three are one


def test_one_call_moves_a_bounded_number(
    admin: HttpClient, cloud: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(giving_up, "MAX_REPLAYED", 12)
    send(cloud, "models-dead", *map(str, range(15)))
    assert ok(replay(admin, "models"))["moved"] == 12
    assert depths(admin)["models"] == (12, 3)
    assert ok(replay(admin, "models"))["moved"] == 3


def test_nothing_to_replay_is_no_event(admin: HttpClient) -> None:
    assert ok(replay(admin))["moved"] == 0
    assert refused(replay(admin, "jobs"), 404)["queues"] == ["mail", "models"]
    assert system_events() == []
