"""Workstation login."""

from __future__ import annotations

from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import Login
from chalicelib.api.views.access import LoginAnswer, Whoami
from chalicelib.api.views.common import Done
from chalicelib.aws import documents
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import sessions

routes = Routes()


@routes.post("/auth/login", allow={Actor.STUDENT}, keeps_answer=False, refuses=(401, 429))
def log_in(call: Call, login: Login) -> LoginAnswer:
    """Exchange a workstation's password for a session token."""
    token, session = sessions.log_in(login.workstation_id, login.password, call.address)
    return LoginAnswer.with_token(session, token)


@routes.post("/auth/logout", allow={Actor.STAFF, Actor.AGENT})
def log_out(call: Call) -> Done:
    """End every session of this workstation."""
    sessions.log_out(call.workstation)
    return Done()


@routes.get("/auth/me", allow={Actor.STAFF, Actor.AGENT})
def whoami(call: Call) -> Whoami:
    """The session as it stands, and the settings that its screens follow."""
    return Whoami.at(call.workstation, documents.lab_settings())
