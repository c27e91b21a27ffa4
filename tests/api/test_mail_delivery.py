"""That each promised mail is sent once, later when it must be, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from localstack_client.session import Session

from chalicelib.aws import queues
from chalicelib.aws.tables import OutboxMessage
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.api.mails import delivered, states, told
from tests.api.post_office import PostOffice
from tests.endpoint import not_on_localstack
from tests.steps import API, SAM, act, lock, ok, rewrite, submit, to_status

# --- not for what was undone ------------------------------------------------------------


def test_no_approval_of_a_job_that_was_set_back(
    http: HttpClient, staff: HttpClient, admin: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="UPLOADED"))
    assert len(delivered(mailbox, pump)) == 1
    assert states(job) == {"receipt": "sent", "approval": "dropped"}
    assert told(job) == ["receipt"]


def test_no_completion_of_a_print_that_was_not_complete(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    pump.step()
    mailbox.clear()
    ok(act(staff, job, Action.MARK_COMPLETE))
    ok(act(staff, job, Action.REVERT_COMPLETION))
    assert delivered(mailbox, pump) == []
    assert states(job)["completion"] == "dropped"


def test_only_the_newest_link_is_sent(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
    ok(http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]}))
    assert ["new confirmation link" in mail["subject"] for mail in delivered(mailbox, pump)] == [False, True]
    assert states(job) == {"receipt": "sent", "approval": "dropped", "resend": "sent"}


def test_no_mail_about_a_job_that_is_gone(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert delivered(mailbox, pump) == []
    assert states(job) == {"receipt": "dropped"}


# --- once, and later when it must be -----------------------------------------------------


def test_a_message_that_comes_twice_is_sent_once(http: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    for _ in range(3):
        queues.nudge("mail", f"{job['id']}.receipt.1")
    assert len(delivered(mailbox, pump)) == 1
    queues.nudge("mail", f"{job['id']}.receipt.1")
    queues.nudge("mail", "never.promised.1")
    assert len(delivered(mailbox, pump)) == 1
    assert told(job) == ["receipt"]


def test_a_nudge_that_was_lost_is_made_good_by_the_sweep(
    http: HttpClient, cloud: Session, mailbox: Mailbox, pump: Pump, scheduler: Scheduler
) -> None:
    submit(http)
    sqs = cloud.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=settings().queue("mail"))["QueueUrl"])
    assert delivered(mailbox, pump) == []
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(minutes=1))
    assert len(delivered(mailbox, pump)) == 1


def test_a_function_that_died_holds_its_message_for_a_while(
    http: HttpClient, mailbox: Mailbox, pump: Pump, scheduler: Scheduler
) -> None:
    job, now = submit(http), datetime.now(UTC)
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    message.update(actions=[OutboxMessage.claimed_until.set(now + timedelta(minutes=1))])
    assert delivered(mailbox, pump) == []
    message.update(actions=[OutboxMessage.claimed_until.set(now)])
    scheduler.run_once("sweep", now + timedelta(minutes=1))
    assert len(delivered(mailbox, pump)) == 1


@not_on_localstack
def test_what_ses_refuses_is_told_by_its_name_without_the_address(
    http: HttpClient, restart_with: Callable[..., None], pump: Pump
) -> None:
    restart_with(PRINTLAB_MAIL_TRANSPORT="ses", PRINTLAB_MAIL_FROM="PrintLab <nobody@unknown.example>")
    job = submit(http)
    pump.step()
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    assert message.state == "waiting"
    assert str(message.last_error).endswith(" MessageRejected")
    assert "@" not in str(message.last_error)


def _ids(office: PostOffice) -> list[str]:
    return [str(mail["Message-ID"]) for mail in office.seen]


def test_a_mail_server_that_is_down_gets_its_mail_later(
    http: HttpClient,
    restart_with: Callable[..., None],
    mailbox: Mailbox,
    pump: Pump,
    scheduler: Scheduler,
) -> None:
    working = str(settings().smtp_port)
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    job = submit(http)
    pump.step()
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    assert (message.state, message.attempts) == ("waiting", 1)
    assert "ConnectionRefusedError" in str(message.last_error)
    wait = message.due_at - datetime.now(UTC)
    assert timedelta(seconds=30) < wait <= timedelta(minutes=1)

    restart_with(PRINTLAB_SMTP_PORT=working)
    scheduler.run_once("sweep", message.due_at - timedelta(seconds=10))  # not yet
    assert delivered(mailbox, pump) == []
    scheduler.run_once("sweep", message.due_at + timedelta(seconds=10))
    assert len(delivered(mailbox, pump)) == 1
    assert told(job) == ["receipt"]
    invariants.check()


def test_it_waits_longer_each_time_and_gives_up_in_the_end(
    http: HttpClient, post_office: PostOffice, pump: Pump, scheduler: Scheduler
) -> None:
    post_office.data = "451 try again later"
    job = submit(http)
    waits = []
    for attempt in range(8):
        started = datetime.now(UTC)
        if attempt:
            scheduler.run_once("sweep", started + timedelta(hours=2))
        pump.step()
        message = OutboxMessage.get(f"{job['id']}.receipt.1")
        if message.state == "waiting":
            waits.append(round((message.due_at - started).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 32, 60]
    assert message.state == "failed"
    assert told(job, "EmailFailed") == ["receipt"]
    assert told(job) == []
    assert len(post_office.seen) == 8
    assert len(set(_ids(post_office))) == 1  # whoever got one of them twice can tell
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(days=1))
    pump.step()
    assert len(post_office.seen) == 8


@pytest.mark.parametrize("where", ["recipients", "data"])
def test_a_final_refusal_is_not_tried_again(
    where: str, http: HttpClient, post_office: PostOffice, pump: Pump, scheduler: Scheduler
) -> None:
    setattr(post_office, where, "550 no such user here")
    job = submit(http)
    pump.step()
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    assert (message.state, message.attempts) == ("failed", 1)
    assert "550" in str(message.last_error)
    assert told(job, "EmailFailed") == ["receipt"]
    post_office.recipients = post_office.data = "250 OK"
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(days=1))
    pump.step()
    assert told(job) == []


def test_a_mail_that_was_sent_but_not_noted_comes_again_with_the_same_id(
    http: HttpClient, post_office: PostOffice, pump: Pump, scheduler: Scheduler
) -> None:
    job = submit(http)
    pump.step()
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    message.update(  # as it was while it was being sent
        actions=[
            OutboxMessage.state.set("waiting"),
            OutboxMessage.waiting.set("mail"),
            OutboxMessage.claimed_until.set(datetime.now(UTC)),
        ]
    )
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(minutes=5))
    pump.step()
    assert _ids(post_office) == [f"<{job['id']}.receipt.1@localhost>"] * 2


def test_two_mails_of_a_kind_are_two_mails(
    http: HttpClient, admin: HttpClient, post_office: PostOffice, pump: Pump
) -> None:
    job = submit(http)
    ok(admin.post(f"{API}/jobs/{job['id']}/admin/resend-email", {"staff_name": SAM, "email_type": "receipt"}))
    pump.step()
    assert len(set(_ids(post_office))) == 2
    assert told(job) == ["receipt", "receipt"]


def test_a_mail_is_well_formed(http: HttpClient, post_office: PostOffice, pump: Pump) -> None:
    submit(http, student_name="Zoë Ångström")
    pump.step()
    (mail,) = post_office.seen
    assert isinstance(mail, EmailMessage)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert mail["Auto-Submitted"] == "auto-generated"
    sent = datetime.strptime(str(mail["Date"]), "%a, %d %b %Y %H:%M:%S %z")
    assert abs(datetime.now(UTC) - sent) < timedelta(minutes=1)
    assert not mail.defects
