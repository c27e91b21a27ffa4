"""A furnished lab, a folder for its backups, and the end of everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from chalicelib.aws.places import Folder
from infra.http_client import HttpClient
from tests import steps
from tests.emptier import Emptier


@pytest.fixture(autouse=True)
def lab(fresh: None) -> None:
    """An empty lab with catalog, staff and workstations."""
    steps.furnish()


@pytest.fixture
def staff(http: HttpClient) -> HttpClient:
    """At the front desk."""
    return steps.at(http, "front-desk")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Where the backups go."""
    return Folder(tmp_path / "backups")


@pytest.fixture
def destroy(_emptier: Emptier) -> Callable[[], None]:
    """Lose all rows, files and messages."""
    return _emptier.run
