from __future__ import annotations

import numpy as np
import pytest

from chalicelib.models3d import facts, load
from infra.model_files import obj
from infra.samples import spur_gear

from .shapes import refusal

# How numpy says that it stopped reading; the reader finds out by itself.
pytestmark = pytest.mark.filterwarnings("ignore:string or file could not be read")

CORNERS = "v 0 0 0\nv 10 0 0\nv 10 10 0\nv 0 10 0\n"
PYRAMID = CORNERS + "v 5 5 12\nf 4 3 2 1\nf 1 2 5\nf 2 3 5\nf 3 4 5\nf 4 1 5\n"
"""Volume 400 mm³."""


def volume(text: str | bytes) -> float:
    known = facts(load(text if isinstance(text, bytes) else text.encode(), ".obj"))
    assert known.watertight
    assert not known.inside_out
    return known.volume_mm3


def test_triangles_come_back_as_written() -> None:
    gear = spur_gear()
    mesh = load(obj(gear, "gear"), ".obj")
    assert (mesh.format, mesh.names) == ("obj", ("gear",))
    assert np.allclose(mesh.triangles, gear, atol=1e-5)


@pytest.mark.parametrize(
    "text",
    [
        PYRAMID,
        PYRAMID.rstrip("\n"),
        PYRAMID.replace("\n", "\r\n"),
        PYRAMID.replace("\n", "\r"),
        PYRAMID.replace(" ", "\t"),
        PYRAMID.replace(" ", "   ").replace("\n", "   \n"),
        "\ufeff" + PYRAMID,
        "  " + PYRAMID.replace("\n", "\n  "),
        PYRAMID.replace("f 1 2 5", "f 1 2 5 # a side"),
        PYRAMID.replace("f 1 2 5", "f 1 \\\n 2 \\\r\n 5"),
        PYRAMID.replace("f 1 2 5", "f 1/7 2/8 5/9"),
        PYRAMID.replace("f 1 2 5", "f 1//7 2//8 5//9"),
        PYRAMID.replace("f 1 2 5", "f 1/1/7 2/2/8 5/3/9"),
        PYRAMID.replace("f 4 3 2 1\nf 1 2 5", "f -2 -3 -4 -5\nf -5 -4 -1"),
        PYRAMID.replace("v 5 5 12", "v 5 5 12 1.0"),
        PYRAMID.replace("v 5 5 12", "v 5 5 12 0.5 0.5 0.5"),
        PYRAMID.replace("v 5 5 12", "vn 0 0 1\nvt 0.5 0.5\nvp 1\nv 5 5 12"),
        PYRAMID.replace("f 4 3", "mtllib C:\\new\\x.mtl\nusemtl steel\ns off\nl 1 2 3\np 4\nf 4 3"),
        PYRAMID + "f 1 2\n",
        "# comment\n\n\n" + PYRAMID,
    ],
)
def test_dialects(text: str) -> None:
    assert volume(text) == pytest.approx(400)


def test_negative_indices_count_from_the_line_they_stand_in() -> None:
    first = "v 0 0 0\nv 6 0 0\nv 0 6 0\nv 0 0 6\nf -4 -2 -3\nf -4 -3 -1\nf -3 -2 -1\nf -4 -1 -2\n"
    assert volume(first + first.replace("v 0", "v 20").replace("v 6", "v 26")) == pytest.approx(72)


def test_faces_may_stand_before_their_vertices() -> None:
    vertices, faces = PYRAMID.split("f", 1)
    assert volume("f" + faces + vertices) == pytest.approx(400)


def test_a_huge_polygon_becomes_a_fan() -> None:
    sides = 50_000
    angles = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    corners = "".join(f"v {np.cos(a):.9f} {np.sin(a):.9f} 0\n" for a in angles)
    mesh = load((corners + "f " + " ".join(str(n + 1) for n in range(sides))).encode(), ".obj")
    assert len(mesh) == sides - 2
    assert facts(mesh).area_mm2 == pytest.approx(np.pi, rel=1e-4)


def test_long_files_are_read_in_windows() -> None:
    data = (
        PYRAMID[: PYRAMID.index("f")] + "f -2 -3 -4 -5\nf -5 -4 -1\nf -4 -3 -1\nf -3 -2 -1\nf -2 -5 -1\n"
    ) * 60_000
    assert len(data) > 1 << 22
    mesh = load(data.encode(), ".obj")
    assert len(mesh) == 6 * 60_000
    assert np.array_equal(mesh.triangles[:6], mesh.triangles[-6:])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("just a letter\n" * 100, "not_obj"),
        ("solid cube\nfacet normal 0 0 1\n", "not_obj"),
        ("v 0 0 0\0\nf 1 1 1\n", "not_obj"),
        (CORNERS, "empty_mesh"),
        (CORNERS + "l 1 2\n", "empty_mesh"),
        (CORNERS + "f 1 2\n", "empty_mesh"),
        (CORNERS + "f 1 1 1\n", "empty_mesh"),
        (CORNERS + "f 1 2 9\n", "bad_index"),
        (CORNERS + "f 1 2 0\n", "bad_index"),
        (CORNERS + "f 1 2 -9\n", "bad_index"),
        (CORNERS + "f 1 2 99999999999999999999\n", "bad_index"),
        (CORNERS + "f 1 2 4294967297\n", "bad_index"),
        (CORNERS + "f 1 2 three\n", "damaged"),
        (CORNERS + "f 1 2 1.5\n", "damaged"),
        (CORNERS + "f 1 2 1_0\n", "damaged"),
        (CORNERS + "f 1 2 ٣\n", "damaged"),
        ("v 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "damaged"),
        ("v 0 0 zero\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "damaged"),
        ("v 0 0 1_0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "damaged"),
        ("v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "not_finite"),
        ("v 1e999 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "not_finite"),
        ("v 1e39 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "not_finite"),
        ("v 1e9 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "out_of_range"),
        ("v 1 1 1\nv 1 1 1\nv 1 1 1\nf 1 2 3\n", "empty_mesh"),
        (CORNERS + "f " + "1 " * 3_000_000, "too_many_triangles"),
        (CORNERS + "f" + "\t1" * 9_000_000, "too_many_triangles"),
    ],
)
def test_refusals(text: str, code: str) -> None:
    assert refusal(text.encode(), ".obj").code == code
