"""Which backups stay: fourteen days, eight weeks, twelve months."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.backups import begun_at, kept, stamp

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def made(*days_ago: float) -> list[str]:
    """Backups by how many days ago they were begun."""
    return [stamp(NOW - days * DAY) for days in days_ago]


def nightly(days: int) -> list[str]:
    """One every night for so long."""
    return made(*range(days))


def simulated(nights: int) -> set[str]:
    """What is there when every night one is made and old ones go."""
    there: set[str] = set()
    for night in range(nights):
        now = NOW + night * DAY
        there = kept({*there, stamp(now)}, now)
    return there


@pytest.mark.parametrize(
    ("there", "gone"),
    [
        ([], []),
        (made(400), []),  # the last ones stay, however old
        (made(400, 401, 402), []),
        (nightly(14), []),
        (made(*(hour / 24 for hour in range(40))), []),  # whatever is younger than two days
        (made(5.1, 5.2, 5.3, 0, 1, 2), made(5.1, 5.2)),  # of one day the first
    ],
)
def test_what_stays_and_what_goes(there: list[str], gone: list[str]) -> None:
    assert set(there) - kept(there, NOW) == set(gone)


def test_fourteen_days_stay_whole() -> None:
    assert set(nightly(14)) <= kept(nightly(400), NOW)


def test_after_two_years_of_nights() -> None:
    there = sorted(simulated(730))
    last = NOW + 729 * DAY
    ages = [(last - begun_at(name)).days for name in there]
    assert ages[-14:] == list(range(13, -1, -1))
    weeks = {begun_at(name).strftime("%G-%V") for name in there if begun_at(name) > last - 8 * 7 * DAY}
    assert len(weeks) >= 8
    assert len({begun_at(name).strftime("%Y-%m") for name in there}) == 12
    assert len(there) <= 14 + 8 + 12
