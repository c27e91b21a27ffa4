"""What the lab's own watch writes down: the last run of each schedule, and a sample every few minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.aws.tables import Watch
from chalicelib.domain.watch import Run

SAMPLES_KEPT = timedelta(days=8)

_RUN = "run"
_SAMPLE = "sample"
_BACKUP = "backup"


@dataclass(frozen=True)
class Sample:
    """The measures of one moment, as `Snapshot.measures` made them, and the alerts of then by id."""

    at: datetime
    measures: dict[str, Any]
    alerts: dict[str, datetime]


def ran(name: str, at: datetime, seconds: float) -> None:
    """The schedule `name` has ended well."""
    Watch(kind=_RUN, id=name).update(
        actions=[Watch.at.set(at), Watch.data.set({"seconds": round(seconds, 3)})]
    )


def expect(name: str, now: datetime) -> None:
    """From now on the schedule `name` is expected to run; said again, the first time stands."""
    Watch(kind=_RUN, id=name).update(actions=[Watch.expected_since.set(Watch.expected_since | now)])


def runs() -> dict[str, Run]:
    """The last run of each schedule that is known."""
    return {
        row.id: Run(row.at, (row.data or {}).get("seconds"), row.expected_since)
        for row in Watch.query(_RUN, consistent_read=True)
    }


def backed_up(stamp: str, at: datetime, seconds: float, facts: Mapping[str, Any]) -> None:
    """A backup of the lab as it was `at` is whole, and was looked through."""
    data = {"seconds": round(seconds, 3), "stamp": stamp, **facts}
    Watch(kind=_BACKUP, id="last").update(actions=[Watch.at.set(at), Watch.data.set(data)])


def last_backup() -> Run | None:
    """The last backup that was looked through; None while there is none."""
    found = next(iter(Watch.query(_BACKUP, consistent_read=True)), None)
    return Run(found.at, (found.data or {}).get("seconds")) if found else None


def remember(at: datetime, measures: dict[str, Any], alerts: dict[str, datetime]) -> None:
    """Keep the sample of a moment; told twice, it is kept once."""
    known_since = {name: since.isoformat() for name, since in alerts.items()}
    Watch(
        kind=_SAMPLE,
        id=_moment(at),
        at=at,
        data={"measures": measures, "alerts": known_since},
        expires_at=at + SAMPLES_KEPT,
    ).save()


def samples(start: datetime, end: datetime) -> Iterator[Sample]:
    """The samples from `start` to `end`, oldest first."""
    for row in Watch.query(_SAMPLE, Watch.id.between(_moment(start), _moment(end))):
        yield _sample(row)


def latest() -> Sample | None:
    """The last sample taken."""
    found = Watch.query(_SAMPLE, scan_index_forward=False, limit=1, consistent_read=True)
    return next((_sample(row) for row in found), None)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _sample(row: Watch) -> Sample:
    alerts = {name: datetime.fromisoformat(since) for name, since in row.data["alerts"].items()}
    return Sample(row.at or datetime.fromisoformat(f"{row.id}+00:00"), row.data["measures"], alerts)
