"""The knobs an administrator can turn, with the values a new lab starts with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class LabSettings:
    """Lab-wide settings; money in cents, times in the unit that the name says."""

    minimum_charge_cents: int = 300
    confirmation_hours: int = 72
    session_hours: int = 12
    revert_window_minutes: int = 60
    submissions_per_hour: int = 5
    campus_submissions_per_hour: int = 60
    campus_networks: tuple[str, ...] = ()
    logins_per_hour: int = 10
    catalog_requests_per_minute: int = 60
    resend_cooldown_minutes: int = 60
    new_staff_days: int = 7
    archive_after_days: int = 45
    prune_after_days: int = 365
    environment_banner: str = ""
    sound_enabled: bool = True
    sound_volume_percent: int = 50
    storage_limit_gb: int = 100

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> LabSettings:
        """Read the stored JSON form; a key that is absent keeps its default."""
        known = {f.name: data[f.name] for f in fields(cls) if f.name in data}
        if "campus_networks" in known:
            known["campus_networks"] = tuple(known["campus_networks"])
        return cls(**known)
