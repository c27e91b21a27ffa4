"""The mails that changes promise: what they say, and that each is sent once, later, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import events, queues
from chalicelib.aws.tables import OutboxMessage
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import invariants
from tests.api.post_office import PostOffice
from tests.steps import API, SAM, act, confirm, lock, ok, rewrite, submit, to_status

Mail = dict[str, Any]


def _mails(mailbox: Mailbox, pump: Pump) -> list[Mail]:
    """All mails, oldest first, once the queues are empty."""
    pump.step()
    return mailbox.mails()[::-1]


def _sent(job: dict[str, Any], kind: str = "EmailSent") -> list[str]:
    """The types of mail that the job's history says were sent."""
    return [e.details["email_type"] for e in events.of_job(job["id"]) if e.event_type == kind]


def _states(job: dict[str, Any]) -> dict[str, str]:
    rows = OutboxMessage.scan((OutboxMessage.job_id == job["id"]) & (OutboxMessage.queue == "mail"))
    return {row.kind: row.state for row in rows}


def _link(mail: Mail, page: str, http: HttpClient) -> str:
    """The token of the mail's link to `page`, the same in text and HTML."""
    start = f"{http.base_url}/{page}?token="
    found: list[str] = [link for link in mail["links"] if link.startswith(start)]
    assert len(found) == 1, mail["links"]
    link = found[0]
    assert link in mail["text"]
    assert link in mail["html"]
    return link.removeprefix(start)


# --- what they say ----------------------------------------------------------------------


def test_the_receipt(http: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    assert mailbox.mails() == []
    (mail,) = _mails(mailbox, pump)
    assert mail["to"] == "jane@example.edu"
    assert mail["from"] == settings().mail_from
    assert job["short_id"] in mail["subject"]
    for part in (mail["text"], mail["html"]):
        assert "Hello Jane Doe," in part
        assert "bracket.stl" in part
        assert "Prusa MK4S" in part
    tracked = ok(http.get(f"{API}/track/{_link(mail, 'track', http)}"))
    assert tracked["short_id"] == job["short_id"]
    assert _sent(job) == ["receipt"]


def test_the_approval(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    _, mail = _mails(mailbox, pump)
    assert "$4.53" in mail["subject"]
    for part in (mail["text"], mail["html"]):
        for fact in ("$4.53", "45.25 g", "2.5 h", "Filament (PLA)", "Blue", " UTC"):
            assert fact in part
    token = _link(mail, "confirm", http)
    assert ok(http.get(f"{API}/confirm/{token}"))["cost_usd"] == "4.53"
    assert ok(http.post(f"{API}/confirm/{token}"))["status"] == "READYTOPRINT"


def test_the_rejection(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    ok(act(staff, job, Action.REJECT, reasons=["Walls too thin", "Too large"], custom_reason="Ask Sam."))
    _, mail = _mails(mailbox, pump)
    for part in (mail["text"], mail["html"]):
        for reason in ("Walls too thin", "Too large", "Ask Sam."):
            assert reason in part
    assert http.base_url in mail["links"]  # the form
    assert not any("confirm" in link for link in mail["links"])


def test_the_completion(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.COMPLETED)
    mails = _mails(mailbox, pump)
    assert "ready for pick-up" in mails[-1]["subject"]
    assert "$4.53" in mails[-1]["text"]
    _link(mails[-1], "track", http)


def test_a_new_link(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    first = _link(_mails(mailbox, pump)[-1], "confirm", http)
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
    ok(http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]}))
    mail = _mails(mailbox, pump)[-1]
    assert "new confirmation link" in mail["subject"]
    second = _link(mail, "confirm", http)
    assert http.post(f"{API}/confirm/{first}").status == 410
    ok(http.post(f"{API}/confirm/{second}"))


def test_a_whole_life_sends_four_mails(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    for status in (Status.PENDING, Status.READYTOPRINT, Status.PRINTING, Status.COMPLETED):
        _one_step(http, staff, job, status)
        pump.step()
    ok(act(staff, job, Action.MARK_PICKED_UP))
    mails = _mails(mailbox, pump)
    assert len(mails) == 3
    assert _sent(job) == ["receipt", "approval", "completion"]
    assert all(link.startswith(http.base_url) for mail in mails for link in mail["links"])


def _one_step(http: HttpClient, staff: HttpClient, job: dict[str, Any], status: Status) -> None:
    if status is Status.READYTOPRINT:
        ok(confirm(http, job["id"]))
    else:
        step = {
            Status.PENDING: Action.APPROVE,
            Status.PRINTING: Action.MARK_PRINTING,
            Status.COMPLETED: Action.MARK_COMPLETE,
        }
        ok(act(staff, job, step[status]))


def test_what_students_write_is_escaped_in_html_and_verbatim_in_text(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    name, filename = '<script>alert("1")</script> & Söhne', "<img src=x onerror=alert(1)> 50% & more.stl"
    job = submit(http, student_name=name, filename=filename)
    ok(act(staff, job, Action.REJECT, reasons=["<b>too thin</b>"], custom_reason="{{ 7*7 }} {% if %}"))
    for mail in _mails(mailbox, pump):
        assert f"Hello {name}," in mail["text"]
        assert filename in mail["text"]
        assert "<script" not in mail["html"]
        assert "<img" not in mail["html"]
        assert "&lt;script&gt;" in mail["html"]
        assert "Söhne" in mail["html"]
    assert "<b>too thin" not in mail["html"]
    assert "{{ 7*7 }} {% if %}" in mail["text"]
    assert "{{ 7*7 }} {% if %}" in mail["html"]


def test_an_unusual_address(http: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    address = "o'brien+3d/print=lab@mail.example.edu"
    submit(http, student_email=address)
    (mail,) = _mails(mailbox, pump)
    assert mail["to"] == address


def test_the_history_says_who_caused_a_mail(http: HttpClient, staff: HttpClient, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    pump.step()
    mails = [event for event in events.of_job(job["id"]) if event.event_type == "EmailSent"]
    assert {(e.details["email_type"], e.triggered_by, e.workstation_id) for e in mails} == {
        ("receipt", "student", None),
        ("approval", SAM, "front-desk"),
    }


# --- not for what was undone ------------------------------------------------------------


def test_no_approval_of_a_job_that_was_set_back(
    http: HttpClient, staff: HttpClient, admin: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    ok(act(admin, job, Action.CHANGE_STATUS, new_status="UPLOADED"))
    assert len(_mails(mailbox, pump)) == 1
    assert _states(job) == {"receipt": "sent", "approval": "dropped"}
    assert _sent(job) == ["receipt"]


def test_no_completion_of_a_print_that_was_not_complete(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PRINTING)
    pump.step()
    mailbox.clear()
    ok(act(staff, job, Action.MARK_COMPLETE))
    ok(act(staff, job, Action.REVERT_COMPLETION))
    assert _mails(mailbox, pump) == []
    assert _states(job)["completion"] == "dropped"


def test_only_the_newest_link_is_sent(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
    ok(http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]}))
    assert ["new confirmation link" in mail["subject"] for mail in _mails(mailbox, pump)] == [False, True]
    assert _states(job) == {"receipt": "sent", "approval": "dropped", "resend": "sent"}


def test_no_mail_about_a_job_that_is_gone(
    http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump
) -> None:
    job = submit(http)
    ok(lock(staff, job))
    ok(act(staff, job, Action.DELETE))
    assert _mails(mailbox, pump) == []
    assert _states(job) == {"receipt": "dropped"}


# --- once, and later when it must be -----------------------------------------------------


def test_a_message_that_comes_twice_is_sent_once(http: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    for _ in range(3):
        queues.nudge("mail", f"{job['id']}.receipt.1")
    assert len(_mails(mailbox, pump)) == 1
    queues.nudge("mail", f"{job['id']}.receipt.1")
    queues.nudge("mail", "never.promised.1")
    assert len(_mails(mailbox, pump)) == 1
    assert _sent(job) == ["receipt"]


def test_a_nudge_that_was_lost_is_made_good_by_the_sweep(
    http: HttpClient, cloud: Session, mailbox: Mailbox, pump: Pump, scheduler: Scheduler
) -> None:
    submit(http)
    sqs = cloud.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=settings().queue("mail"))["QueueUrl"])
    assert _mails(mailbox, pump) == []
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(minutes=1))
    assert len(_mails(mailbox, pump)) == 1


def test_a_function_that_died_holds_its_message_for_a_while(
    http: HttpClient, mailbox: Mailbox, pump: Pump, scheduler: Scheduler
) -> None:
    job, now = submit(http), datetime.now(UTC)
    message = OutboxMessage.get(f"{job['id']}.receipt.1")
    message.update(actions=[OutboxMessage.claimed_until.set(now + timedelta(minutes=1))])
    assert _mails(mailbox, pump) == []
    message.update(actions=[OutboxMessage.claimed_until.set(now)])
    scheduler.run_once("sweep", now + timedelta(minutes=1))
    assert len(_mails(mailbox, pump)) == 1


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
    assert timedelta(seconds=50) < wait <= timedelta(minutes=1)

    restart_with(PRINTLAB_SMTP_PORT=working)
    scheduler.run_once("sweep", message.due_at - timedelta(seconds=10))  # not yet
    assert _mails(mailbox, pump) == []
    scheduler.run_once("sweep", message.due_at + timedelta(seconds=10))
    assert len(_mails(mailbox, pump)) == 1
    assert _sent(job) == ["receipt"]
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
    assert _sent(job, "EmailFailed") == ["receipt"]
    assert _sent(job) == []
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
    assert _sent(job, "EmailFailed") == ["receipt"]
    post_office.recipients = post_office.data = "250 OK"
    scheduler.run_once("sweep", datetime.now(UTC) + timedelta(days=1))
    pump.step()
    assert _sent(job) == []


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
    assert _sent(job) == ["receipt", "receipt"]


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
