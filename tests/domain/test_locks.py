"""Who may change a job that somebody has open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import locks
from chalicelib.domain.errors import Conflict, NotPermitted
from chalicelib.domain.locks import Lock

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def _lock(holder: str, lasts: timedelta) -> Lock:
    return Lock(holder, holder.capitalize(), "Sam Ortiz", NOW + lasts)


def test_a_lock_lasts_five_minutes() -> None:
    assert timedelta(minutes=5) == locks.DURATION


@pytest.mark.parametrize(
    ("lock", "asking", "blocked"),
    [
        (None, "front-desk", False),
        (_lock("front-desk", locks.DURATION), "front-desk", False),
        (_lock("admin-desk", locks.DURATION), "front-desk", True),
        (_lock("admin-desk", locks.DURATION), None, True),  # a student's confirmation, a schedule
        (_lock("admin-desk", TICK), "front-desk", True),
        (_lock("admin-desk", timedelta(0)), "front-desk", False),  # an expired lock is no lock
        (_lock("admin-desk", -TICK), "front-desk", False),
    ],
)
def test_who_is_blocked(lock: Lock | None, asking: str | None, blocked: bool) -> None:
    assert locks.blocks(lock, asking, NOW) is blocked
    if blocked:
        with pytest.raises(Conflict) as refusal:
            locks.check(lock, asking, NOW, required=False)
        assert lock is not None
        assert refusal.value.code == "locked"
        assert refusal.value.details == {
            "locked_by": "Sam Ortiz",
            "locked_until": lock.until,
            "workstation": lock.holder,
            "workstation_name": lock.place,
        }
    else:
        locks.check(lock, asking, NOW, required=False)


@pytest.mark.parametrize("lock", [None, _lock("front-desk", timedelta(0)), _lock("admin-desk", -TICK)])
def test_without_a_lock_that_is_needed_nothing_goes(lock: Lock | None) -> None:
    with pytest.raises(NotPermitted) as refusal:
        locks.check(lock, "front-desk", NOW, required=True)
    assert refusal.value.code == "lock_required"


def test_the_holder_may_do_what_needs_the_lock() -> None:
    locks.check(_lock("front-desk", TICK), "front-desk", NOW, required=True)


def test_the_lock_of_another_is_a_conflict_even_where_the_own_one_is_needed() -> None:
    with pytest.raises(Conflict):
        locks.check(_lock("admin-desk", TICK), "front-desk", NOW, required=True)
