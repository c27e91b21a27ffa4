"""What all answers share: times, money, and the small answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BaseModel, PlainSerializer, RootModel

from chalicelib.aws import tables
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.pricing import usd

Time = Annotated[
    datetime,
    PlainSerializer(
        lambda t: t.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        return_type=str,
    ),
]


class Done(BaseModel):
    """It is done; there is nothing more to say."""


class Message(BaseModel):
    """It is done, in words for the person who asked."""

    message: str
    next_allowed_at: Time | None = None


class OpenApi(RootModel[dict[str, Any]]):
    """An OpenAPI 3.1 document."""


class Deleted(BaseModel):
    """The id of what is gone."""

    deleted: str


def cents(value: float | None) -> int | None:
    """DynamoDB\'s number as whole cents."""
    return None if value is None else int(value)


def dollars(cents: int | None) -> str | None:
    """Whole cents as "4.53"."""
    return None if cents is None else usd(cents)


def _material_name(job: tables.Job, catalog: Catalog) -> str | None:
    material = catalog.material(job.material or "")
    return material.name if material else job.material


def print_facts(job: tables.Job, catalog: Catalog) -> dict[str, Any]:
    """What students and staff both see of a job's print."""
    printer = catalog.printer(job.printer)
    cost = cents(job.cost_cents)
    return {
        "short_id": job.short_id,
        "display_name": job.display_name,
        "method": job.method,
        "printer_name": printer.name if printer else job.printer,
        "color": job.color,
        "material": job.material,
        "material_name": _material_name(job, catalog),
        "weight_g": None if job.weight_g is None else float(job.weight_g),
        "time_hours": None if job.time_hours is None else float(job.time_hours),
        "cost_cents": cost,
        "cost_usd": dollars(cost),
        "status": job.status,
        "status_label": job.status.label,
    }
