"""`python -m infra.local`: PrintLab on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue

from infra import connect
from infra.local import data_format, environment, secret_file, settings_file
from infra.local.child import ChildFailed
from infra.local.cloud import LocalCloud
from infra.local.data_format import Unfit
from infra.local.functions import Functions
from infra.local.gateway import Server, product
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port, listen, own_address
from infra.local.provision import NotProvisioned, parameters, provision
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from infra.local.secret_file import Secrets
from infra.local.settings_file import Unusable

_STARTED = time.monotonic()
_CHECK_EVERY_S = 0.5


def main(arguments: list[str]) -> int:
    """Run until a signal comes (0), what all else needs dies (1), or it cannot begin as it is (2)."""
    options = _options(arguments)
    if reason := environment.unreachable([os.environ.get("PRINTLAB_BACKUPS", "")]):
        print(reason, file=sys.stderr)
        return 2
    os.umask(0o077)  # tables, files and mails are for the eyes of this user only
    _configure_logs()
    stop = stop_asked()
    try:
        server = Server(listen(options.port, everywhere=options.lan))
    except OSError as error:
        print(f"Port {options.port} cannot be used ({error.strerror}).", file=sys.stderr)
        print(f"Is PrintLab running already? Another port: make run PORT={options.port + 1}", file=sys.stderr)
        return 1
    try:
        durable = data_format.claim(options.data, os.environ.get("DURABLE"))
        reason = _serve(options, server, stop, durable=durable)
    except Unfit as problem:
        print(problem, file=sys.stderr)
        return 2
    except (ChildFailed, NotProvisioned) as error:
        reason = str(error)
    if reason:
        print(reason, file=sys.stderr)
    return 1 if reason else 0


def stop_asked() -> SimpleQueue[int]:
    """Gets the signals that ask for the end.

    They come in the thread that waits: an Event would have its set() wait for the lock that its wait() holds.
    """
    stop: SimpleQueue[int] = SimpleQueue()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda number, _: stop.put(number))
    return stop


def _serve(
    options: argparse.Namespace, server: Server, stop: SimpleQueue[int], *, durable: bool
) -> str | None:
    """Run until the end: None when it was asked for, else the reason. Raises ChildFailed, NotProvisioned."""
    secrets = secret_file.load_or_create(options.data / "secrets.json")
    cloud = LocalCloud(options.data, secrets, durable=durable)
    host = own_address() if options.lan else "localhost"
    url = options.public_url or f"http://{host}:{server.port}"
    try:
        cloud.start()
        running = _Product(options, url, secrets, cloud, server)
        gc.freeze()  # what is loaded now stays: the collector need not look through it again and again
        _tell(url, running, time.monotonic() - _STARTED)
        reason = wait(stop, cloud)
        running.stop(patience_s=1 if reason else 20)  # without its stores no function can finish anything
        return reason
    finally:
        cloud.stop()


class _Product:
    """What runs in this process: pages and API, functions, mailbox."""

    def __init__(
        self, options: argparse.Namespace, url: str, secrets: Secrets, cloud: LocalCloud, server: Server
    ) -> None:
        """Start everything; `cloud` may still be starting."""
        os.environ.update(environment.application(cloud, secrets, url))
        self.secrets = secrets
        self.server = server
        self.mailbox = _mailbox(options.data)
        functions = _application()
        cloud.wait_ready()
        provision(parameters(environment.STAGE, environment.BUCKET, url))
        _refuse_half_restored(options.data)
        _seed(secrets, demo=self.mailbox is not None and not options.empty)
        server.start(product(functions, cloud.endpoint, environment.BUCKET, self.mailbox))
        pump, scheduler = Pump(functions), Scheduler(functions)
        pump.start()
        scheduler.start(last_runs())
        self._workers: list[Pump | Scheduler] = [pump, scheduler]
        self._running = connect.remember(options.data)

    def stop(self, patience_s: float) -> None:
        """Let what runs finish, for at most `patience_s` seconds each."""
        self._running.unlink(missing_ok=True)
        self.server.stop()
        for worker in self._workers:
            worker.stop(patience_s)
        if self.mailbox:
            self.mailbox.stop()


def _refuse_half_restored(data: Path) -> None:
    """Raises Unfit while a backup that was begun to be restored is not all there."""
    from chalicelib.services import restoring

    if stamp := restoring.under_way():
        raise Unfit(
            f"The backup {stamp} is being restored into {data}, or that was stopped halfway. "
            f"Let it finish: make restore FROM=… DATA={data}"
        )


def wait(stop: SimpleQueue[int], cloud: LocalCloud) -> str | None:
    """Wait for the end: None when it was asked for, else the reason."""
    asked = False
    while not asked:
        if reason := cloud.died():
            return reason
        with suppress(Empty):
            asked = bool(stop.get(timeout=_CHECK_EVERY_S))
    print("\nStopping …", file=sys.stderr, flush=True)
    return None


def _configure_logs() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    for chatty in ("botocore", "mail.log", "pynamodb", "urllib3", "waitress"):
        logging.getLogger(chatty).setLevel(logging.ERROR)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="PrintLab on this machine")
    parser.add_argument("--data", type=Path, default=Path(".data"), help="folder for all data (.data)")
    parser.add_argument("--port", type=int, default=8080, help="port of pages and API (8080)")
    parser.add_argument("--empty", action="store_true", help="begin a new installation without demo jobs")
    parser.add_argument("--lan", action="store_true", help="let other computers in")
    parser.add_argument("--public-url", help="address in mails, e.g. http://print.lab.example.edu:8080")
    parser.add_argument(
        "--settings", type=Path, help="file with PRINTLAB_… settings, such as the mail server"
    )
    options = parser.parse_args(arguments)
    if options.settings:
        try:
            os.environ.update(settings_file.read(options.settings))
        except Unusable as problem:
            parser.error(str(problem))
    options.public_url = options.public_url or os.environ.get("PRINTLAB_PUBLIC_URL")
    return options


def _application() -> Functions:
    """Import app.py, which reads the environment when it is imported."""
    from app import app

    return Functions(app)


def _mailbox(data: Path) -> Mailbox | None:
    """The mailbox, unless the environment names a real mail server."""
    if os.environ.get("PRINTLAB_SMTP_HOST") or os.environ.get("PRINTLAB_MAIL_TRANSPORT") == "ses":
        return None
    port = free_port()
    os.environ.update(environment.mail(port))
    mailbox = Mailbox(data / "mail", port)
    mailbox.start()
    return mailbox


def _seed(secrets: Secrets, *, demo: bool) -> None:
    """Fill an empty installation. Imported here, because it brings the application with it."""
    from chalicelib.domain.lifecycle import Actor
    from infra.local.seed import Station, seed

    passwords = secrets.workstation_passwords
    seed(
        [
            Station("front-desk", "Front desk", Actor.STAFF, passwords["front-desk"]),
            Station("admin-desk", "Administration", Actor.ADMIN, passwords["admin-desk"]),
        ],
        demo=demo,
    )


def last_runs() -> dict[str, datetime]:
    """When each schedule last ended well, or since when that is expected while it never has."""
    from chalicelib.aws import watch

    return {name: since for name, run in watch.runs().items() if (since := run.last or run.expected_since)}


def _tell(url: str, product: _Product, took_s: float) -> None:
    lines = [f"PrintLab is running (started in {took_s:.1f} s). Ctrl-C stops it; all data stays.", ""]
    lines += [f"  Form       {url}/", f"  Dashboard  {url}/dashboard"]
    if product.mailbox:
        lines.append(f"  Mailbox    http://localhost:{product.server.port}/_local/mailbox")
    lines += ["", "  Workstation   First password"]
    lines += _first_passwords(product.secrets)
    print("\n".join(["", *lines, ""]), flush=True)


def _first_passwords(secrets: Secrets) -> list[str]:
    from infra.local.seed import opens

    passwords = secrets.workstation_passwords.items()
    return [f"  {name:<13} {first if opens(name, first) else 'changed'}" for name, first in passwords]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
