"""Workstations and the names that act from them."""

from __future__ import annotations

from typing import Literal, cast

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.aws import tables
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.services import sessions
from chalicelib.services.sessions import LoggedIn

Role = Literal["staff", "admin", "agent"]


class WorkstationView(BaseModel):
    """A computer that is logged in."""

    id: str
    display_name: str
    role: Role
    share_path: str

    @classmethod
    def of(cls, workstation: tables.Workstation) -> WorkstationView:
        """From the table's row, without its password."""
        return cls(
            id=workstation.id,
            display_name=workstation.display_name,
            role=cast(Role, workstation.role),
            share_path=workstation.share_path,
        )


class SessionView(BaseModel):
    """A session and when it ends."""

    workstation: WorkstationView
    expires_at: Time


class LoginAnswer(SessionView):
    """The session, and the token that proves it."""

    token: str

    @classmethod
    def with_token(cls, session: LoggedIn, token: str) -> LoginAnswer:
        """From a session that has just begun."""
        return cls(
            workstation=WorkstationView.of(session.workstation), expires_at=session.expires_at, token=token
        )


class DeskView(BaseModel):
    """The settings that a workstation's screens follow."""

    environment_banner: str
    sound_enabled: bool
    sound_volume_percent: int
    resend_cooldown_minutes: int
    revert_window_minutes: int


class Whoami(SessionView):
    """The session as it stands, and what its screens should do."""

    desk: DeskView

    @classmethod
    def at(cls, session: LoggedIn, settings: LabSettings) -> Whoami:
        """From a valid session and the lab's settings."""
        return cls(
            workstation=WorkstationView.of(session.workstation),
            expires_at=session.expires_at,
            desk=DeskView.model_validate(settings, from_attributes=True),
        )


class StaffView(BaseModel):
    """A name that actions are attributed to; `is_new` while it is highlighted."""

    name: str
    is_active: bool
    added_at: Time
    deactivated_at: Time | None
    is_new: bool

    @classmethod
    def of(cls, member: tables.StaffMember, new_days: int) -> StaffView:
        """From the table's row; `new_days` is the lab's setting."""
        return cls(
            name=member.name,
            is_active=member.is_active,
            added_at=member.added_at,
            deactivated_at=member.deactivated_at,
            is_new=sessions.is_new(member, new_days),
        )


class StaffList(BaseModel):
    """Staff members by name."""

    staff: list[StaffView]
