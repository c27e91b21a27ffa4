"""Small meshes with known properties, and ways to load them."""

from __future__ import annotations

import numpy as np

from chalicelib.models3d import Mesh, ModelRefused, load
from infra.model_files import binary_stl, zipped
from infra.solids import Triangles, ball, moved, prism, sheet

CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="r" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/></Relationships>'
)
TETRAHEDRON = (
    '<mesh><vertices><vertex x="0" y="0" z="0"/><vertex x="6" y="0" z="0"/><vertex x="0" y="6" z="0"/>'
    '<vertex x="0" y="0" z="6"/></vertices><triangles><triangle v1="0" v2="2" v3="1"/>'
    '<triangle v1="0" v2="1" v3="3"/><triangle v1="1" v2="2" v3="3"/><triangle v1="0" v2="3" v3="2"/>'
    "</triangles></mesh>"
)
"""Volume 36 mm³, outward-facing."""


def box(x: float = 20.0, y: float = 20.0, z: float = 20.0) -> Triangles:
    """A box with one corner at the origin: 12 triangles."""
    return prism(np.array([0, x, x + 1j * y, 1j * y]), z)


def sphere(radius: float = 10.0, steps: int = 64) -> Triangles:
    return ball(radius, steps)


def torus(major: float = 30.0, minor: float = 10.0, steps: int = 200) -> Triangles:
    u = np.linspace(0, 2 * np.pi, steps, endpoint=False)[:, None]
    v = np.linspace(0, 2 * np.pi, steps, endpoint=False)[None, :]
    ring = major + minor * np.cos(v)
    points = np.stack((ring * np.cos(u), ring * np.sin(u), minor * np.sin(v) + 0 * u), axis=-1)
    return sheet(points, wrap_u=True, wrap_v=True)[:, ::-1]


def apart(*bodies: Triangles, gap: float = 100.0) -> Triangles:
    """Bodies side by side in x."""
    return np.concatenate([moved(body, gap * number, 0, 0) for number, body in enumerate(bodies)])


def mesh_of(triangles: Triangles) -> Mesh:
    return load(binary_stl(triangles), ".stl")


def threemf(resources: str, build: str, attributes: str = 'unit="millimeter"', **parts: str) -> bytes:
    """A 3MF package from the inside of <resources> and <build>; further parts by name under 3D/."""
    model = (
        f'<?xml version="1.0" encoding="UTF-8"?><model {attributes} xmlns="{CORE}" xmlns:p="{PRODUCTION}">'
        f"<resources>{resources}</resources><build>{build}</build></model>"
    )
    others = {f"3D/{name}.model": text.encode() for name, text in parts.items()}
    return zipped({"_rels/.rels": RELATIONSHIPS.encode(), "3D/3dmodel.model": model.encode(), **others})


def thing(number: int, inside: str = TETRAHEDRON, attributes: str = "") -> str:
    """One <object>."""
    return f'<object id="{number}" {attributes}>{inside}</object>'


def refusal(data: bytes, extension: str) -> ModelRefused:
    """The refusal that loading ends with."""
    try:
        load(data, extension)
    except ModelRefused as refused:
        return refused
    raise AssertionError("the file was accepted")
