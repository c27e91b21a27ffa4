"""What administrators may send."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import ip_network
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.api.schemas import Body, ByStaff, Id, Name
from chalicelib.api.views.access import Role
from chalicelib.domain.audit import FindingKind
from chalicelib.domain.filenames import has_control_characters

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Password = Annotated[str, StringConstraints(min_length=10, max_length=200)]
SharePath = Annotated[str, StringConstraints(max_length=250)]
Color = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Side = Annotated[float, Field(gt=0, le=5000, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=3650)]


def _network(text: str) -> str:
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValueError(f"“{text}” is not a network. Write it like 192.0.2.0/24 or 2001:db8::/32.") from None


Network = Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]


class PageQuery(Body):
    """Which page of a list."""

    page: Annotated[int, Field(ge=1, le=1000)] = 1
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class HistoryQuery(Body):
    """How far back, at most seven days."""

    hours: Annotated[int, Field(ge=1, le=168)] = 24


class TestMailRequest(ByStaff):
    """Where to send a test mail."""

    to: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class NewStaff(ByStaff):
    """A name to add to the list; `staff_name` is who adds it."""

    name: Name


class StaffChange(ByStaff):
    """Deactivate, or bring back."""

    is_active: bool


class NewWorkstation(ByStaff):
    """A computer that may log in."""

    id: Slug
    display_name: Name
    role: Role
    password: Password
    share_path: SharePath = ""


class WorkstationChange(ByStaff):
    """What is to be different; what is left out stays."""

    display_name: Name | None = None
    role: Role | None = None
    password: Password | None = None
    disabled: bool | None = None
    share_path: SharePath | None = None


class Part(BaseModel):
    """Base of the catalog's parts."""

    model_config = ConfigDict(extra="forbid")


class CatalogMethod(Part):
    """A way of printing, with the text that the form shows."""

    id: Id
    description: Annotated[str, StringConstraints(min_length=1, max_length=500)]


class CatalogPrinter(Part):
    """A machine; build volume as width, depth, height in mm."""

    id: Slug
    name: Name
    methods: Annotated[list[Id], Field(min_length=1, max_length=10)]
    build_volume_mm: Annotated[list[Side], Field(min_length=3, max_length=3)]
    active: bool


class CatalogMaterial(Part):
    """A material; the price in cents per gram may have two decimals. Left out, the density stays as it is."""

    id: Slug
    name: Name
    method: Id
    price_per_gram_cents: Annotated[Decimal, Field(gt=0, le=100_000, decimal_places=2)]
    colors: Annotated[list[Color], Field(min_length=1, max_length=100)]
    active: bool
    density_g_cm3: Annotated[Decimal, Field(gt=0, le=25, decimal_places=3)] | None = None


class CatalogUpdate(ByStaff):
    """The whole catalog as it shall be. Send `If-Match` with the ETag of the one that was edited."""

    methods: Annotated[list[CatalogMethod], Field(min_length=1, max_length=10)]
    printers: Annotated[list[CatalogPrinter], Field(min_length=1, max_length=100)]
    materials: Annotated[list[CatalogMaterial], Field(min_length=1, max_length=100)]


class SettingsUpdate(ByStaff):
    """The settings to change; what is left out stays."""

    minimum_charge_cents: Annotated[int, Field(ge=0, le=100_000)] | None = None
    confirmation_hours: Annotated[int, Field(ge=1, le=720)] | None = None
    session_hours: Annotated[int, Field(ge=1, le=24)] | None = None
    revert_window_minutes: Annotated[int, Field(ge=0, le=10_080)] | None = None
    submissions_per_hour: Annotated[int, Field(ge=1, le=1000)] | None = None
    campus_submissions_per_hour: Annotated[int, Field(ge=1, le=10_000)] | None = None
    campus_networks: Annotated[list[Network], Field(max_length=50)] | None = None
    logins_per_hour: Annotated[int, Field(ge=3, le=1000)] | None = None
    catalog_requests_per_minute: Annotated[int, Field(ge=10, le=10_000)] | None = None
    resend_cooldown_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    new_staff_days: Annotated[int, Field(ge=0, le=90)] | None = None
    archive_after_days: Days | None = None
    prune_after_days: Days | None = None
    environment_banner: Annotated[str, StringConstraints(max_length=200)] | None = None
    sound_enabled: bool | None = None
    sound_volume_percent: Annotated[int, Field(ge=0, le=100)] | None = None
    storage_limit_gb: Annotated[int, Field(ge=1, le=100_000)] | None = None


class RetentionRun(ByStaff):
    """How old, in days since its last change of status, a job must be; the lab's setting if left out."""

    retention_days: Days | None = None
    dry_run: bool = False


class ReportQuery(BaseModel):
    """Which audit's report (the last one's if left out), of one kind of findings, and which page of it."""

    model_config = ConfigDict(extra="forbid")

    task_id: Id | None = None
    kind: FindingKind | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, StringConstraints(pattern=r"^[a-z_]{5,40}#[0-9a-f]{32}$")] | None = None


class AuditStart(ByStaff):
    """Who wants the audit."""


def _plain_key(key: str) -> str:
    parts = key.split("/")
    if "" in parts or ".." in parts or "." in parts or "\\" in key or has_control_characters(key):
        raise ValueError("Use the key as the report gives it.")
    return key


ObjectKey = Annotated[str, StringConstraints(min_length=1, max_length=1024), AfterValidator(_plain_key)]


class FileRemoval(ByStaff):
    """Which file of the report."""

    key: ObjectKey


class CounterRepair(ByStaff):
    """Which counter, by its key in the report."""

    key: ObjectKey


class JobRepair(ByStaff):
    """Which job of the report."""

    job_id: Id
