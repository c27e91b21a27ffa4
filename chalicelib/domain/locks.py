"""Who may change a job that somebody has open. Time is the server's, never the caller's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.errors import Conflict, NotPermitted

DURATION = timedelta(minutes=5)


@dataclass(frozen=True)
class Lock:
    """A workstation (`holder`) has a job open, in the name of `staff`, until `until`.

    `place` is what people call the workstation, so that nobody has to look it up to tell them.
    """

    holder: str
    place: str
    staff: str
    until: datetime

    def held_at(self, now: datetime) -> bool:
        """An expired lock is no lock."""
        return now < self.until


def blocks(lock: Lock | None, holder: str | None, now: datetime) -> bool:
    """True when somebody else than `holder` holds the lock."""
    return lock is not None and lock.held_at(now) and lock.holder != holder


def check(lock: Lock | None, holder: str | None, now: datetime, *, required: bool) -> None:
    """Raise Conflict when another holds the lock, NotPermitted when it is required and not held."""
    if lock is not None and blocks(lock, holder, now):
        raise held_by_another(lock)
    if required and (lock is None or not lock.held_at(now)):
        raise NotPermitted("Open the job for editing first: this needs its lock.", code="lock_required")


def held_by_another(lock: Lock) -> Conflict:
    """The answer to everyone but the holder."""
    return Conflict(
        f"{lock.staff} has this job open on {lock.place}. Try again when it is closed.",
        code="locked",
        locked_by=lock.staff,
        locked_until=lock.until,
        workstation=lock.holder,
        workstation_name=lock.place,
    )
