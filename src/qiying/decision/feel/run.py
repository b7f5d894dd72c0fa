"""What functions and loops are handed of an evaluation; the interpreter is one, and nothing below it imports it."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from .errors import Problem, Span
from .limits import Meter
from .scope import Scope
from .syntax import Expr
from .values import Value


class Run(Protocol):
    """One evaluation: its budget, today if it has one, what went wrong, and how to evaluate a part."""

    @property
    def meter(self) -> Meter: ...
    @property
    def now(self) -> dt.datetime | None: ...
    @property
    def errors(self) -> list[Problem]: ...
    def report(self, code: str, message: str, span: Span) -> None: ...
    def evaluate(self, node: Expr, scope: Scope) -> Value: ...
