"""What a process keeps for a while because it changes seldom: one class, one list, forgotten together.

A change is visible at once in the process that makes it, because its service forgets, and within `SECONDS` in others.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
SECONDS = 30.0
_forgetting: list[Callable[[], object]] = []


def on_forget(forget: Callable[[], object]) -> Callable[[], object]:
    """Have something forgotten together with all that is kept (between tests); usable as a decorator."""
    _forgetting.append(forget)
    return forget


def forget_all() -> None:
    """Forget all that this process keeps."""
    for forget in _forgetting:
        forget()


class Kept(Generic[K, V]):
    """Values by key, each loaded when first asked for and kept for `SECONDS`; usable as a decorator of the loader."""

    def __init__(self, load: Callable[[K], V]) -> None:
        self._load = load
        self._values: dict[K, tuple[float, V]] = {}
        on_forget(self.forget)

    def __call__(self, key: K) -> V:
        """Return the value of a key."""
        found = self._values.get(key)
        if found is None or monotonic() - found[0] >= SECONDS:
            found = self._values[key] = (monotonic(), self._load(key))
        return found[1]

    def forget(self) -> None:
        """Forget every value (after a change)."""
        self._values.clear()
