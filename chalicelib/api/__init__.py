"""The HTTP face of PrintLab: every endpoint, in one table."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api import (
    actions,
    admin,
    analytics,
    auth,
    confirm,
    contract,
    diagnosis,
    jobs,
    locks,
    maintenance,
    money,
    monitoring,
    operations,
    overrides,
    public,
    repairs,
    staff,
    submit,
    sync,
)
from chalicelib.api.routing import Route
from chalicelib.api.routing import register as register_route

_MODULES = (
    contract,
    public,
    auth,
    submit,
    confirm,
    jobs,
    locks,
    actions,
    overrides,
    sync,
    staff,
    admin,
    maintenance,
    repairs,
    analytics,
    money,
    operations,
    monitoring,
    diagnosis,
)
ROUTES: tuple[Route, ...] = tuple(route for module in _MODULES for route in module.routes.table)


def register(app: Chalice) -> None:
    """Make every route an endpoint of `app`."""
    for route in ROUTES:
        register_route(app, route)
