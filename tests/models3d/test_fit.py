from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.models3d import facts, fit
from chalicelib.models3d.fit import Way

from .shapes import box, mesh_of

MK4S = (250.0, 210.0, 220.0)
side = st.floats(1, 400)


@pytest.mark.parametrize(
    ("size", "way"),
    [
        ((250, 210, 220), "upright"),
        ((250.005, 210, 220), "upright"),
        ((210, 250, 220), "turned"),
        ((100, 240, 10), "turned"),
        ((300, 20, 10), "diagonal"),
        ((20, 300, 10), "diagonal"),
        ((100, 100, 240), "lying"),
        ((10, 230, 215), "turned"),
        ((330, 20, 10), "none"),
        ((251, 211, 221), "none"),
    ],
)
def test_ways(size: tuple[float, float, float], way: Way) -> None:
    found = fit(size, MK4S)
    assert found.way == way
    assert found.fits == (way != "none")


def test_facts_are_measured_by_their_size() -> None:
    assert fit(facts(mesh_of(box(10, 240, 10))), MK4S) == fit((10, 240, 10), MK4S)


def test_what_is_too_large_and_by_how_much() -> None:
    found = fit((260, 300, 225.5), MK4S)
    assert found.excess_mm == (50.0, 50.0, 5.5)
    assert found.largest_scale == 83
    assert found.message == (
        "Too large: 50.0 mm too wide, 50.0 mm too deep and 5.5 mm too tall. It would fit at 83 % of its size."
    )


def test_the_better_way_round_counts() -> None:
    assert fit((215, 255, 10), MK4S).excess_mm == (5, 5, 0)
    assert fit((200, 400, 10), MK4S).excess_mm == (150, 0, 0)


def test_messages_say_what_to_do() -> None:
    assert "90°" in fit((210, 250, 20), MK4S).message
    assert "another side" in fit((100, 100, 240), MK4S).message
    turned = fit((300, 20, 10), MK4S)
    assert f"about {turned.angle_degrees:.0f}°" in turned.message


def carver_fits(p: float, q: float, a: float, b: float) -> bool:
    """Whether a p × q rectangle fits into an a × b one at all (W. B. Carver, 1957)."""
    p, q, a, b = max(p, q), min(p, q), max(a, b), min(a, b)
    if p <= a:
        return q <= b
    return q <= b and b >= (2 * p * q * a + (p * p - q * q) * math.sqrt(p * p + q * q - a * a)) / (
        p * p + q * q
    )


@given(side, side, side, side)
def test_turning_agrees_with_the_exact_condition(p: float, q: float, a: float, b: float) -> None:
    fits = fit((p, q, 1), (a, b, 1)).way in ("upright", "turned", "diagonal")
    assert not (fits and not carver_fits(p * 0.9999, q * 0.9999, a, b))
    assert not (not fits and carver_fits(p * 1.02, q * 1.02, a, b))


@given(st.tuples(side, side, side), st.tuples(side, side, side))
def test_the_scale_is_the_largest(
    size: tuple[float, float, float], volume: tuple[float, float, float]
) -> None:
    scale = fit(size, volume).largest_scale

    def lies_in(percent: float) -> bool:
        return all(s * percent / 100 <= v + 1e-9 for s, v in zip(sorted(size), sorted(volume), strict=True))

    assert lies_in(scale)
    assert not lies_in(scale + 1)
