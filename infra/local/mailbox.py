"""A mail server on loopback that keeps what it gets: every mail of the local run, to read and to click.

- /_local/mailbox             the mails, newest first
- /_local/mailbox.json        the same as [{id, to, subject, date, text, html, links}]
- /_local/mailbox/<id>/html   the HTML part of one mail, shut into a sandbox
"""

from __future__ import annotations

import email
import email.policy
import html
import json
import re
import time
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.local.answers import Answer, Environ, problem

PREFIX = "/_local/mailbox"
_HTML = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class Mailbox:
    """The SMTP server and the folder it fills, one file per mail."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._server = Controller(self, hostname="127.0.0.1", port=port)

    def start(self) -> None:
        """Accept mails until stop()."""
        self._server.start()

    def stop(self) -> None:
        """Accept no more mails."""
        self._server.stop()

    async def handle_DATA(  # noqa: N802  aiosmtpd calls it so
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Store one mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        # A sortable name; written under another one first, so that no reader sees half a mail.
        new = self._folder / f"{time.time_ns():020}.new"
        new.write_bytes(content)
        new.replace(new.with_suffix(".eml"))
        return "250 OK"

    def mails(self) -> list[dict[str, Any]]:
        """All mails, newest first."""
        return [_parsed(path) for path in sorted(self._folder.glob("*.eml"), reverse=True)]

    def clear(self) -> None:
        """Forget all mails."""
        for path in self._folder.glob("*.eml"):
            path.unlink()

    def handle(self, environ: Environ) -> Answer:
        """Answer a request below the prefix, to browsers on this machine only: the links in mails act."""
        host = urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname
        if environ["REMOTE_ADDR"] not in _LOCAL_HOSTS or host not in _LOCAL_HOSTS:
            return problem(403, "forbidden", "The mailbox opens on the machine that runs PrintLab only.")
        path = environ["REQUEST_URI"].partition("?")[0]
        if path == f"{PREFIX}.json":
            document = json.dumps(self.mails(), ensure_ascii=False).encode()
            return Answer(200, {"Content-Type": "application/json", "Cache-Control": "no-store"}, document)
        if path == f"{PREFIX}.css":
            return Answer(200, {"Content-Type": "text/css"}, _STYLE.encode())
        if path.rstrip("/") == PREFIX:
            return Answer(200, dict(_HTML), _page(self.mails()).encode())
        match = re.fullmatch(rf"{PREFIX}/(\d+)/html", path)
        file = self._folder / f"{match[1]}.eml" if match else None
        if not file or not file.exists():
            return problem(404, "not_found", "There is no such mail.")
        return _html_part(_parsed(file))


@lru_cache(maxsize=1000)
def _parsed(path: Path) -> dict[str, Any]:
    """What is in one mail. A stored mail never changes."""
    mail = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=email.policy.default)
    text, page = (_content(mail, kind) for kind in ("plain", "html"))
    found = _LINK.findall(text) + [html.unescape(url) for url in re.findall(r'href="(https?://[^"]+)"', page)]
    return {
        "id": path.stem,
        "from": str(mail["From"] or ""),
        "to": str(mail["To"] or ""),
        "subject": str(mail["Subject"] or ""),
        "date": str(mail["Date"] or ""),
        "text": text,
        "html": page,
        "links": list(dict.fromkeys(found)),
    }


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def _html_part(mail: dict[str, Any]) -> Answer:
    """The mail as its reader sees it: no script, no picture from elsewhere, links open a new tab."""
    policy = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    body = f'<!doctype html><base target="_blank">{mail["html"]}'
    return Answer(200, _HTML | {"Content-Security-Policy": policy}, body.encode())


def _page(mails: list[dict[str, Any]]) -> str:
    items = "".join(_item(mail, is_open=index == 0) for index, mail in enumerate(mails))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mailbox - PrintLab</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/_local/mailbox.css">'
        f"<main><h1>Mailbox</h1><p>Every mail that this local PrintLab sent: {len(mails)}.</p>{items}</main>"
        "</html>"
    )


def _item(mail: dict[str, Any], *, is_open: bool) -> str:
    safe = {name: html.escape(value) for name, value in mail.items() if isinstance(value, str)}
    links = "".join(
        f'<li><a href="{html.escape(link)}" target="_blank" rel="noopener">{html.escape(link)}</a></li>'
        for link in mail["links"]
    )
    frame = f'<iframe src="{PREFIX}/{safe["id"]}/html" title="The mail in HTML" loading="lazy"></iframe>'
    return (
        f'<details data-mail="{safe["id"]}"{" open" if is_open else ""}>'
        f"<summary><b>{safe['subject']}</b> to {safe['to']} <time>{safe['date']}</time></summary>"
        f"{frame if mail['html'] else ''}<h2>Links</h2><ul>{links}</ul>"
        f"<h2>Text</h2><pre>{safe['text']}</pre></details>"
    )


_STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border: 1px solid GrayText; border-radius: 0.5rem; padding: 0.75rem 1rem; margin: 0.75rem 0; }
summary { cursor: pointer; }
time { float: right; }
iframe { width: 100%; height: 32rem; margin-top: 0.75rem; border: 1px solid GrayText; background: Canvas; }
h2 { font-size: 1rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
"""
