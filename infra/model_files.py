"""Triangles as files: STL (binary and ASCII), OBJ, 3MF. The same triangles give the same bytes."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Triangles = NDArray[np.float32]

_STL_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time stamp of every zip member: the earliest that a zip can hold."""

_FACET = """facet normal {:.6e} {:.6e} {:.6e}
  outer loop
    vertex {:.6e} {:.6e} {:.6e}
    vertex {:.6e} {:.6e} {:.6e}
    vertex {:.6e} {:.6e} {:.6e}
  endloop
endfacet
"""
_CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
</Types>
"""
_RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Target="/3D/3dmodel.model" Id="rel0"
 Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>
</Relationships>
"""
_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xml:lang="en-US" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
<resources><object id="1" type="model" name="{name}"><mesh>
<vertices>
{vertices}</vertices>
<triangles>
{triangles}</triangles>
</mesh></object></resources>
<build><item objectid="1"/></build>
</model>
"""


def encode(triangles: Triangles, extension: str, name: str = "model") -> bytes:
    """The triangles as a file: ".stl" (binary), ".ascii.stl", ".obj" or ".3mf"."""
    return _ENCODERS[extension](triangles, name)


def binary_stl(triangles: Triangles, name: str = "model") -> bytes:
    """80 bytes of header, the count, 50 bytes a triangle."""
    records = np.zeros(len(triangles), _STL_RECORD)
    records["normal"] = _normals(triangles)
    records["corners"] = triangles
    header = f"{name}, binary STL".encode("ascii", "replace")[:80].ljust(80)
    return header + np.uint32(len(triangles)).tobytes() + records.tobytes()


def ascii_stl(triangles: Triangles, name: str = "model") -> bytes:
    """One solid in text."""
    rows = np.concatenate((_normals(triangles), triangles.reshape(-1, 9)), axis=1)
    facets = "".join(_FACET.format(*row) for row in rows.tolist())
    return f"solid {name}\n{facets}endsolid {name}\n".encode()


def obj(triangles: Triangles, name: str = "model") -> bytes:
    """Shared vertices and 1-based faces."""
    vertices, faces = _indexed(triangles)
    lines = [f"o {name}\n"]
    lines += [f"v {x:.6f} {y:.6f} {z:.6f}\n" for x, y, z in vertices.tolist()]
    lines += [f"f {a} {b} {c}\n" for a, b, c in (faces + 1).tolist()]
    return "".join(lines).encode()


def threemf(triangles: Triangles, name: str = "model") -> bytes:
    """A 3MF package with one object in millimetres."""
    vertices, faces = _indexed(triangles)
    model = _MODEL.format(
        name=html.escape(name),
        vertices="".join(f'<vertex x="{x:.6f}" y="{y:.6f}" z="{z:.6f}"/>\n' for x, y, z in vertices.tolist()),
        triangles="".join(f'<triangle v1="{a}" v2="{b}" v3="{c}"/>\n' for a, b, c in faces.tolist()),
    )
    parts = {"[Content_Types].xml": _CONTENT_TYPES, "_rels/.rels": _RELATIONSHIPS, "3D/3dmodel.model": model}
    return zipped({part: text.encode() for part, text in parts.items()})


def zipped(members: dict[str, bytes]) -> bytes:
    """A deflated zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return buffer.getvalue()


def _normals(triangles: Triangles) -> Triangles:
    """Unit normals (n, 3); zero for triangles without area."""
    edges = triangles[:, 1:] - triangles[:, :1]
    normals = np.cross(edges[:, 0], edges[:, 1])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: Triangles = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
    return unit


def _indexed(triangles: Triangles) -> tuple[Triangles, NDArray[np.int64]]:
    """Distinct vertices (v, 3) and the faces (n, 3) that name them."""
    corners = np.ascontiguousarray(triangles.reshape(-1, 3) + np.float32(0))  # -0 and 0 are one place
    _, first, number = np.unique(corners.view("V12").ravel(), return_index=True, return_inverse=True)
    return corners[first], number.reshape(-1, 3)


_ENCODERS: dict[str, Callable[[Triangles, str], bytes]] = {
    ".stl": binary_stl,
    ".ascii.stl": ascii_stl,
    ".obj": obj,
    ".3mf": threemf,
}
