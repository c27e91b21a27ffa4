"""A lab in this process: the local cloud's stores, seeded, and the API called as API Gateway calls it."""

from __future__ import annotations

import io
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from chalice.app import Chalice

from bench.report import progress
from chalicelib.config import settings
from infra.local import environment, secret_file
from infra.local.api_gateway import ApiGateway
from infra.local.cloud import LocalCloud
from infra.local.functions import Functions, Trigger
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port
from infra.local.provision import parameters, provision
from infra.local.pump import Pump

PUBLIC_URL = "http://localhost:8080"
WORKSTATION = "bench-desk"
LAB_PC = "bench-pc"
STAFF_NAME = "Priya Shah"
API_HANDLER = "api_handler"
DYNAMODB_LOCAL = "DynamoDB Local"


@dataclass(frozen=True)
class Invocation:
    """One call of one function: seconds of CPU that it took, bytes that it answered over HTTP."""

    function: str
    cpu_s: float
    answer_bytes: int


class ObservedFunctions(Functions):
    """The functions of app.py; remembers every call, and only `listening` hears its queue."""

    def __init__(self, app: Chalice) -> None:
        super().__init__(app)
        self.invocations: list[Invocation] = []
        self.listening = ""

    def call_api(self, event: dict[str, Any]) -> dict[str, Any]:
        """As in the base class."""
        started = time.thread_time()
        answer = super().call_api(event)
        self._remember(API_HANDLER, started, len(answer.get("body") or ""))
        return answer

    def call(self, function: str, event: dict[str, Any]) -> Any:
        """As in the base class."""
        started = time.thread_time()
        answer = super().call(function, event)
        self._remember(function, started, 0)
        return answer

    def _remember(self, function: str, started: float, answer_bytes: int) -> None:
        self.invocations.append(Invocation(function, time.thread_time() - started, answer_bytes))

    def triggers(self) -> list[Trigger]:
        """As in the base class, but only of the function that listens."""
        return [trigger for trigger in super().triggers() if trigger.function == self.listening]


class Lab:
    """A running lab and one workstation that is logged in."""

    def __init__(self, functions: ObservedFunctions, mailbox: Mailbox, store: str) -> None:
        self.functions = functions
        self.mailbox = mailbox
        self.store = store
        self._gateway = ApiGateway(functions)
        self._pump = Pump(functions)
        self.password = self.token = ""
        self._agent_token = ""
        self.etags: dict[str, str] = {}

    def log_in(self, password: str) -> None:
        """Act as the workstation from now on, and in `ask_as_agent` as the lab PC."""
        self.password = password
        logins = [{"workstation_id": name, "password": password} for name in (LAB_PC, WORKSTATION)]
        self._agent_token, self.token = (self.call("POST", "/auth/login", login)["token"] for login in logins)

    def ask_as_agent(self, method: str, path: str, body: object = None) -> Any:
        """The same as `call`, by the agent of the lab PC."""
        desk, self.token = self.token, self._agent_token
        try:
            return self.call(method, path, body)
        finally:
            self.token = desk

    def call(self, method: str, path: str, body: object = None, *, address: str = "192.0.2.1") -> Any:
        """The JSON answer to an API call below /api/v1. Raises RuntimeError for anything but a success."""
        return json.loads(self.fetch(method, path, body, address=address))

    def fetch(self, method: str, path: str, body: object = None, *, address: str = "192.0.2.1") -> bytes:
        """The same as bytes, for a call made as the pages make it."""
        return self._fetch(method, path, body, address)[0]

    def refetch(self, path: str) -> bytes:
        """What a browser gets that asks again with the ETag of its last answer."""
        content, self.etags[path] = self._fetch("GET", path, None, "192.0.2.1", self.etags.get(path))
        return content

    def _fetch(
        self, method: str, path: str, body: object, address: str, etag: str | None = None
    ) -> tuple[bytes, str]:
        path, _, query = path.partition("?")
        content = json.dumps(body).encode() if body is not None else b""
        environ = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": f"/api/v1{quote(path)}",
            "QUERY_STRING": query,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_PORT": "443",
            "REMOTE_ADDR": address,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": io.BytesIO(content),
            "wsgi.url_scheme": "https",
        }
        if etag:
            environ["HTTP_IF_NONE_MATCH"] = etag
        if self.token:
            environ["HTTP_AUTHORIZATION"] = f"Bearer {self.token}"
        if method != "GET":
            environ["HTTP_IDEMPOTENCY_KEY"] = secrets.token_hex(16)
        answer = self._gateway.handle(environ)
        content = answer.body if isinstance(answer.body, bytes) else b"".join(answer.body)
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {content.decode()[:800]}")
        etags = [value for name, value in answer.headers.items() if name.lower() == "etag"]
        return content, etags[0] if etags else ""

    def handle_messages(self, function: str) -> None:
        """Let `function` handle every message that waits in its queue."""
        self.functions.listening = function
        self._pump.step()


@contextmanager
def open_lab(*, large_tables: bool = False) -> Iterator[Lab]:
    """Start everything in a fresh folder; DynamoDB Local holds large tables, where there is Java."""
    java = large_tables and shutil.which("java") is not None
    if large_tables and not java:
        progress("No Java here: ministack holds the tables, and slows down as they grow.")
    with TemporaryDirectory() as folder:
        data = Path(folder)
        keys = secret_file.load_or_create(data / "secrets.json")
        cloud = LocalCloud(data, keys, durable=java)
        mail_port = free_port()
        mailbox = Mailbox(data / "mail", mail_port)
        try:
            cloud.start()
            mailbox.start()
            os.environ.update(environment.application(cloud, keys, PUBLIC_URL))
            os.environ.update(environment.mail(mail_port))
            os.environ["PRINTLAB_FILES_URL"] = ""  # no gateway here: uploads go straight to the store
            settings.cache_clear()  # importing the tables has read it already, for their names
            cloud.wait_ready()
            provision(parameters(environment.STAGE, environment.BUCKET, PUBLIC_URL))
            yield _furnished(mailbox, DYNAMODB_LOCAL if java else "ministack")
        finally:
            mailbox.stop()
            cloud.stop()


def _furnished(mailbox: Mailbox, store: str) -> Lab:
    """Seed the lab and log in. The application is imported here, because it reads the environment then."""
    from app import app
    from chalicelib.aws import documents
    from chalicelib.domain.lifecycle import Actor
    from infra.local.seed import SETTINGS, Station, seed

    password = secrets.token_hex(8)
    documents.create(
        documents.SETTINGS,
        SETTINGS | {"catalog_requests_per_minute": 1_000_000},
        by="system",
        now=datetime.now(UTC),
    )
    seed(
        [
            Station(WORKSTATION, "Benchmarks", Actor.STAFF, password),
            Station(LAB_PC, "The lab PC of the benchmarks", Actor.AGENT, password),
        ]
    )
    lab = Lab(ObservedFunctions(app), mailbox, store)
    lab.log_in(password)
    return lab
