"""A job's files as staff see them: which to print, and what slicers wrote into them."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from chalicelib.api.views.common import Time
from chalicelib.api.views.models import Size
from chalicelib.aws import tables
from chalicelib.domain import filenames
from chalicelib.domain.catalog import Catalog
from chalicelib.domain.filenames import Candidate
from chalicelib.services.slicing import Slicing
from chalicelib.slicer_output import SlicerFacts
from chalicelib.slicer_output.differences import differences
from chalicelib.slicer_output.facts import Sizes


class FilamentUse(BaseModel):
    """What one extruder uses; null is what the slicer does not tell."""

    type: str | None
    length_mm: float | None
    weight_g: float | None


class MaterialWeight(BaseModel):
    """What the print weighs in a material of the catalog, by its volume and density."""

    material: str
    weight_g: float


class DifferenceView(BaseModel):
    """Why the file is not for `choice`, the id of a printer or a material."""

    about: Literal["printer", "size", "material"]
    choice: str
    message: str


class SlicingView(BaseModel):
    """What a slicer wrote into its file; null is what it does not tell.

    Only where there is no weight, `estimated_weights` has one for each material of the job's method.
    `differences` are those of every printer and material of the method. `thumbnail` is a data URL.
    """

    slicer: str | None
    slicer_version: str | None
    printer: str | None
    nozzle_mm: float | None
    weight_g: float | None
    time_s: int | None
    filaments: list[FilamentUse]
    layers: int | None
    layer_height_mm: float | None
    size_mm: Size | None
    thumbnail: str | None
    estimated_weights: list[MaterialWeight]
    differences: list[DifferenceView]

    @classmethod
    def of(cls, facts: SlicerFacts, job: tables.Job, catalog: Catalog) -> SlicingView:
        """For a job, which says what could be chosen."""
        printers, materials = catalog.printers_for(job.method), catalog.materials_for(job.method)
        weights = {} if facts.weight_g else {m.id: facts.weight_by(m.density_g_cm3) for m in materials}
        return cls(
            slicer=facts.slicer,
            slicer_version=facts.slicer_version,
            printer=facts.printer,
            nozzle_mm=_number(facts.nozzle_mm),
            weight_g=_number(facts.weight_g),
            time_s=facts.time_s,
            filaments=[
                FilamentUse(type=f.type, length_mm=_number(f.length_mm), weight_g=_number(f.weight_g))
                for f in facts.used
            ],
            layers=facts.layers,
            layer_height_mm=_number(facts.layer_height_mm),
            size_mm=_size(facts.size_mm),
            thumbnail=_data_url(facts.thumbnail),
            estimated_weights=[
                MaterialWeight(material=material, weight_g=float(weight))
                for material, weight in weights.items()
                if weight
            ],
            differences=[DifferenceView(**vars(d)) for d in differences(facts, printers, materials)],
        )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _size(sides: Sizes | None) -> Size | None:
    return (float(sides[0]), float(sides[1]), float(sides[2])) if sides else None


def _data_url(png: bytes | None) -> str | None:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else None


class NotRead(BaseModel):
    """Why a slicer's file tells nothing."""

    code: str
    message: str


class CandidateView(BaseModel):
    """A file that could be printed; size in bytes. Of a slicer's file either `slicing` or `not_read`."""

    name: str
    size: int
    modified_at: Time
    is_original: bool
    recommended: bool
    slicing: SlicingView | None
    not_read: NotRead | None


class CandidateList(BaseModel):
    """The job's files, and the one that the form selects."""

    files: list[CandidateView]
    recommended: str | None

    @classmethod
    def of(
        cls, job: tables.Job, files: list[tuple[Candidate, Slicing | None]], catalog: Catalog
    ) -> CandidateList:
        """From the files in the job's folder."""
        best = filenames.recommended([file for file, _ in files])
        return cls(
            files=[
                CandidateView(
                    **vars(file),
                    recommended=file.name == best,
                    slicing=SlicingView.of(told.facts, job, catalog) if told and told.facts else None,
                    not_read=NotRead(**told.problem) if told and told.problem else None,
                )
                for file, told in files
            ],
            recommended=best,
        )


class FileLink(BaseModel):
    """A download that ends."""

    url: str
    expires_at: Time
