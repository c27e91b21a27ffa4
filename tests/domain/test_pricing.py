"""What a print costs."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import pricing

FILAMENT, RESIN, MINIMUM = Decimal(10), Decimal(20), 300


@pytest.mark.parametrize(
    ("weight", "price", "cents"),
    [
        ("0.001", FILAMENT, 300),  # the minimum charge
        ("29.949", FILAMENT, 300),
        ("30", FILAMENT, 300),
        ("30.04", FILAMENT, 300),
        ("30.05", FILAMENT, 301),  # half a cent is rounded up
        ("30.15", FILAMENT, 302),  # … where binary fractions would fall just short of it
        ("45.25", FILAMENT, 453),
        ("45.249", FILAMENT, 452),
        ("15.025", RESIN, 301),
        ("100000", RESIN, 2_000_000),
        ("50", Decimal("12.5"), 625),
    ],
)
def test_cost_by_weight(weight: str, price: Decimal, cents: int) -> None:
    assert pricing.cost_cents(Decimal(weight), price, MINIMUM) == cents


@given(
    st.decimals("0.001", "100000", places=3),
    st.decimals("0.01", "1000", places=2),
    st.integers(0, 10_000),
)
def test_cost_is_exact(weight: Decimal, price: Decimal, minimum: int) -> None:
    cost = pricing.cost_cents(weight, price, minimum)
    exact = Fraction(weight) * Fraction(price)
    assert cost == max(int(exact + Fraction(1, 2)), minimum)


@pytest.mark.parametrize(
    ("hours", "billed"),
    [("0.01", "0.5"), ("0.5", "0.5"), ("0.5001", "1.0"), ("2", "2.0"), ("2.01", "2.5"), ("2.51", "3.0")],
)
def test_time_is_billed_by_the_half_hour_up(hours: str, billed: str) -> None:
    assert pricing.billed_hours(Decimal(hours)) == Decimal(billed)


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (300, "3.00"), (453, "4.53"), (123456, "1234.56")]
)
def test_money_in_dollars(cents: int, text: str) -> None:
    assert pricing.usd(cents) == text
