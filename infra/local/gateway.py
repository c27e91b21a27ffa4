"""One origin for everything: pages, API, files and the mailbox, as CloudFront shows them on AWS."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from infra.local import files_proxy, mailbox
from infra.local.answers import Answer, Environ, StartResponse, problem
from infra.local.api_gateway import ApiGateway
from infra.local.files_proxy import FilesProxy
from infra.local.functions import Functions
from infra.local.mailbox import Mailbox
from infra.local.static import StaticFiles

log = logging.getLogger(__name__)

FRONTEND = Path(__file__).parents[2] / "frontend_static"
THREADS = 16
# The largest file is 50 MB; its form adds a little. What the API itself takes is limited further.
_MAX_BODY_BYTES = 64 * 1024 * 1024

Handler = Callable[[Environ], Answer]


class Gateway:
    """The WSGI application: the first part of the path decides who answers."""

    def __init__(self, api: Handler, pages: Handler, files: Handler, mails: Handler | None) -> None:
        self._handlers = [("/api/", api), (f"{files_proxy.PREFIX}/", files), ("/", pages)]
        if mails:
            self._handlers.insert(0, (mailbox.PREFIX, mails))

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return self._answer(environ).send(environ, start_response)

    def _answer(self, environ: Environ) -> Answer:
        uri = environ["REQUEST_URI"]
        try:
            for prefix, handler in self._handlers:
                if uri.startswith(prefix):
                    return handler(environ)
        except Exception:
            log.exception("%s %s", environ["REQUEST_METHOD"], uri)
            return problem(500, "internal_error", "Something went wrong on our side. Please try again.")
        return problem(400, "bad_request", "The address must begin with a slash.")


def product(functions: Functions, store: str, bucket: str, mails: Mailbox | None) -> Gateway:
    """PrintLab as browsers see it, with the files of `bucket` in `store`."""
    return Gateway(
        api=ApiGateway(functions).handle,
        pages=StaticFiles(FRONTEND).handle,
        files=FilesProxy(store, bucket).handle,
        mails=mails.handle if mails else None,
    )


class Server:
    """The gateway on a port, in threads of its own."""

    def __init__(self, listener: socket.socket, threads: int = THREADS) -> None:
        """Serve on `listener`, which is bound already: a used port must show before anything else starts."""
        self._threads = threads
        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._channels: dict[int, Any] = {}

    def start(self, gateway: Gateway) -> None:
        """Serve `gateway` until stop()."""
        self._server = create_server(
            gateway,
            map=self._channels,
            sockets=[self._listener],
            threads=self._threads,
            max_request_body_size=_MAX_BODY_BYTES,
            connection_limit=1000,
            channel_timeout=120,
            # A reverse proxy on this machine (for TLS) names the client it speaks for; nobody else may.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
            clear_untrusted_proxy_headers=True,
            ident="PrintLab",
        )
        self._thread = threading.Thread(target=self._server.run, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that run, for at most 5 s, and close everything."""
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        # The sockets belong to the thread that waits on them: it must be the one to close them, and it ends
        # when none is left.
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._channels))
        self._thread.join(5)
