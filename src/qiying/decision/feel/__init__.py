"""FEEL, the expression language of DMN 1.5: parse, check, evaluate, print."""

from .checking import Checked, Declaration, check_expression, check_unary_tests
from .errors import FeelError, FeelLimitError, FeelSyntaxError, Problem, Span
from .evaluation import Result, evaluate, evaluate_unary_tests
from .grammar import parse_expression, parse_unary_tests
from .interpret import Mode
from .limits import Budget
from .printer import unparse
from .syntax import Expr, UnaryTests
from .types import FeelType
from .values import MISSING, to_feel

__all__ = [
    "MISSING",
    "Budget",
    "Checked",
    "Declaration",
    "Expr",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelType",
    "Mode",
    "Problem",
    "Result",
    "Span",
    "UnaryTests",
    "check_expression",
    "check_unary_tests",
    "evaluate",
    "evaluate_unary_tests",
    "parse_expression",
    "parse_unary_tests",
    "to_feel",
    "unparse",
]
