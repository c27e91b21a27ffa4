"""Which backup is that of a night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import config
from chalicelib.aws.places import Folder
from chalicelib.services import backup_store, backups, clock


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """Where the nights' backups go."""
    monkeypatch.setenv("PRINTLAB_BACKUPS", str(tmp_path / "nightly"))
    config.settings.cache_clear()
    yield Folder(tmp_path / "nightly")
    monkeypatch.undo()
    config.settings.cache_clear()


def at(hour: int, minute: int = 0, *, days_ago: int = 0) -> datetime:
    """That time of today or before, UTC."""
    today = clock.now().replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today - timedelta(days=days_ago)


@pytest.mark.parametrize(
    ("by_hand", "night", "made"),
    [
        (at(10, 59), at(11), 1),
        (at(11), at(11, 15), 0),
        (at(14, days_ago=1), at(11), 1),
        (at(14, days_ago=1), at(8), 0),
        (at(10, days_ago=1), at(8), 1),
        (at(11, 30), at(23, 59), 0),
    ],
    ids=[
        "just before",
        "meanwhile",
        "the day before",
        "missed, made since",
        "missed, made before",
        "late in the day",
    ],
)
def test_a_backup_by_hand_is_the_nights_only_if_the_night_had_begun(
    by_hand: datetime, night: datetime, made: int, place: Folder
) -> None:
    assert backups.make(place, by_hand)
    backups.nightly(night)
    assert len(backup_store.stamps(place)) == 1 + made
