from __future__ import annotations

import json
import math

import numpy as np
import pytest

from chalicelib.models3d import facts, load
from chalicelib.models3d.mesh import checked_mesh
from infra.samples import SAMPLES
from infra.solids import Triangles, moved

from .shapes import apart, box, mesh_of, sphere, thing, threemf, torus


def test_a_cube_is_exact() -> None:
    known = facts(mesh_of(box(20, 20, 20)))
    assert known.size_mm == (20.0, 20.0, 20.0)
    assert known.size_in == (0.787, 0.787, 0.787)
    assert known.volume_mm3 == 8000
    assert known.area_mm2 == 2400
    assert (known.triangles, known.bodies) == (12, 1)
    assert known.open_edges == known.non_manifold_edges == known.flipped_edges == known.degenerate_faces == 0
    assert known.watertight
    assert known.volume_reliable
    assert not known.inside_out


@pytest.mark.parametrize("offset", [(0, 0, 0), (-500, 300, 7), (1e5, 1e5, 1e5)])
def test_position_does_not_matter(offset: tuple[float, float, float]) -> None:
    known = facts(mesh_of(moved(box(16, 8, 4), *offset)))
    assert (known.volume_mm3, known.area_mm2, known.watertight) == (512, 448, True)


@pytest.mark.parametrize("size", [1e-3, 1, 1e4])
def test_size_does_not_matter(size: float) -> None:
    known = facts(mesh_of(sphere() * np.float32(size)))
    assert known.watertight
    assert known.degenerate_faces == 0
    assert known.volume_mm3 == pytest.approx(4 / 3 * math.pi * 1000 * size**3, rel=4e-3, abs=1e-4)


def test_curved_shapes_approach_their_formulas() -> None:
    ball = facts(mesh_of(sphere(10, 128)))
    assert ball.volume_mm3 == pytest.approx(4 / 3 * math.pi * 10**3, rel=1e-3)
    assert ball.area_mm2 == pytest.approx(4 * math.pi * 10**2, rel=1e-3)
    ring = facts(mesh_of(torus(30, 10)))
    assert ring.volume_mm3 == pytest.approx(2 * math.pi**2 * 30 * 10**2, rel=1e-3)
    assert ring.area_mm2 == pytest.approx(4 * math.pi**2 * 30 * 10, rel=1e-3)


def test_a_cavity_is_subtracted() -> None:
    hollow = np.concatenate((box(10, 10, 10), moved(box(4, 4, 4), 3, 3, 3)[:, ::-1]))
    known = facts(mesh_of(hollow))
    assert (known.volume_mm3, known.bodies, known.volume_reliable) == (1000 - 64, 2, True)


def test_a_missing_face_opens_three_edges() -> None:
    known = facts(mesh_of(box()[1:]))
    assert (known.open_edges, known.watertight, known.volume_reliable) == (3, False, False)


def test_a_turned_face_flips_three_edges() -> None:
    triangles = box()
    triangles[4] = triangles[4, ::-1]
    known = facts(mesh_of(triangles))
    assert (known.flipped_edges, known.open_edges, known.watertight) == (3, 0, True)
    assert not known.volume_reliable


def test_inside_out() -> None:
    known = facts(mesh_of(box()[:, ::-1]))
    assert (known.inside_out, known.volume_reliable, known.volume_mm3) == (True, True, 8000)


def test_boxes_that_share_an_edge_are_closed() -> None:
    known = facts(mesh_of(np.concatenate((box(), moved(box(), 20, 20, 0)))))
    assert (known.non_manifold_edges, known.open_edges, known.watertight) == (1, 0, True)
    assert known.volume_reliable
    assert known.bodies == 1


def test_three_faces_at_an_edge_leave_it_open() -> None:
    fin = np.array([[[0, 0, 0], [0, 0, 20], [-9, -9, 5]]], np.float32)
    known = facts(mesh_of(np.concatenate((box(), fin))))
    assert (known.non_manifold_edges, known.open_edges, known.watertight) == (1, 3, False)


def test_bodies_that_do_not_touch_are_counted() -> None:
    assert facts(mesh_of(apart(*[box()] * 7, sphere(5, 8)))).bodies == 8


def test_corners_that_differ_by_rounding_are_one() -> None:
    noise = np.random.default_rng(0).uniform(-2e-6, 2e-6, (12, 3, 3)).astype(np.float32)
    ragged = box() - np.float32(0.00001) + noise  # off the borders of the grid that corners snap to
    assert facts(mesh_of(np.concatenate((ragged, moved(box(), 50, 0, 0))))).watertight


def with_slivers() -> Triangles:
    point = [[0, 0, 0]] * 3
    double = [[0, 0, 0], [20, 0, 0], [20, 0, 0]]
    return np.concatenate((box(), np.array([point, double], np.float32)))


def test_collapsed_faces_are_counted_and_ignored() -> None:
    known = facts(mesh_of(with_slivers()))
    assert (known.degenerate_faces, known.watertight, known.bodies, known.volume_mm3) == (2, True, 1, 8000)


def test_nothing_but_collapsed_faces() -> None:
    known = facts(mesh_of(with_slivers()[12:]))
    assert (known.degenerate_faces, known.bodies, known.watertight) == (2, 0, False)


@pytest.mark.parametrize(
    ("size", "unit", "becomes"),
    [
        ((0.12, 0.05, 0.02), "metres", (120, 50, 20)),
        ((4.0, 2.0, 1.0), "inches", (101.6, 50.8, 25.4)),
        ((8.0, 5.0, 1.0), "centimetres", (80, 50, 10)),
        ((10.0, 5.0, 1.0), None, None),
        ((250.0, 5.0, 0.1), None, None),
    ],
)
def test_units_are_suspected(size: tuple[float, float, float], unit: str | None, becomes: object) -> None:
    suspicion = facts(mesh_of(box(*size))).unit_suspicion
    assert (suspicion.unit if suspicion else None) == unit
    assert (suspicion.size_mm if suspicion else None) == becomes


def test_a_declared_unit_is_believed() -> None:
    data = threemf(thing(1), '<item objectid="1" transform=".02 0 0 0 .02 0 0 0 .02 0 0 0"/>', 'unit="inch"')
    known = facts(load(data, ".3mf"))
    assert known.size_mm == pytest.approx((3.048, 3.048, 3.048))
    assert known.unit_suspicion is None


def test_as_dict_survives_json() -> None:
    known = facts(mesh_of(box(4, 2, 1))).as_dict()
    assert json.loads(json.dumps(known)) == known
    assert known["unit_suspicion"] == {"unit": "inches", "size_mm": [101.6, 50.8, 25.4]}
    assert known["size_mm"] == [4, 2, 1]


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "ammonite"])
def test_samples_are_printable(name: str) -> None:
    triangles = SAMPLES[name]()
    known = facts(checked_mesh(triangles, "sample"))
    assert known.volume_reliable
    assert not known.inside_out
    assert known.degenerate_faces == 0
    assert triangles[:, :, 2].min() == 0
    assert max(known.size_mm) < 250
    assert np.array_equal(triangles, SAMPLES[name]())
