"""The mails that changes promise, and what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws import events
from chalicelib.config import settings
from chalicelib.domain.lifecycle import Action, Status
from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox
from infra.local.pump import Pump
from tests.api.mails import Mail, delivered, told
from tests.steps import API, SAM, act, confirm, ok, rewrite, submit, to_status


def _link(mail: Mail, page: str, http: HttpClient) -> str:
    """The token of the mail's link to `page`, the same in text and HTML."""
    start = f"{http.base_url}/{page}?token="
    found: list[str] = [link for link in mail["links"] if link.startswith(start)]
    assert len(found) == 1, mail["links"]
    link = found[0]
    assert link in mail["text"]
    assert link in mail["html"]
    return link.removeprefix(start)


def test_the_receipt(http: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    assert mailbox.mails() == []
    (mail,) = delivered(mailbox, pump)
    assert mail["to"] == "jane@example.edu"
    assert mail["from"] == settings().mail_from
    assert job["short_id"] in mail["subject"]
    for part in (mail["text"], mail["html"]):
        assert "Hello Jane Doe," in part
        assert "bracket.stl" in part
        assert "Prusa MK4S" in part
    tracked = ok(http.get(f"{API}/track/{_link(mail, 'track', http)}"))
    assert tracked["short_id"] == job["short_id"]
    assert told(job) == ["receipt"]


def test_the_approval(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    _, mail = delivered(mailbox, pump)
    assert "$4.53" in mail["subject"]
    for part in (mail["text"], mail["html"]):
        for fact in ("$4.53", "45.25 g", "2 h 30 min", "Filament (PLA)", "Blue", " UTC"):
            assert fact in part
    token = _link(mail, "confirm", http)
    assert ok(http.get(f"{API}/confirm/{token}"))["cost_usd"] == "4.53"
    assert ok(http.post(f"{API}/confirm/{token}"))["status"] == "READYTOPRINT"


def test_the_rejection(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    ok(act(staff, job, Action.REJECT, reasons=["Walls too thin", "Too large"], custom_reason="Ask Sam."))
    _, mail = delivered(mailbox, pump)
    for part in (mail["text"], mail["html"]):
        for reason in ("Walls too thin", "Too large", "Ask Sam."):
            assert reason in part
    assert http.base_url in mail["links"]  # the form
    assert not any("confirm" in link for link in mail["links"])


def test_the_completion(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.COMPLETED)
    mails = delivered(mailbox, pump)
    assert "ready for pick-up" in mails[-1]["subject"]
    assert "$4.53" in mails[-1]["text"]
    _link(mails[-1], "track", http)


def test_a_new_link(http: HttpClient, staff: HttpClient, mailbox: Mailbox, pump: Pump) -> None:
    job = submit(http)
    to_status(staff, job, Status.PENDING)
    first = _link(delivered(mailbox, pump)[-1], "confirm", http)
    rewrite(job["id"], confirmation_last_sent_at=datetime.now(UTC) - timedelta(hours=1))
    ok(http.post(f"{API}/submit/resend-confirmation", {"job_id": job["id"]}))
    mail = delivered(mailbox, pump)[-1]
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
    mails = delivered(mailbox, pump)
    assert len(mails) == 3
    assert told(job) == ["receipt", "approval", "completion"]
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
    for mail in delivered(mailbox, pump):
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
    (mail,) = delivered(mailbox, pump)
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
