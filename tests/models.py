"""Small valid models: a closed prism, 30 mm high, as wide as a seed says."""

from __future__ import annotations

import io
import itertools
import math
import struct
import zipfile

Point = tuple[float, float, float]
Triangle = tuple[Point, Point, Point]

_HEIGHT = 30.0
_CORE = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
_seeds = itertools.count(1)


def next_seed() -> int:
    """A seed that no earlier call has given: two models of one test run are never the same by accident."""
    return next(_seeds)


def _prism(seed: int, sides: int) -> list[Triangle]:
    radius = 10 + (seed % 100_000) / 10_000
    ring = [2 * math.pi * i / sides for i in range(sides)]
    low = [(radius * math.cos(a), radius * math.sin(a), 0.0) for a in ring]
    high = [(x, y, _HEIGHT) for x, y, _ in low]
    triangles: list[Triangle] = []
    for i in range(sides):
        j = (i + 1) % sides
        triangles += [(low[i], low[j], high[j]), (low[i], high[j], high[i])]
    for i in range(1, sides - 1):
        triangles += [(low[0], low[i + 1], low[i]), (high[0], high[i], high[i + 1])]
    return triangles


def stl_bytes(seed: int, sides: int = 12) -> bytes:
    """A binary STL of 84 + 50·(4·sides − 4) bytes."""
    triangles = _prism(seed, sides)
    records = [struct.pack("<12fH", 0, 0, 0, *itertools.chain(*corners), 0) for corners in triangles]
    return bytes(80) + struct.pack("<I", len(triangles)) + b"".join(records)


def ascii_stl_bytes(seed: int, sides: int = 12) -> bytes:
    """The same prism as text."""
    lines = ["solid prism"]
    for corners in _prism(seed, sides):
        lines += ["facet normal 0 0 0", "outer loop"]
        lines += [f"vertex {x:.6f} {y:.6f} {z:.6f}" for x, y, z in corners]
        lines += ["endloop", "endfacet"]
    return "\n".join([*lines, "endsolid prism", ""]).encode()


def obj_bytes(seed: int, sides: int = 12) -> bytes:
    """The same prism as Wavefront OBJ, each triangle with corners of its own."""
    triangles = _prism(seed, sides)
    lines = [f"v {x:.6f} {y:.6f} {z:.6f}" for corners in triangles for x, y, z in corners]
    lines += [f"f {3 * i + 1} {3 * i + 2} {3 * i + 3}" for i in range(len(triangles))]
    return "\n".join([*lines, ""]).encode()


def threemf_bytes(seed: int, sides: int = 12) -> bytes:
    """The same prism as a 3MF package."""
    triangles = _prism(seed, sides)
    vertices = "".join(
        f'<vertex x="{x:.6f}" y="{y:.6f}" z="{z:.6f}"/>' for corners in triangles for x, y, z in corners
    )
    faces = "".join(
        f'<triangle v1="{3 * i}" v2="{3 * i + 1}" v3="{3 * i + 2}"/>' for i in range(len(triangles))
    )
    mesh = f"<mesh><vertices>{vertices}</vertices><triangles>{faces}</triangles></mesh>"
    model = (
        f'<?xml version="1.0" encoding="UTF-8"?><model unit="millimeter" xmlns="{_CORE}">'
        f'<resources><object id="1" type="model">{mesh}</object></resources>'
        '<build><item objectid="1"/></build></model>'
    )
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("3D/3dmodel.model", model)
    return package.getvalue()


_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>'
    "</Types>"
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Target="/3D/3dmodel.model" Id="rel0" '
    'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>'
    "</Relationships>"
)
