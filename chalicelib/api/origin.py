"""One origin: the API answers only what came through CloudFront, which shows a key to prove itself.

Without this, whoever finds the address of the API itself would pass by the site, and could claim any
client address. A resource policy or an authorizer of API Gateway cannot compare a header with a secret that
rotates, and a firewall costs more each month than everything else together.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any

from chalicelib.aws import secrets
from chalicelib.config import settings
from chalicelib.domain.errors import NotPermitted

log = logging.getLogger(__name__)

_KEY = "x-origin-key"
# infra/edge/client.js replaces whatever a client says under this name.
_CLIENT = "x-client-address"


def require(request: Any) -> None:
    """Raise NotPermitted unless the request came through CloudFront, or needs not to (on one PC)."""
    keys = secrets.origin_keys()
    shown = (request.headers.get(_KEY) or "").encode()
    if keys and not any(hmac.compare_digest(shown, key.encode()) for key in keys):
        address = request.context["identity"]["sourceIp"]
        log.warning("access refused", extra={"address": address, "reason": "direct_access"})
        raise NotPermitted(f"Use the address of the site: {settings().public_url}", code="direct_access")


def client_address(request: Any) -> str:
    """Who asks, by network address: CloudFront's word where it is required, the connection's otherwise."""
    told = request.headers.get(_CLIENT) if secrets.origin_keys() else None
    address: str = told or request.context["identity"]["sourceIp"]
    return address
