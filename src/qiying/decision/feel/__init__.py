"""FEEL, the expression language of DMN 1.5: parse, check, evaluate, print, put into Chinese."""

from .checking import Checked, Declaration, check_expression, check_unary_tests
from .chinese import cell_to_chinese, to_chinese
from .errors import FeelError, FeelLimitError, FeelSyntaxError, Problem, Span
from .evaluation import Result, evaluate, evaluate_unary_tests
from .free import free_names
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
    "cell_to_chinese",
    "check_expression",
    "check_unary_tests",
    "evaluate",
    "evaluate_unary_tests",
    "free_names",
    "parse_expression",
    "parse_unary_tests",
    "to_chinese",
    "to_feel",
    "unparse",
]
