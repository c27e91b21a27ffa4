"""Models that students upload: read, measured, checked against the printers and pictured.

mesh = load(data, ".stl")            # or ModelRefused(code, message)
known = facts(mesh)
verdict(known, catalog.printers_for("Filament")).reasons
thumbnail(mesh, "#1d4fa0")           # PNG
"""

from .errors import REFUSAL_CODES, ModelRefused
from .facts import MeshFacts, facts
from .fit import Fit, fit
from .loading import EXTENSIONS, load
from .mesh import Mesh
from .thumbnail import thumbnail
from .verdict import Reason, Verdict, verdict
from .weight import FILAMENT, RESIN, WeightEstimate, estimate_weight_g

__all__ = [
    "EXTENSIONS",
    "FILAMENT",
    "REFUSAL_CODES",
    "RESIN",
    "Fit",
    "Mesh",
    "MeshFacts",
    "ModelRefused",
    "Reason",
    "Verdict",
    "WeightEstimate",
    "estimate_weight_g",
    "facts",
    "fit",
    "load",
    "thumbnail",
    "verdict",
]
