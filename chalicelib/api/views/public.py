"""What anybody may read."""

from __future__ import annotations

from pydantic import BaseModel

from chalicelib.domain import filenames
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.lab_settings import LabSettings
from chalicelib.domain.submissions import DISCIPLINES, MAX_FILE_BYTES, MIN_FILE_BYTES


class HealthView(BaseModel):
    """`status` is ok or degraded; `components` says of each whether it is ok or down."""

    status: str
    components: dict[str, str]


class MethodView(BaseModel):
    """A way of printing."""

    id: str
    description: str


class PrinterView(BaseModel):
    """A machine; build volume as width, depth, height in mm."""

    id: str
    name: str
    methods: list[str]
    build_volume_mm: tuple[float, float, float]
    active: bool


class MaterialView(BaseModel):
    """A material and its colours on the shelf."""

    id: str
    name: str
    method: str
    price_per_gram_cents: float
    colors: list[str]
    active: bool
    density_g_cm3: float | None


class CatalogView(BaseModel):
    """The offer, and the limits that a form needs to know."""

    version: int
    methods: list[MethodView]
    printers: list[PrinterView]
    materials: list[MaterialView]
    minimum_charge_cents: int
    disciplines: list[str]
    min_file_bytes: int
    max_file_bytes: int
    extensions: list[str]

    @classmethod
    def of(cls, catalog: Catalog, settings: LabSettings) -> CatalogView:
        """From the current catalog and settings."""
        return cls(
            version=catalog.version,
            methods=[MethodView(**vars(m)) for m in catalog.methods],
            printers=[
                PrinterView(
                    id=p.id,
                    name=p.name,
                    methods=list(p.methods),
                    build_volume_mm=p.build_volume_mm,
                    active=p.active,
                )
                for p in catalog.printers
            ],
            materials=[
                MaterialView(
                    id=m.id,
                    name=m.name,
                    method=m.method,
                    price_per_gram_cents=float(m.price_per_gram_cents),
                    colors=list(m.colors),
                    active=m.active,
                    density_g_cm3=float(m.density_g_cm3) if m.density_g_cm3 else None,
                )
                for m in catalog.materials
            ],
            minimum_charge_cents=settings.minimum_charge_cents,
            disciplines=list(DISCIPLINES),
            min_file_bytes=MIN_FILE_BYTES,
            max_file_bytes=MAX_FILE_BYTES,
            extensions=list(filenames.MODEL_EXTENSIONS),
        )


class CatalogVersion(BaseModel):
    """The number that grows with every change of the catalog."""

    version: int


class CostView(BaseModel):
    """A price; `minimum_applied` when the weight alone would cost less."""

    cost_cents: int
    cost_usd: str
    minimum_applied: bool
