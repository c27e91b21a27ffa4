"""What anybody may read: health, the catalog, a price."""

from __future__ import annotations

from datetime import timedelta

from chalice.app import Response

from chalicelib.api.caching import unless_same
from chalicelib.api.call import Call
from chalicelib.api.routing import Routes
from chalicelib.api.schemas import CostQuery
from chalicelib.api.views.public import CatalogVersion, CatalogView, CostView, HealthView
from chalicelib.aws import documents, limits
from chalicelib.domain import networks, pricing
from chalicelib.domain.errors import InvalidInput, TooManyRequests
from chalicelib.domain.lifecycle import Actor
from chalicelib.services import clock, health

routes = Routes()


@routes.get("/health", allow={Actor.STUDENT}, answers=HealthView, reports_outages=True)
def check_health(call: Call) -> Response:
    """200 while everything answers, 503 naming what is down."""
    components = health.components()
    well = all(components.values())
    view = HealthView(
        status="ok" if well else "degraded",
        components={name: "ok" if up else "down" for name, up in components.items()},
    )
    headers: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return Response(view.model_dump_json(), headers, 200 if well else 503)


@routes.get("/catalog", allow={Actor.STUDENT}, answers=CatalogView, caches=True, refuses=(429,))
def show_catalog(call: Call) -> Response:
    """Methods, printers, materials and colours; 304 when the caller has this version."""
    catalog, settings = documents.catalog_and_settings()
    _limit(call, settings.catalog_requests_per_minute)
    etag = f'"{catalog.version}-{settings.minimum_charge_cents}"'
    return unless_same(call, etag, lambda: CatalogView.of(catalog, settings))


@routes.get("/catalog/version", allow={Actor.STUDENT}, answers=CatalogVersion, caches=True, refuses=(429,))
def show_catalog_version(call: Call) -> Response:
    """Only the catalog's version; 304 when the caller has it."""
    catalog, settings = documents.catalog_and_settings()
    _limit(call, settings.catalog_requests_per_minute)
    return unless_same(call, f'"{catalog.version}"', lambda: CatalogVersion(version=catalog.version))


def _limit(call: Call, allowed: int) -> None:
    host, minute = networks.host(call.address), timedelta(minutes=1)
    wait = limits.seconds_until_allowed("catalog", host, allowed, minute, clock.now())
    if wait:
        raise TooManyRequests("Too many requests. Please wait a moment.", retry_after=wait)


@routes.get("/cost/preview", allow={Actor.STUDENT})
def preview_cost(call: Call, query: CostQuery) -> CostView:
    """What a weight of a material costs."""
    catalog, settings = documents.catalog_and_settings()
    material = catalog.material(query.material)
    if material is None:
        raise InvalidInput.field("material", "The catalog has no such material.")
    minimum = settings.minimum_charge_cents
    cost = pricing.cost_cents(query.weight_g, material.price_per_gram_cents, minimum)
    by_weight = query.weight_g * material.price_per_gram_cents
    return CostView(cost_cents=cost, cost_usd=pricing.usd(cost), minimum_applied=by_weight < minimum)
