"""The sync agents of the lab PCs: they say how they are, and one of them leads at each share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.aws import agents, directory
from chalicelib.aws.agents import Heard, Lease
from chalicelib.services import clock

# Three heartbeats long: one that is lost changes nothing.
LEASE_LASTS = timedelta(minutes=3)


@dataclass(frozen=True)
class Leadership:
    """Whether the agent that asked leads, who does, and for how many seconds from when it asked."""

    leads: bool
    leader: str | None
    seconds: float


@dataclass(frozen=True)
class Seen:
    """An agent as it was last heard of, whether it leads, and whether its workstation may still log in."""

    heard: Heard
    leads: bool


def heartbeat(
    workstation_id: str, instance: str, share_id: str, wants_to_lead: bool, said: Mapping[str, Any]
) -> Leadership:
    """Note what an agent says, and let it lead at its share while no other agent does."""
    now = clock.now()
    agents.remember(workstation_id, now, {**said, "share_id": share_id, "instance": instance})
    # Two PCs may have been given the same login: they are two agents all the same.
    holder = _holder(workstation_id, instance)
    if wants_to_lead:
        lease = agents.lead(share_id, holder, now, now + LEASE_LASTS)
    else:
        lease = agents.step_down(share_id, holder, now)
    return _leadership(lease, holder, now)


def _holder(workstation_id: str, instance: str) -> str:
    return f"{workstation_id}#{instance}"


def _leadership(lease: Lease | None, holder: str, now: datetime) -> Leadership:
    if lease is None:
        return Leadership(leads=False, leader=None, seconds=0)
    left = (lease.until - now).total_seconds()
    leader = lease.holder.rpartition("#")[0]
    return Leadership(leads=lease.holder == holder, leader=leader, seconds=left)


def known(now: datetime) -> list[Seen]:
    """Every agent that was heard of lately and whose workstation may still log in."""
    heard = agents.heard(now)
    if not heard:
        return []
    leaders = {lease.holder for lease in agents.leases(now).values()}
    enabled = {station.id for station in directory.all_workstations() if not station.disabled}
    return [
        Seen(each, _holder(each.workstation_id, each.said["instance"]) in leaders)
        for each in heard
        if each.workstation_id in enabled
    ]


def last_heard(now: datetime) -> dict[str, datetime]:
    """When each of them was heard of last, by workstation."""
    return {seen.heard.workstation_id: seen.heard.at for seen in known(now)}
