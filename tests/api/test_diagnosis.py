"""What an administrator learns when something does not work, and the test mail."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from localstack_client.session import Session

from chalicelib.aws import events
from infra.http_client import HttpClient, Response
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from tests.api.post_office import PostOffice
from tests.endpoint import not_on_localstack
from tests.steps import API, SAM, ok, refused, wrong_fields

TO = "it@example.edu"


def mail_to(admin: HttpClient, to: str = TO, **more: Any) -> Response:
    """Ask for a test mail."""
    return admin.post(f"{API}/_diag/test-email", {"staff_name": SAM, "to": to, **more})


def told() -> list[tuple[str, dict[str, Any], str]]:
    """The system's own events."""
    return [(e.event_type, e.details, e.triggered_by) for e in events.of_job(events.SYSTEM_EVENTS)]


def test_how_this_installation_is_set_up(admin: HttpClient) -> None:
    shown = ok(admin.get(f"{API}/_diag"))
    assert abs(datetime.now(UTC) - datetime.fromisoformat(shown["now"])) < timedelta(minutes=1)
    configuration = shown["configuration"]
    assert configuration["stage"] == "local"
    assert configuration["files_bucket"] == "printlab-local-files"
    assert configuration["smtp_port"] == int(os.environ["PRINTLAB_SMTP_PORT"])
    assert configuration["signing_keys"] >= 1
    assert shown["versions"]["chalice"] == "1.34.0"
    assert shown["limits"]["max_file_bytes"] == 50 * 1024 * 1024
    assert {part["status"] for part in shown["health"]["components"].values()} == {"ok"}


def test_no_secret_is_shown(admin: HttpClient, restart_with: Callable[..., None]) -> None:
    text = admin.get(f"{API}/_diag").text
    secrets = [os.environ[name] for name in ("AWS_SECRET_ACCESS_KEY", "PRINTLAB_SIGNING_KEYS")]
    restart_with(PRINTLAB_SMTP_PASSWORD="a mail password", PRINTLAB_SMTP_USER="printlab@example.edu")
    text += admin.get(f"{API}/_diag").text
    for secret in [*secrets, *secrets[1].split(","), "a mail password", "printlab@example.edu"]:
        assert secret not in text


def test_a_test_mail_arrives(admin: HttpClient, mailbox: Mailbox) -> None:
    answer = ok(mail_to(admin))
    assert (answer["sent"], answer["transport"], answer["said"]) == (True, "smtp", "250 OK")
    (mail,) = mailbox.mails()
    assert (mail["to"], mail["subject"]) == (TO, "Test of PrintLab's mail (local)")
    assert f"Asked for by {SAM}" in mail["text"]
    assert f"Asked for by {SAM}" in mail["html"]
    assert told() == [("AdminAction", {"what": "test mail requested"}, SAM)]
    assert TO not in str(told())


@pytest.mark.parametrize("where", ["recipients", "data"])
def test_what_the_mail_server_says_is_the_answer(
    where: str, admin: HttpClient, post_office: PostOffice
) -> None:
    setattr(post_office, where, "550 relaying denied")
    answer = ok(mail_to(admin))
    assert answer["sent"] is False
    assert "relaying denied" in answer["said"]


def test_a_mail_server_that_is_not_there(admin: HttpClient, restart_with: Callable[..., None]) -> None:
    restart_with(PRINTLAB_SMTP_PORT=str(free_port()))
    answer = ok(mail_to(admin))
    assert answer["sent"] is False
    assert "ConnectionRefusedError" in answer["said"]


@not_on_localstack
def test_by_ses_the_answer_is_the_id_that_it_gave(
    admin: HttpClient, staff: HttpClient, cloud: Session, restart_with: Callable[..., None]
) -> None:
    restart_with(PRINTLAB_MAIL_TRANSPORT="ses", PRINTLAB_MAIL_FROM="PrintLab <lab@example.edu>")
    cloud.client("sesv2").create_email_identity(EmailIdentity="lab@example.edu")
    answer = ok(mail_to(admin))
    assert (answer["sent"], answer["transport"]) == (True, "ses")
    assert answer["said"].startswith("accepted as ")
    assert len(answer["said"]) > len("accepted as ")
    health = ok(staff.get(f"{API}/monitoring/health"))
    assert health["components"]["mail"]["status"] == "ok"


def test_five_an_hour(admin: HttpClient, mailbox: Mailbox) -> None:
    for _ in range(5):
        ok(mail_to(admin))
    answer = mail_to(admin)
    assert 0 < refused(answer, 429, "rate_limited")["retry_after"] <= 3600
    assert answer.headers["Retry-After"]
    assert len(mailbox.mails()) == len(told()) == 5


@pytest.mark.parametrize(
    "to", ["nobody", "a@b", "a@example.edu\nBcc: b@example.edu", "a@example.edu,b@example.edu"]
)
def test_what_is_no_address(to: str, admin: HttpClient, mailbox: Mailbox) -> None:
    assert list(wrong_fields(mail_to(admin, to))) == ["to"]
    assert mailbox.mails() == []


def test_a_repeat_with_the_same_key_sends_no_second_mail(admin: HttpClient, mailbox: Mailbox) -> None:
    once = admin.with_headers(Idempotency_Key="test-1")
    assert ok(mail_to(once)) == ok(mail_to(once))
    assert len(mailbox.mails()) == 1
