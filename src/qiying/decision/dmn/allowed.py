"""Allowed values of item definitions: a value outside them does not belong to the type."""

from __future__ import annotations

from qiying.decision.feel.interpret import Interpreter
from qiying.decision.feel.scope import Scope
from qiying.decision.feel.syntax import UnaryTests
from qiying.decision.feel.types import FeelType
from qiying.decision.feel.values import Value


def is_allowed(run: Interpreter, value: Value, wanted: FeelType) -> bool:
    """Whether a value and its parts are among the allowed values; null always is."""
    if value is None:
        return True
    if (
        isinstance(wanted.allowed, UnaryTests)
        and run.unary_tests(wanted.allowed, value, Scope({})) is not True
    ):
        return False
    if wanted.kind == "list" and wanted.of and isinstance(value, list):
        return all(is_allowed(run, item, wanted.of) for item in value)
    if wanted.kind == "context" and isinstance(value, dict):
        return all(is_allowed(run, value.get(key), kind) for key, kind in wanted.fields)
    return True
