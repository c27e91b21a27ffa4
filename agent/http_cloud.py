"""The cloud over HTTPS: a workstation's token for the API, signed links for the files."""

from __future__ import annotations

import http.client
import json
import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

from agent import VERSION
from agent.cloud import (
    Health,
    Leadership,
    Missing,
    Offline,
    Page,
    Placed,
    Refused,
    SharedFile,
    SharedJob,
    Ticket,
)
from agent.wire import Wire

log = logging.getLogger(__name__)

_TIMEOUT_S = 60
_PIECE = 1 << 20
_PAGE = 500  # files in a page of the manifest, the most that the server gives


class HttpCloud:
    """One server, one workstation. The token is kept in a file of this user alone: logins are limited."""

    def __init__(self, server: str, workstation: str, password: Callable[[], str], token_file: Path) -> None:
        self._server, self._workstation, self._password = server.rstrip("/"), workstation, password
        self._token_file = token_file
        self._token = token_file.read_text("ascii").strip() if token_file.exists() else ""
        self._login = threading.Lock()
        self._wire = Wire(_TIMEOUT_S)

    # --- what the agent asks ------------------------------------------------------------

    def manifest(self, cursor: str | None, *, archived: bool) -> Page:
        """What the share must hold."""
        query = {
            "archived": str(archived).lower(),
            "limit": str(_PAGE),
            **({"cursor": cursor} if cursor else {}),
        }
        with _understood():
            page = self._api("GET", f"/sync/manifest?{urlencode(query)}")
            jobs = tuple(
                SharedJob(job["job_id"], job["folder"], tuple(_file(file) for file in job["files"]))
                for job in page["jobs"]
            )
            return Page(jobs, page["full"], page["more"], page["cursor"], frozenset(page["extensions"]))

    def download(self, url: str) -> Iterator[bytes]:
        """The bytes at a link. Raises Missing when it has run out or leads nowhere."""
        with _failures(), self._wire.asked("GET", self._absolute(url)) as answer:
            _ensure_well(answer, store=True)
            missing = int(answer.headers.get("Content-Length", 0))
            while piece := answer.read(_PIECE):
                missing -= len(piece)
                yield piece
            if missing > 0:
                raise Offline("The connection was lost before the end of the file.")

    def announce(self, name: str, size: int, sha256: str, replaces: str | None) -> Ticket:
        """A person's file is about to go up."""
        said = {"name": name, "size": size, "sha256": sha256, "replaces": replaces}
        with _understood():
            ticket = self._api("POST", "/sync/candidates", said)
            return Ticket(ticket["job_id"], ticket["folder"], ticket["candidate_id"], ticket["post"])

    def upload(self, post: dict[str, Any], pieces: Iterable[bytes], size: int) -> None:
        """The signed form, and the file behind it."""
        boundary = uuid.uuid4().hex
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in post["fields"].items()
        )
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        tail = f"\r\n--{boundary}--\r\n".encode()
        length = len(head.encode()) + size + len(tail)
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(length),
        }
        body = _exactly(head.encode(), pieces, size, tail)
        with _failures(), self._wire.asked("POST", self._absolute(post["url"]), body, headers) as answer:
            _ensure_well(answer, store=True)
            answer.read()

    def complete(self, candidate_id: str) -> Placed:
        """It is there."""
        with _understood():
            placed = self._api("POST", f"/sync/candidates/{candidate_id}/complete", {})
            return Placed(placed["job_id"], placed["folder"], placed["name"])

    def heartbeat(self, share_id: str, instance: str, *, lead: bool, health: Health) -> Leadership:
        """How the agent is."""
        said = asdict(health)
        said["errors"] = [text[:300] for text in health.errors[:20]]
        said |= {"share_id": share_id, "instance": instance, "lead": lead}
        said |= {"version": VERSION, "hostname": socket.gethostname()[:100]}
        with _understood():
            answer = self._api("POST", "/sync/heartbeat", said)
            return Leadership(answer["leads"], answer["leader"], answer["seconds"])

    # --- how it asks --------------------------------------------------------------------

    def _api(self, method: str, path: str, document: Any = None) -> Any:
        """One call of the API, with a new session where the old one has ended."""
        token = self._token
        if token:
            try:
                return self._call(method, path, document, token)
            except Refused as refusal:
                if refusal.status != 401:
                    raise
        return self._call(method, path, document, self._new_token(token))

    def _new_token(self, ended: str) -> str:
        with self._login:
            if self._token == ended:  # else another thread was faster
                credentials = {"workstation_id": self._workstation, "password": self._password()}
                self._token = self._call("POST", "/auth/login", credentials, None)["token"]
                _write_secret(self._token_file, self._token)
                log.info("logged in as %s", self._workstation)
            return self._token

    def _call(self, method: str, path: str, document: Any, token: str | None) -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = None if document is None else json.dumps(document).encode()
        url = f"{self._server}/api/v1{path}"
        with _failures(), self._wire.asked(method, url, body, headers) as answer:
            _ensure_well(answer, store=False)
            return json.loads(answer.read())

    def _absolute(self, url: str) -> str:
        """A link of the store; on one PC it is relative to the API's own origin."""
        return urljoin(self._server + "/", url)


def _file(file: dict[str, Any]) -> SharedFile:
    return SharedFile(file["name"], file["size"], file["etag"], file["sha256"], file["url"])


def _exactly(head: bytes, pieces: Iterable[bytes], size: int, tail: bytes) -> Iterator[bytes]:
    """The body of a form. A file that grew or shrank meanwhile ends it: the length was promised."""
    yield head
    for piece in pieces:
        size -= len(piece)
        if size < 0:
            raise Offline("The file grew while it was sent.")
        yield piece
    if size:
        raise Offline("The file shrank while it was sent.")
    yield tail


@contextmanager
def _failures() -> Iterator[None]:
    """What went wrong, in the agent's terms."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise Offline(str(error) or type(error).__name__) from error


@contextmanager
def _understood() -> Iterator[None]:
    """Something else may answer in the server's place: a proxy, the login page of a network."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise Offline("The server's answer is not PrintLab's.") from error


def _ensure_well(answer: http.client.HTTPResponse, *, store: bool) -> None:
    """Raises what another status than a success means."""
    status = answer.status
    if 200 <= status < 300:
        return
    text = answer.read()
    if status >= 500:
        raise Offline(f"HTTP {status}")
    if store and status in {403, 404}:
        raise Missing(f"HTTP {status}")
    try:
        said = json.loads(text)
        refusal = Refused(status, said["error"], said["message"])
    except (ValueError, KeyError, TypeError):
        refusal = Refused(status, "refused", f"HTTP {status}")
    raise refusal


def _write_secret(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)
