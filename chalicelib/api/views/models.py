"""What was measured on a student's model."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Size = tuple[float, float, float]


class UnitSuspicion(BaseModel):
    """The unit that would explain an implausible size, and the size it would give."""

    unit: Literal["inches", "metres", "centimetres"]
    size_mm: Size


class ModelReason(BaseModel):
    """One thing to know before printing."""

    code: str
    severity: Literal["info", "warning", "problem"]
    message: str


class PrinterFit(BaseModel):
    """Whether and how the model fits one printer."""

    id: str
    name: str
    fits: bool
    way: str
    message: str


class Verdict(BaseModel):
    """Reasons, worst first, and the fit of every printer of the student's method."""

    printable: bool
    reasons: list[ModelReason]
    printers: list[PrinterFit]


class MeshFacts(BaseModel):
    """What was measured. The volume means little unless it is reliable."""

    format: str
    triangles: int
    size_mm: Size
    size_in: Size
    volume_mm3: float
    volume_reliable: bool
    area_mm2: float
    bodies: int
    open_edges: int
    non_manifold_edges: int
    flipped_edges: int
    degenerate_faces: int
    watertight: bool
    inside_out: bool
    unit_suspicion: UnitSuspicion | None
    names: list[str]
    verdict: Verdict


class MeshError(BaseModel):
    """Why the model could not be measured."""

    code: str
    message: str
