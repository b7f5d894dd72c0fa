"""FEEL, the expression language of DMN 1.5: parse, check, evaluate, put into Chinese."""

from .errors import FeelError, FeelLimitError, FeelSyntaxError, Problem, Span
from .grammar import parse_expression, parse_unary_tests
from .interpret import Mode, Result, evaluate, evaluate_unary_tests
from .limits import Budget
from .values import MISSING

__all__ = [
    "MISSING",
    "Budget",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "Mode",
    "Problem",
    "Result",
    "Span",
    "evaluate",
    "evaluate_unary_tests",
    "parse_expression",
    "parse_unary_tests",
]
