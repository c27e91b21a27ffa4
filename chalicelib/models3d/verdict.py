"""What to tell a student about a model: everything worth knowing before it is printed, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chalicelib.domain.catalog import Printer

from .facts import MeshFacts, json_object
from .fit import Fit, fit
from .units import size_text

Severity = Literal["info", "warning", "problem"]

_THINNEST_MM = 0.4
_VERY_FINE = 500_000


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to know: a `problem` cannot be printed, a `warning` needs a look, an `info` does not."""

    code: str
    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class PrinterFit:
    """How a model fits one printer."""

    printer_id: str
    printer_name: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Verdict:
    """Reasons, worst first, and the fit of every printer asked about."""

    reasons: tuple[Reason, ...]
    printers: tuple[PrinterFit, ...]

    @property
    def printable(self) -> bool:
        """Whether no reason is a problem."""
        return all(reason.severity != "problem" for reason in self.reasons)

    @property
    def fitting_printers(self) -> tuple[str, ...]:
        """Ids of the printers that the model fits in some way."""
        return tuple(each.printer_id for each in self.printers if each.fit.fits)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        return {
            "printable": self.printable,
            "reasons": [asdict(reason) for reason in self.reasons],
            "printers": [
                {
                    "id": each.printer_id,
                    "name": each.printer_name,
                    "fits": each.fit.fits,
                    **asdict(each.fit, dict_factory=json_object),
                }
                for each in self.printers
            ],
        }


def verdict(facts: MeshFacts, printers: Iterable[Printer]) -> Verdict:
    """Judge a model for the printers of the student's method; without any, its size is not judged."""
    fits = tuple(PrinterFit(each.id, each.name, fit(facts, each.build_volume_mm)) for each in printers)
    found = [_size_reason(fits), *(check(facts) for check in _CHECKS)]
    reasons = [reason for reason in found if reason is not None]
    order: tuple[Severity, ...] = ("problem", "warning", "info")
    return Verdict(tuple(sorted(reasons, key=lambda reason: order.index(reason.severity))), fits)


def _size_reason(fits: tuple[PrinterFit, ...]) -> Reason | None:
    too_small = [each for each in fits if not each.fit.fits]
    if not too_small:
        return None
    if len(too_small) == len(fits):
        best = max(fits, key=lambda each: each.fit.largest_scale)
        message = f"The model is too large for every printer. On the {best.printer_name}: {best.fit.message}"
        return Reason("too_large", "problem", message)
    names = ", ".join(each.printer_name for each in fits if each.fit.fits)
    return Reason("fits_some_printers", "info", f"The model does not fit every printer. It fits: {names}.")


def _unit(facts: MeshFacts) -> Reason | None:
    suspicion = facts.unit_suspicion
    if suspicion is None:
        return None
    return Reason(
        "unit_suspected",
        "warning",
        f"The model is only {size_text(facts.size_mm)} mm. If you drew it in {suspicion.unit}, it should be "
        f"{size_text(suspicion.size_mm)} mm: export it again in millimetres, or scale it up.",
    )


def _thin(facts: MeshFacts) -> Reason | None:
    if min(facts.size_mm) >= _THINNEST_MM or facts.unit_suspicion is not None:
        return None
    return Reason(
        "too_thin",
        "warning",
        f"The model is only {min(facts.size_mm):.2f} mm thick. Printers cannot make walls thinner than about "
        f"{_THINNEST_MM} mm: give the surface a thickness.",
    )


def _holes(facts: MeshFacts) -> Reason | None:
    if facts.watertight:
        return None
    return Reason(
        "not_watertight",
        "warning",
        f"The surface is not closed: it has {_count(facts.open_edges, 'open edge')}. Holes may print "
        "wrongly, and volume and price are only guesses. Repair the model (for example in your slicing "
        "program or in 3D Builder) or make it a solid in your design program.",
    )


def _flipped(facts: MeshFacts) -> Reason | None:
    if not facts.flipped_edges:
        return None
    return Reason(
        "flipped_faces",
        "warning",
        f"Some faces point inwards: the direction changes at {_count(facts.flipped_edges, 'edge')}. Parts "
        "may be missing in the print: unify the normals in your design program.",
    )


def _inside_out(facts: MeshFacts) -> Reason | None:
    if not facts.inside_out:
        return None
    return Reason(
        "inside_out", "info", "The surface is turned inside out. The slicing program will correct that."
    )


def _touching(facts: MeshFacts) -> Reason | None:
    if not facts.non_manifold_edges:
        return None
    return Reason(
        "non_manifold",
        "info",
        f"At {_count(facts.non_manifold_edges, 'edge')} more than two faces meet, as where two parts touch "
        "in a line. Let parts overlap to join them safely.",
    )


def _bodies(facts: MeshFacts) -> Reason | None:
    if facts.bodies < 2:
        return None
    return Reason(
        "several_bodies",
        "info",
        f"The file holds {facts.bodies:,} separate bodies. They are printed where they stand.",
    )


def _fine(facts: MeshFacts) -> Reason | None:
    if facts.triangles <= _VERY_FINE:
        return None
    return Reason(
        "very_fine",
        "info",
        f"The model has {facts.triangles:,} triangles, finer than the printer can show. A coarser export "
        "uploads and slices faster.",
    )


_CHECKS: tuple[Callable[[MeshFacts], Reason | None], ...] = (
    _unit, _thin, _holes, _flipped, _inside_out, _touching, _bodies, _fine,
)  # fmt: skip


def _count(number: int, noun: str) -> str:
    """ "1 edge", "1,200 edges"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
