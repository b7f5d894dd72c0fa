"""FEEL numbers: IEEE 754-2008 decimal128, that is 34 digits, half-even, no NaN and no infinity."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
ROUNDINGS = {
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
    "decimal": ROUND_HALF_EVEN,
}
MIN_SCALE, MAX_SCALE = -6111, 6176  # Table 77: the scale of decimal and round functions


def attempt(compute: Callable[[], Decimal]) -> Decimal | None:
    """What `compute` gives, or None when it overflows, divides by zero or is undefined."""
    try:
        value = compute()
    except (DecimalException, ValueError):
        return None
    return value if value.is_finite() else None


def number_from_text(text: str) -> Decimal | None:
    """The number a literal stands for, rounded to 34 digits; None when out of range."""
    return attempt(lambda: CONTEXT.create_decimal(text))


def integer_of(value: Decimal) -> int | None:
    """The value as an int when it is whole and below 10^18 in size."""
    if value.adjusted() > 18 or value != value.to_integral_value():
        return None
    return int(value)


def round_to(value: Decimal, scale: int, rounding: str) -> Decimal | None:
    """`value` at `scale` decimals with one of `ROUNDINGS`; None when the scale is out of range."""
    if not MIN_SCALE <= scale <= MAX_SCALE:
        return None
    if -int(value.as_tuple().exponent) <= scale:
        return value
    wide = Context(prec=7000, rounding=ROUNDINGS[rounding], Emin=-999999, Emax=999999)
    return attempt(lambda: CONTEXT.plus(value.quantize(Decimal(1).scaleb(-scale, wide), context=wide)))


def number_text(value: Decimal) -> str:
    """A number as FEEL writes it: no exponent, no trailing zeros after the point."""
    if value == 0:
        return "0"
    if not -40 < value.adjusted() < 40:
        return format(value.normalize(CONTEXT), "E")
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
