"""What a print costs: by weight, exact to the cent."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

_HALF = Decimal("0.5")


def cost_cents(weight_g: Decimal, price_per_gram_cents: Decimal, minimum_cents: int) -> int:
    """max(weight × price per gram, minimum), half-up to the cent.

    >>> cost_cents(Decimal("45.25"), Decimal(10), 300)
    453
    >>> cost_cents(Decimal("2"), Decimal(20), 300)
    300
    """
    by_weight = (weight_g * price_per_gram_cents).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return max(int(by_weight), minimum_cents)


def billed_hours(time_hours: Decimal) -> Decimal:
    """Print time rounded up to the next half hour.

    >>> billed_hours(Decimal("2.01"))
    Decimal('2.5')
    """
    return (time_hours / _HALF).to_integral_value(rounding=ROUND_CEILING) * _HALF


def usd(cents: int) -> str:
    """Cents as dollars with two decimals, without a sign: 453 → '4.53'."""
    return f"{cents // 100}.{cents % 100:02d}"
