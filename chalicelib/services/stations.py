"""Workstations: who may log in from where, and as what."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from chalicelib.aws import directory, events
from chalicelib.aws.tables import Workstation
from chalicelib.aws.transactions import ConditionFailed, Stage
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.events import EventType
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import Caller
from chalicelib.services import changes, clock, passwords

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StationChange:
    """What is to be different; None leaves a thing as it is."""

    display_name: str | None = None
    role: Actor | None = None
    password: str | None = None
    disabled: bool | None = None
    share_path: str | None = None

    @property
    def ends_sessions(self) -> bool:
        """True when nobody may go on with what the workstation was before."""
        return self.role is not None or self.password is not None or bool(self.disabled)


def add(
    station_id: str, display_name: str, role: Actor, password: str, share_path: str, by: Caller
) -> Workstation:
    """Register a computer. Raises Conflict when the id is taken."""
    now = clock.now()
    known = directory.find_workstation(station_id)
    if known and changes.is_repeat(by, now):
        return known
    station = Workstation(
        id=station_id,
        display_name=display_name,
        role=role.value,
        password_hash=passwords.hashed(password),
        share_path=share_path,
    )
    details = {"workstation": station_id, "change": "added", "role": role.value}
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, now, details)
    try:
        events.record([told], lambda t: directory.stage_add_workstation(t, station), *changes.once(by, now))
    except ConditionFailed:
        raise Conflict(f"There is a workstation “{station_id}” already.", code="duplicate") from None
    return station


def change(station_id: str, wanted: StationChange, by: Caller) -> Workstation:
    """Change a workstation; a new role or password, or disabling, ends its sessions at once.

    Raises NotFound, and Conflict for what would leave the lab without an administrator.
    """
    station = directory.find_workstation(station_id)
    if station is None:
        raise NotFound(f"There is no workstation “{station_id}”.", workstation=station_id)
    now, updates = clock.now(), _updates(wanted)
    if not updates or changes.is_repeat(by, now):
        return station
    changed = sorted(name.replace("password_hash", "password") for name in updates)
    details = {"workstation": station_id, "change": "changed", "fields": changed}
    told = events.make(events.SYSTEM_EVENTS, EventType.ADMIN_ACTION, by, now, details)
    stages: list[Stage] = [
        lambda t: directory.stage_change_workstation(t, station, updates, wanted.ends_sessions),
        *changes.once(by, now),
    ]
    if station.role == Actor.ADMIN and (wanted.disabled or wanted.role not in {None, Actor.ADMIN}):
        other = _another_admin(station_id)
        stages.append(lambda t: directory.stage_require_admin(t, other))
    try:
        events.record([told], *stages)
    except ConditionFailed:
        raise Conflict("Somebody changed a workstation at the same moment. Please look again.") from None
    return directory.find_workstation(station_id) or station


def _updates(wanted: StationChange) -> dict[str, Any]:
    updates: dict[str, Any] = {
        "display_name": wanted.display_name,
        "role": wanted.role.value if wanted.role else None,
        "password_hash": passwords.hashed(wanted.password) if wanted.password else None,
        "disabled": wanted.disabled,
        "share_path": wanted.share_path,
    }
    return {name: value for name, value in updates.items() if value is not None}


def _another_admin(station_id: str) -> str:
    """An administrator's workstation that stays; the transaction holds it to that."""
    for station in directory.all_workstations():
        if station.id != station_id and station.role == Actor.ADMIN and not station.disabled:
            return station.id
    raise Conflict(
        "This is the only administrator's workstation: make another one first.", code="last_administrator"
    )
