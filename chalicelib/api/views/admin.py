"""What administrators see."""

from __future__ import annotations

from typing import Any, cast

from pydantic import BaseModel

from chalicelib.api.views.access import Role
from chalicelib.api.views.common import Time
from chalicelib.aws import tables
from chalicelib.aws.documents import StoredSettings


class StationView(BaseModel):
    """A workstation as administrators see it; never its password."""

    id: str
    display_name: str
    role: Role
    disabled: bool
    share_path: str

    @classmethod
    def of(cls, station: tables.Workstation) -> StationView:
        """From the table's row."""
        return cls(
            id=station.id,
            display_name=station.display_name,
            role=cast(Role, station.role),
            disabled=station.disabled,
            share_path=station.share_path,
        )


class StationList(BaseModel):
    """Every workstation, by id."""

    workstations: list[StationView]


class SettingsView(BaseModel):
    """The lab's settings, and who changed them last; money in cents, times in the unit that the name says."""

    version: int
    updated_by: str | None
    updated_at: Time | None
    minimum_charge_cents: int
    confirmation_hours: int
    session_hours: int
    revert_window_minutes: int
    submissions_per_hour: int
    campus_submissions_per_hour: int
    campus_networks: list[str]
    logins_per_hour: int
    catalog_requests_per_minute: int
    resend_cooldown_minutes: int
    new_staff_days: int
    archive_after_days: int
    prune_after_days: int
    environment_banner: str
    sound_enabled: bool
    sound_volume_percent: int
    storage_limit_gb: int

    @classmethod
    def of(cls, stored: StoredSettings) -> SettingsView:
        """From the current settings."""
        networks = list(stored.settings.campus_networks)
        values: dict[str, Any] = vars(stored.settings) | {"campus_networks": networks}
        return cls(
            version=stored.version, updated_by=stored.updated_by, updated_at=stored.updated_at, **values
        )
