"""The HTTP face of PrintLab: every endpoint, in one table."""

from __future__ import annotations

from chalice.app import Chalice

from chalicelib.api import (
    actions,
    admin,
    auth,
    confirm,
    jobs,
    locks,
    maintenance,
    overrides,
    public,
    repairs,
    staff,
    submit,
)
from chalicelib.api.routing import Route
from chalicelib.api.routing import register as register_route

_MODULES = (
    public,
    auth,
    submit,
    confirm,
    jobs,
    locks,
    actions,
    overrides,
    staff,
    admin,
    maintenance,
    repairs,
)
ROUTES: tuple[Route, ...] = tuple(route for module in _MODULES for route in module.routes.table)


def register(app: Chalice) -> None:
    """Make every route an endpoint of `app`."""
    for route in ROUTES:
        register_route(app, route)
