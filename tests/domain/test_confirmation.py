"""Which confirmation link counts, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain import confirmation
from chalicelib.domain.errors import Conflict, Gone, TooManyRequests
from chalicelib.domain.lifecycle import Status

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _check(
    status: Status = Status.PENDING,
    current: str | None = "second",
    token: str = "second",
    expires: datetime = NOW + HOUR,
) -> None:
    confirmation.check(
        job_id="j1", status=status, current_token_id=current, token_id=token, expires_at=expires, now=NOW
    )


def test_the_newest_link_counts_while_the_job_is_pending() -> None:
    _check()


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.PENDING])
@pytest.mark.parametrize("token", ["first", "second"])
@pytest.mark.parametrize("expires", [NOW - HOUR, NOW + HOUR])
def test_no_link_counts_in_any_other_status(status: Status, token: str, expires: datetime) -> None:
    with pytest.raises(Conflict) as refusal:
        _check(status=status, token=token, expires=expires)
    assert refusal.value.details == {"status": status.value}


@pytest.mark.parametrize("current", ["second", None])
@pytest.mark.parametrize("expires", [NOW - HOUR, NOW + HOUR])
def test_an_older_link_is_superseded_even_when_it_has_expired_too(
    current: str | None, expires: datetime
) -> None:
    with pytest.raises(Gone) as refusal:
        _check(current=current, token="first", expires=expires)
    assert refusal.value.details == {"reason": "superseded", "job_id": "j1"}


@pytest.mark.parametrize("expires", [NOW, NOW - HOUR])
def test_a_link_ends_at_its_time(expires: datetime) -> None:
    with pytest.raises(Gone) as refusal:
        _check(expires=expires)
    assert refusal.value.details == {"reason": "expired", "job_id": "j1"}


@pytest.mark.parametrize("status", Status)
def test_a_second_click_is_recognised(status: Status) -> None:
    done = confirmation.already_done(status, "second", "second")
    assert done is (status is not Status.PENDING)
    assert not confirmation.already_done(status, "second", "first")
    assert not confirmation.already_done(status, None, "first")


@pytest.mark.parametrize(
    ("last_sent", "seconds"),
    [
        (None, None),
        (NOW - HOUR, None),
        (NOW - HOUR + timedelta(seconds=1), 1),  # never told to come back too early
        (NOW - HOUR + timedelta(milliseconds=1), 1),
        (NOW, 3600),
    ],
)
def test_the_cooldown_between_links(last_sent: datetime | None, seconds: int | None) -> None:
    if seconds is None:
        confirmation.check_resend(last_sent, HOUR, NOW)
        return
    with pytest.raises(TooManyRequests) as refusal:
        confirmation.check_resend(last_sent, HOUR, NOW)
    assert refusal.value.retry_after == seconds
    assert refusal.value.details == {"retry_after": seconds}
