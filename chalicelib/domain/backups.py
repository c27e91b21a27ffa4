"""Which backups are kept, by the moments at which they were begun."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from chalicelib.domain.schedules import BACKUP_HOUR

DAILY, WEEKLY, MONTHLY = 14, 8, 12
# Whatever the calendar says. Who makes a backup at this moment relies on the bytes of the last ones.
_YOUNG = timedelta(days=2)
_LAST = 3

_FORM = "%Y%m%dT%H%M%SZ"


def stamp(moment: datetime) -> str:
    """The name of the backup that was begun then; names sort by time.

    >>> stamp(datetime(2026, 11, 22, 3, 30, tzinfo=UTC))
    '20261122T033000Z'
    """
    return moment.astimezone(UTC).strftime(_FORM)


def begun_at(name: str) -> datetime:
    """When the backup of that name was begun."""
    return datetime.strptime(name, _FORM).replace(tzinfo=UTC)


def is_stamp(name: str) -> bool:
    """True for the name of a backup; people put other things beside them."""
    return re.fullmatch(r"\d{8}T\d{6}Z", name) is not None


def night_began(now: datetime) -> datetime:
    """Since when a backup that is begun counts as that of the night.

    >>> night_began(datetime(2026, 11, 22, 8, tzinfo=UTC)).isoformat()
    '2026-11-21T11:00:00+00:00'
    """
    today = now.astimezone(UTC).replace(hour=BACKUP_HOUR, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def kept(names: Iterable[str], now: datetime) -> set[str]:
    """Those that stay: the first of each of the last 14 days, 8 weeks and 12 months that have one.

    The first, because it is there to stay: the last of a day would be replaced by the next one of that day.
    """
    oldest_first = sorted(names)
    chosen = set(oldest_first[-_LAST:])
    chosen |= {name for name in oldest_first if now - begun_at(name) < _YOUNG}
    for period, number in (("%Y-%m-%d", DAILY), ("%G-%V", WEEKLY), ("%Y-%m", MONTHLY)):
        first: dict[str, str] = {}
        for name in oldest_first:
            first.setdefault(begun_at(name).strftime(period), name)
        chosen |= set(list(first.values())[-number:])
    return chosen
