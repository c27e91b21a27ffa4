"""The range in which a waiting print is promised."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.queue_estimate import FEWEST, LOOK_BACK_DAYS, estimate

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NO_TIME = timedelta(0)


def test_too_little_is_known() -> None:
    assert estimate(NOW, 1, FEWEST - 1, NO_TIME) is None


@pytest.mark.parametrize("position", [1, 2, 5, 20])
def test_four_of_five_prints_are_finished_inside_the_range(position: int) -> None:
    """Against a simulated lab that finishes prints at random, 28 in two weeks."""
    found = estimate(NOW, position, 28, NO_TIME)
    assert found is not None
    chance = random.Random(position)
    rate = 28 / LOOK_BACK_DAYS
    waits = [sum(chance.expovariate(rate) for _ in range(position)) for _ in range(20_000)]
    inside = sum(found.earliest <= NOW + timedelta(days=wait) <= found.latest for wait in waits)
    assert 0.77 <= inside / len(waits) <= 0.83


def test_no_print_is_finished_before_its_machine_has_made_it() -> None:
    found = estimate(NOW, 1, 1000, timedelta(hours=30))
    assert found is not None
    assert found.earliest == NOW + timedelta(hours=30)
    assert found.latest > found.earliest


def test_a_longer_queue_takes_longer() -> None:
    ranges = [estimate(NOW, position, 14, NO_TIME) for position in range(1, 30)]
    latest = [found.latest for found in ranges if found]
    assert latest == sorted(latest)
    assert len(set(latest)) == 29
