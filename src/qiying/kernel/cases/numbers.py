"""Numbers of cases and intakes: the day and five characters that cannot be mistaken or counted up.

A drawn number needs no counter row, so two writers never wait for one another, and an outsider cannot walk
through the cases by counting; a collision (1 in 20 million a day and pair) is refused by the unique constraint.
"""

import secrets
from datetime import date

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"


def draw_suffix() -> str:
    """Return five random characters of `ALPHABET`."""
    return "".join(secrets.choice(ALPHABET) for _ in range(5))


def number(prefix: str, on: date, suffix: str) -> str:
    """Return e.g. `QY-261122-7K3FP`."""
    return f"{prefix}-{on:%y%m%d}-{suffix}"
