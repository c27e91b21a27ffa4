"""Workstation sessions, and the staff names that act from them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from chalicelib.aws import directory, documents, glance, limits
from chalicelib.aws.counters import Tally
from chalicelib.aws.tables import StaffMember, Workstation
from chalicelib.domain import networks
from chalicelib.domain.errors import InvalidInput, NotAuthenticated, TooManyRequests
from chalicelib.domain.lifecycle import Actor
from chalicelib.domain.people import Caller
from chalicelib.services import clock, passwords, tokens

log = logging.getLogger(__name__)


@cache
def _nobody() -> str:
    """What an unknown workstation's password is compared with, so that the answer takes as long."""
    return passwords.hashed("")


@dataclass(frozen=True)
class LoggedIn:
    """A session that is valid now."""

    workstation: Workstation
    expires_at: datetime

    @property
    def actor(self) -> Actor:
        """The workstation's role."""
        return Actor(self.workstation.role)


def log_in(workstation_id: str, password: str, address: str) -> tuple[str, LoggedIn]:
    """A session token. Raises NotAuthenticated, TooManyRequests (per address)."""
    now, settings = clock.now(), documents.lab_settings()
    host, hour = networks.host(address), timedelta(hours=1)
    wait = limits.seconds_until_allowed("login", host, settings.logins_per_hour, hour, now)
    if wait:
        raise TooManyRequests("Too many logins from here. Please wait.", retry_after=wait)
    workstation = directory.find_workstation(workstation_id)
    stored = workstation.password_hash if workstation else _nobody()
    if not passwords.matches(password, stored) or workstation is None or workstation.disabled:
        log.warning("login refused", extra={"workstation_id": workstation_id, "address": address})
        raise NotAuthenticated("Invalid workstation ID or password.", code="invalid_credentials")
    token, expires_at = tokens.session(
        workstation.id, int(workstation.token_epoch), timedelta(hours=settings.session_hours), now
    )
    return token, LoggedIn(workstation, expires_at)


def authenticate(token: str) -> LoggedIn:
    """The session behind a token, as the table says now: disabling and logout count at once."""
    session = tokens.read_session(token)
    return _valid(session, directory.find_workstation(session.workstation_id))


def authenticate_and_tally(token: str) -> tuple[LoggedIn, Tally]:
    """The same, with the tally of the jobs read in the same call."""
    session = tokens.read_session(token)
    workstation, tally = glance.workstation_and_tally(session.workstation_id)
    return _valid(session, workstation), tally


def _valid(session: tokens.Session, workstation: Workstation | None) -> LoggedIn:
    if workstation is None or workstation.disabled or int(workstation.token_epoch) != session.epoch:
        raise NotAuthenticated("Please log in: this session was ended.")
    return LoggedIn(workstation, session.expires_at)


def log_out(session: LoggedIn) -> None:
    """End every session of the workstation."""
    directory.revoke_sessions(session.workstation.id)


def attribute(session: LoggedIn, staff_name: str, request_id: str | None) -> Caller:
    """The caller of a change. Raises InvalidInput unless `staff_name` is an active staff member."""
    member = directory.find_staff(staff_name)
    if member is None or not member.is_active:
        raise InvalidInput.field(
            "staff_name", f"“{staff_name}” is not an active staff member.", code="unknown_staff"
        )
    station = session.workstation
    return Caller(session.actor, member.name, station.id, station.display_name, request_id)


def staff(include_inactive: bool) -> list[StaffMember]:
    """The names for the attribution list, or everyone ever."""
    return [member for member in directory.all_staff() if include_inactive or member.is_active]


def is_new(member: StaffMember, days: int) -> bool:
    """True for so many days after the name was added, while it is highlighted."""
    return clock.now() < member.added_at + timedelta(days=days)
