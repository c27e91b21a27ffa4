"""The mailbox: mails arrive whole, can be read and clicked, and cannot do harm."""

from __future__ import annotations

import os
import smtplib
from email.message import EmailMessage

import pytest

from infra.http_client import HttpClient
from infra.local.mailbox import Mailbox

PAGE = "/_local/mailbox"
CONFIRM = "http://127.0.0.1/confirm?token=a.b&x=1"


@pytest.fixture(autouse=True)
def _no_other_mails(mailbox: Mailbox) -> None:
    mailbox.clear()


def _send(subject: str, text: str = "Hello", html: str | None = None) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Lab <lab@example.edu>", "ada@example.edu", subject
    mail["Date"] = "Sat, 21 Nov 2026 15:18:01 +0000"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    with smtplib.SMTP(os.environ["PRINTLAB_SMTP_HOST"], int(os.environ["PRINTLAB_SMTP_PORT"])) as smtp:
        smtp.send_message(mail)


def test_a_mail_is_there_whole_as_soon_as_it_is_accepted(http: HttpClient) -> None:
    html = '<p>Your job <a href="http://127.0.0.1/confirm?token=a.b&amp;x=1">confirm</a></p>'
    _send("Prêt à imprimer ✓", f"Open {CONFIRM}.\nThanks", html)
    (mail,) = http.get(f"{PAGE}.json").json()
    assert mail["subject"] == "Prêt à imprimer ✓"
    assert (mail["to"], mail["from"]) == ("ada@example.edu", "Lab <lab@example.edu>")
    assert mail["date"] == "Sat, 21 Nov 2026 15:18:01 +0000"
    assert mail["text"] == f"Open {CONFIRM}.\nThanks\n"
    assert "confirm</a>" in mail["html"]
    assert mail["links"] == [CONFIRM]


def test_the_newest_mail_comes_first(http: HttpClient) -> None:
    for subject in ("first", "second", "third"):
        _send(subject)
    mails = http.get(f"{PAGE}.json").json()
    assert [mail["subject"] for mail in mails] == ["third", "second", "first"]
    page = http.get(PAGE).text
    assert page.index("third") < page.index("second") < page.index("first")


def test_the_page_shows_text_and_links_and_executes_nothing(http: HttpClient) -> None:
    _send("<script>alert(1)</script>", f"<b>{CONFIRM}", "<p>hi</p>")
    page = http.get(PAGE).text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "&lt;b&gt;" in page
    assert 'href="http://127.0.0.1/confirm?token=a.b&amp;x=1" target="_blank"' in page


def test_the_html_part_is_shut_into_a_sandbox_whose_links_open_outside(http: HttpClient) -> None:
    _send("page", html='<p style="color: red">hi</p><script>alert(1)</script>')
    mail = http.get(f"{PAGE}.json").json()[0]
    answer = http.get(f"{PAGE}/{mail['id']}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "allow-scripts" not in policy
    assert '<base target="_blank">' in answer.text


def test_an_empty_mailbox_is_a_page_too(http: HttpClient) -> None:
    assert http.get(PAGE).status == 200
    assert http.get(f"{PAGE}.json").json() == []
    assert http.get(f"{PAGE}.css").headers["Content-Type"] == "text/css"


@pytest.mark.parametrize(
    "path", [f"{PAGE}/0/html", f"{PAGE}/../secrets/html", f"{PAGE}/x", "/_local/mailboxes"]
)
def test_unknown_mails(http: HttpClient, path: str) -> None:
    assert http.request("GET", http.base_url + path).status == 404


@pytest.mark.parametrize("host", ["attacker.example", "192.0.2.7:8080", ""])
def test_only_browsers_on_this_machine_may_read_mails(http: HttpClient, host: str) -> None:
    for path in (PAGE, f"{PAGE}.json"):
        assert http.request("GET", path, headers={"Host": host}).status == 403
    assert http.request("GET", PAGE, headers={"Host": "localhost:8080"}).status == 200
