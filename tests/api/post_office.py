"""A mail server that can be told to refuse, and keeps what it accepted."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

OK = "250 OK"


class PostOffice:
    """`recipients` and `data` are its answers to RCPT TO and DATA; `seen` every mail whose text came in."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.recipients = OK
        self.data = OK
        self.seen: list[EmailMessage] = []
        self._server = Controller(self, hostname="127.0.0.1", port=port)

    def open(self) -> None:
        """Accept connections until close()."""
        self._server.start()

    def close(self) -> None:
        """Accept no more."""
        self._server.stop()

    async def handle_RCPT(  # noqa: N802  aiosmtpd calls it so
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Answer to one recipient."""
        if self.recipients == OK:
            envelope.rcpt_tos.append(address)
        return self.recipients

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Answer to one mail."""
        parser = BytesParser(EmailMessage, policy=email.policy.default)
        self.seen.append(parser.parsebytes(envelope.content))
        return self.data
