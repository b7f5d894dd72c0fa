"""Names in force during an evaluation: a mapping and the scope around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .values import Value


@dataclass(frozen=True, slots=True)
class Scope:
    """A mapping of names to values, looked up before the outer scope."""

    names: Mapping[str, Value]
    outer: Scope | None = None

    def find(self, name: str) -> tuple[bool, Value]:
        """Whether the name has a value, and the value."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True, scope.names[name]
            scope = scope.outer
        return False, None
