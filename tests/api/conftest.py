"""A furnished lab, and clients at its workstations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.domain.schedules import LONGEST_PAUSE
from infra.http_client import HttpClient
from infra.local.ports import free_port
from infra.local.pump import Pump
from infra.local.scheduler import Scheduler
from tests import steps
from tests.api.post_office import PostOffice
from tests.legacy.old_lab import OldLab
from tests.nights import Nights


@pytest.fixture(autouse=True)
def lab(fresh: None) -> None:
    """An empty lab with catalog, staff and workstations."""
    steps.furnish()


@pytest.fixture
def staff(http: HttpClient) -> HttpClient:
    """At the front desk."""
    return steps.at(http, "front-desk")


@pytest.fixture
def second(http: HttpClient) -> HttpClient:
    """At the other desk of the staff."""
    return steps.at(http, "second-desk")


@pytest.fixture
def admin(http: HttpClient) -> HttpClient:
    """At the administrators' desk."""
    return steps.at(http, "admin-desk")


@pytest.fixture
def agent(http: HttpClient) -> HttpClient:
    """At a lab PC."""
    return steps.at(http, "lab-pc")


@pytest.fixture
def restart_with(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Restart the application, as it were, with other environment variables: restart_with(NAME="value")."""

    def restart(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        config.settings.cache_clear()

    yield restart
    monkeypatch.undo()
    config.settings.cache_clear()


@pytest.fixture
def post_office(restart_with: Callable[..., None]) -> Iterator[PostOffice]:
    """A mail server that can refuse; the application sends to it instead of to the mailbox."""
    office = PostOffice(free_port())
    restart_with(PRINTLAB_SMTP_PORT=str(office.port))
    office.open()
    yield office
    office.close()


@pytest.fixture
def running(scheduler: Scheduler) -> None:
    """Every schedule has just run."""
    for name in LONGEST_PAUSE:
        scheduler.run_once(name, datetime.now(UTC))


@pytest.fixture
def nights(admin: HttpClient, scheduler: Scheduler, pump: Pump) -> Nights:
    """Audits."""
    return Nights(admin, scheduler, pump)


@pytest.fixture
def old(tmp_path: Path) -> OldLab:
    """An old system without jobs, to be moved in."""
    return OldLab(tmp_path / "storage")
