"""The contract itself, for programs and for /docs."""

from __future__ import annotations

import hashlib
from functools import cache

from chalice.app import Response

from chalicelib.api.caching import unless_same
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.views.common import OpenApi
from chalicelib.domain.lifecycle import Actor

routes = Routes()


@routes.get("/openapi.json", allow={Actor.STUDENT}, answers=OpenApi, caches=True)
def show_contract(call: Call) -> Response:
    """This document: every route, what it reads and answers, and who may call it."""
    contract = _contract()
    etag = hashlib.sha256(contract.model_dump_json().encode()).hexdigest()[:32]
    return unless_same(call, f'"{etag}"', lambda: contract)


@cache
def _contract() -> OpenApi:
    # Imported late: the table of all routes holds this one, and making the document takes a while.
    from chalicelib.api import ROUTES, openapi

    return OpenApi(openapi.document(ROUTES))
