"""Allowed values of item definitions: a value outside them does not belong to the type."""

from __future__ import annotations

from ..feel.interpret import Interpreter
from ..feel.scope import Scope
from ..feel.syntax import UnaryTests
from ..feel.types import FeelType
from ..feel.values import Value


def is_allowed(run: Interpreter, value: Value, wanted: FeelType) -> bool:
    """Whether a value and its parts are among the allowed values; null always is."""
    if value is None:
        return True
    if isinstance(wanted.allowed, UnaryTests) and run.unary_tests(wanted.allowed, value, Scope({})) is not True:
        return False
    if wanted.kind == "list" and wanted.of and isinstance(value, list):
        return all(is_allowed(run, item, wanted.of) for item in value)
    if wanted.kind == "context" and isinstance(value, dict):
        return all(is_allowed(run, value.get(key), kind) for key, kind in wanted.fields)
    return True
