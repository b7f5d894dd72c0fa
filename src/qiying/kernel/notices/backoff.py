"""When to try again."""

import random
from collections.abc import Callable
from datetime import timedelta

MAX_ATTEMPTS = 8
LEASE = timedelta(minutes=2)
_FIRST = timedelta(seconds=30)
_LONGEST = timedelta(hours=6)


def wait_before(attempt: int, jitter: Callable[[], float] = random.random) -> timedelta:
    """Return the pause after the `attempt`-th failure (1-based): 30 s doubling to 6 h, ± 20 %.

    The spread keeps a gateway that comes back from being hit by everything at once.
    """
    pause = min(_FIRST * float(2 ** (attempt - 1)), _LONGEST)
    return pause * (0.8 + 0.4 * jitter())
