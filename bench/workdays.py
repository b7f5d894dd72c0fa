"""A million deadlines through the array look-up; prints the median and the machine.

Run: `python bench/workdays.py`. The promise is under 50 ms for 10⁶ five-day deadlines.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from qiying.statutes.workdays import (
    add_workdays,
    deadlines,
    default_calendar,
    load_calendar,
    workdays_between_array,
)

ROUNDS, SIZE, PROMISE_MS = 15, 1_000_000, 50.0


def median_ms(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median milliseconds of a call, after one that warms up."""
    run()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def machine() -> str:
    """Return processor, cores and versions in one line."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    processor = models[0].partition(":")[2].strip() if models else platform.processor()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, numpy {np.__version__}"


def main() -> int:
    """Print the figures; return 1 when the promise is broken."""
    calendar = default_calendar()
    rng = np.random.default_rng(20261118)
    starts = np.datetime64("2008-01-01") + rng.integers(0, 6900, SIZE)
    limits = rng.integers(1, 31, SIZE)
    due = deadlines(starts, limits, calendar)
    rows = [start.item() for start in starts[:1000]]
    promise = median_ms(lambda: deadlines(starts, 5, calendar))
    print(machine())
    print(f"{SIZE:,} deadlines of 5 workdays      {promise:8.2f} ms  (promise {PROMISE_MS:.0f} ms)")
    mixed = median_ms(lambda: deadlines(starts, limits, calendar))
    print(f"{SIZE:,} deadlines of 1-30 workdays   {mixed:8.2f} ms")
    between = median_ms(lambda: workdays_between_array(starts, due, calendar))
    print(f"{SIZE:,} counts of workdays between   {between:8.2f} ms")
    explained = median_ms(lambda: [add_workdays(day, 5, calendar) for day in rows], 5)
    print(f"{len(rows):,} single deadlines with words       {explained:8.2f} ms")
    print(f"building the calendar from year files   {median_ms(load_calendar, 5):8.2f} ms")
    return 0 if promise < PROMISE_MS else 1


if __name__ == "__main__":
    sys.exit(main())
