"""The sync agents of the lab PCs: what each said last, and which one leads at its share.

Both are rows of the watch table. A lease ends by the server's clock alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.expressions.condition import Condition

from chalicelib.aws.outages import condition_failed
from chalicelib.aws.tables import Watch

# After so long an agent that says nothing is one that was taken away.
KEPT = timedelta(days=8)

_AGENT = "agent"
_LEASE = "lease"


@dataclass(frozen=True)
class Heard:
    """What the agent of a workstation said last, and when."""

    workstation_id: str
    at: datetime
    said: dict[str, Any]


@dataclass(frozen=True)
class Lease:
    """Who leads at a share, and until when."""

    holder: str
    until: datetime


def remember(workstation_id: str, at: datetime, said: dict[str, Any]) -> None:
    """Keep what the agent of a workstation has just said, in place of what it said before."""
    Watch(kind=_AGENT, id=workstation_id, at=at, data=said, expires_at=at + KEPT).save()


def heard(now: datetime) -> list[Heard]:
    """Every agent that said something lately, by workstation."""
    rows = Watch.query(_AGENT, consistent_read=True)
    return [Heard(row.id, row.at, row.data) for row in rows if row.at and now - row.at < KEPT]


def leases(now: datetime) -> dict[str, Lease]:
    """Who leads, by share."""
    rows = Watch.query(_LEASE, consistent_read=True)
    return {row.id: Lease(row.holder, row.at) for row in rows if row.holder and row.at and row.at > now}


def lead(share_id: str, holder: str, now: datetime, until: datetime) -> Lease | None:
    """Take or extend the lease of a share unless another holds it; the lease that counts then."""
    free = Watch.at.does_not_exist() | (Watch.at <= now) | (Watch.holder == holder)
    actions = [Watch.at.set(until), Watch.holder.set(holder), Watch.expires_at.set(until + KEPT)]
    if _updated(share_id, actions, free):
        return Lease(holder, until)
    return _find(share_id, now)


def step_down(share_id: str, holder: str, now: datetime) -> Lease | None:
    """End the lease of `holder`, if it is his; the lease that counts then."""
    _updated(share_id, [Watch.at.set(now)], Watch.holder == holder)
    return _find(share_id, now)


def _updated(share_id: str, actions: list[Any], condition: Condition) -> bool:
    try:
        Watch(kind=_LEASE, id=share_id).update(actions=actions, condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def _find(share_id: str, now: datetime) -> Lease | None:
    try:
        row = Watch.get(_LEASE, share_id, consistent_read=True)
    except DoesNotExist:
        return None
    return Lease(row.holder, row.at) if row.holder and row.at and row.at.astimezone(UTC) > now else None
