from __future__ import annotations

import json

import numpy as np
import pytest

from chalicelib.domain.catalog import Printer
from chalicelib.models3d import FILAMENT, RESIN, Verdict, estimate_weight_g, facts, verdict
from infra.samples import twisted_vase
from infra.solids import Triangles, moved

from .shapes import apart, box, mesh_of, sphere

MK4S = Printer("prusa-mk4s", "Prusa MK4S", ("Filament",), (250, 210, 220), True)
FORM3 = Printer("formlabs-form-3", "Formlabs Form 3", ("Resin",), (145, 145, 185), True)


def judged(triangles: Triangles, *printers: Printer) -> Verdict:
    return verdict(facts(mesh_of(triangles)), printers or (MK4S, FORM3))


def codes(found: Verdict) -> list[str]:
    return [reason.code for reason in found.reasons]


def test_a_sound_model_gives_no_reason() -> None:
    found = judged(box())
    assert found.reasons == ()
    assert found.printable
    assert found.fitting_printers == ("prusa-mk4s", "formlabs-form-3")


def test_too_large_for_some() -> None:
    found = judged(box(200, 30, 30))
    assert codes(found) == ["fits_some_printers"]
    assert "Prusa MK4S" in found.reasons[0].message
    assert found.printable
    assert found.fitting_printers == ("prusa-mk4s",)


def test_too_large_for_all() -> None:
    found = judged(box(900, 900, 300))
    assert codes(found) == ["too_large"]
    assert not found.printable
    assert "On the Prusa MK4S: Too large" in found.reasons[0].message


def test_no_printers_no_judgement_on_size() -> None:
    assert verdict(facts(mesh_of(box(9000, 1, 1))), ()).reasons == ()


@pytest.mark.parametrize(
    ("triangles", "code", "severity"),
    [
        (box(4, 2, 1), "unit_suspected", "warning"),
        (box(50, 40, 0.2), "too_thin", "warning"),
        (box()[1:], "not_watertight", "warning"),
        (np.concatenate((box()[:4], box()[4:5, ::-1], box()[5:])), "flipped_faces", "warning"),
        (box()[:, ::-1], "inside_out", "info"),
        (np.concatenate((box(), moved(box(), 20, 20, 0))), "non_manifold", "info"),
        (apart(box(), box()), "several_bodies", "info"),
    ],
)
def test_each_defect_is_explained(triangles: Triangles, code: str, severity: str) -> None:
    reason = next(reason for reason in judged(triangles).reasons if reason.code == code)
    assert reason.severity == severity
    assert reason.message.endswith(".")


def test_numbers_agree_with_their_nouns() -> None:
    assert "it has 3 open edges." in judged(box()[1:]).reasons[0].message
    one = np.concatenate((box(), moved(box(), 20, 20, 0)))
    assert "At 1 edge more" in judged(one).reasons[0].message


def test_the_worst_comes_first() -> None:
    found = judged(apart(box(900, 900, 900), box()[:, ::-1], box()[1:]), MK4S)
    severities = [reason.severity for reason in found.reasons]
    assert severities == sorted(severities, key=["problem", "warning", "info"].index)
    assert severities[0] == "problem"


def test_units_are_shown_with_both_sizes() -> None:
    (reason,) = judged(box(4, 2, 1)).reasons
    assert "only 4 × 2 × 1 mm" in reason.message
    assert "in inches, it should be 101.6 × 50.8 × 25.4 mm" in reason.message


def test_as_dict_survives_json() -> None:
    found = judged(box(200, 30, 30)).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["printers"][0]["fits"] is True
    assert found["printers"][1] | {"message": ""} == {
        "id": "formlabs-form-3",
        "name": "Formlabs Form 3",
        "fits": False,
        "way": "none",
        "angle_degrees": 0,
        "excess_mm": [55, 0, 0],
        "largest_scale": 92,
        "message": "",
    }


def test_a_small_solid_weighs_its_volume_at_most() -> None:
    estimate = estimate_weight_g(facts(mesh_of(box(20, 20, 20))), 1.24)
    assert 0 < estimate.low_g < estimate.high_g < 8 * 1.24
    assert estimate.reliable


def test_a_large_block_is_mostly_infill() -> None:
    estimate = estimate_weight_g(facts(mesh_of(box(100, 100, 100))), 1.0)
    assert 120 < estimate.low_g < 180
    assert 220 < estimate.high_g < 330


def test_thin_walls_are_all_skin() -> None:
    """Weighing volume times a usual infill would be several times off here."""
    vase = facts(mesh_of(twisted_vase()))
    estimate = estimate_weight_g(vase, 1.0, FILAMENT)
    assert estimate.low_g > 0.6 * vase.volume_mm3 / 1000


def test_resin_prints_solid() -> None:
    ball = facts(mesh_of(sphere()))
    estimate = estimate_weight_g(ball, 1.1, RESIN)
    assert estimate.low_g == pytest.approx(ball.volume_mm3 * 1.1 * 1.05 / 1000, abs=0.1)


def test_holes_make_the_estimate_unreliable() -> None:
    assert not estimate_weight_g(facts(mesh_of(box()[1:])), 1.24).reliable
