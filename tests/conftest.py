"""Fixtures that run the product as `make run` does: real stores, real gateway, real queues, in one process.

The tests that use `cloud` (marked `stores`) run unchanged against other emulators that the environment names,
one for each worker of pytest, e.g. PRINTLAB_TEST_ENDPOINTS=http://127.0.0.1:4566 for LocalStack.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from localstack_client.session import Session

from infra import chromium
from infra.http_client import HttpClient
from infra.local import environment, secret_file
from infra.local.cloud import REGION, LocalCloud
from infra.local.functions import Functions
from infra.local.gateway import Server, product
from infra.local.mailbox import Mailbox
from infra.local.ports import free_port, listen
from infra.local.provision import parameters, provision
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests.emptier import Emptier
from tests.endpoint import NAME as ENDPOINTS
from tests.endpoint import endpoint

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.guarded import Guard

_ENDPOINT = endpoint()
_DATA = Path(tempfile.mkdtemp(prefix="printlab-test-"))
_SECRETS = secret_file.load_or_create(_DATA / "secrets.json")
_CLOUD = LocalCloud(_DATA, _SECRETS)
# As many threads as callers race: on AWS each of them has a process of its own.
_SERVER = Server(listen(free_port()), threads=64)
_SMTP_PORT = free_port()
_PUBLIC_URL = f"http://127.0.0.1:{_SERVER.port}"
_STORE = _ENDPOINT or _CLOUD.endpoint

# Set before any test module is imported: app.py reads the environment when it is imported. Nothing of this
# machine (profiles, real credentials, a mail server) may reach a test.
for _name in [name for name in os.environ if name.startswith(("AWS_", "PRINTLAB_"))]:
    if _name != ENDPOINTS:
        del os.environ[_name]
os.environ.update(environment.application(_CLOUD, _SECRETS, _PUBLIC_URL) | environment.mail(_SMTP_PORT))
if _ENDPOINT:
    os.environ.update(AWS_ENDPOINT_URL=_ENDPOINT, AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register what `make screenshots` passes."""
    parser.addoption(
        "--gallery", metavar="FOLDER", help="keep pictures of every page and state there, in all looks"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by what they use, before they are selected by their marks."""
    for item in items:
        for fixture, mark in (("cloud", "stores"), ("browser", "browser")):
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.fixture(scope="session")
def cloud() -> Iterator[Session]:
    """The stores, with all tables, the bucket and the queues; makes boto3 clients by `cloud.client("s3")`."""
    if not _ENDPOINT:
        _CLOUD.start()
        _CLOUD.wait_ready()
    session = Session(
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    provision(parameters(environment.STAGE, environment.BUCKET, _PUBLIC_URL), session)
    yield session
    _CLOUD.stop()


@pytest.fixture(scope="session")
def _emptier(cloud: Session) -> Iterator[Emptier]:
    with ThreadPoolExecutor(8) as pool:
        yield Emptier(cloud, environment.BUCKET, pool)


@pytest.fixture
def fresh(_emptier: Emptier, mailbox: Mailbox) -> None:
    """Empty tables, bucket, queues and mailbox."""
    _emptier.run()
    mailbox.clear()


@pytest.fixture(scope="session")
def mailbox() -> Iterator[Mailbox]:
    """The mail server that the application sends to; `mailbox.mails()`, newest first."""
    box = Mailbox(_DATA / "mail", _SMTP_PORT)
    box.start()
    yield box
    box.stop()


@pytest.fixture(scope="session")
def guard(cloud: Session) -> Guard:
    """Compares what functions do with what they may do on AWS."""
    from tests.guarded import Guard

    return Guard()


@pytest.fixture(scope="session")
def functions(guard: Guard) -> Functions:
    """The Lambda functions of app.py."""
    from app import app
    from tests.guarded import Guarded

    return Guarded(app, guard)


@pytest.fixture(autouse=True)
def _with_the_right_to(request: pytest.FixtureRequest) -> Iterator[None]:
    """No function does what its role on AWS would refuse (infra/deploy/permissions.py)."""
    yield
    if "guard" in request.fixturenames:
        guard: Guard = request.getfixturevalue("guard")
        done, guard.denied = guard.denied, set()
        assert not done, "done without the right to"


@pytest.fixture(scope="session")
def pump(functions: Functions) -> Pump:
    """The queue triggers; `pump.step()` handles what waits. What fails is back for the next step at once."""
    return Pump(functions, retry_after_s=0)


@pytest.fixture(scope="session")
def scheduler(functions: Functions) -> Scheduler:
    """The schedules; `scheduler.run_once("sweep", now)` runs one function."""
    return Scheduler(functions)


@pytest.fixture(scope="session")
def server(functions: Functions, mailbox: Mailbox) -> Iterator[Server]:
    """The gateway of `make run`: pages, API, files and mailbox on one origin."""
    _SERVER.start(product(functions, _STORE, environment.BUCKET, mailbox))
    yield _SERVER
    _SERVER.stop()


@pytest.fixture
def http(server: Server) -> HttpClient:
    """A client of `server`."""
    return HttpClient(_PUBLIC_URL)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; the tests that need it are skipped where there is none."""
    if not chromium.find():
        pytest.skip(chromium.MISSING)
    with chromium.launched() as program:
        yield program
