"""Short ways to evaluate texts in tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from qiying.decision.feel import MISSING, Mode, evaluate, parse_expression, to_feel
from qiying.decision.feel.values import value_text


def value(text: str, **context: Any) -> Any:
    """The value of a text over Python values; whole numbers come back as int, others as text where not plain."""
    known = {name: to_feel(item) for name, item in context.items()}
    return plain(evaluate(parse_expression(text, known), known).value)


def matching(text: str, **context: Any) -> Any:
    """The value when names without a value are missing facts."""
    known = {name: to_feel(item) for name, item in context.items()}
    found = evaluate(parse_expression(text, known), known, mode=Mode.MATCHING).value
    return found if found is MISSING else plain(found)


def plain(found: Any) -> Any:
    """A FEEL value as a Python value that reads well in an assertion."""
    match found:
        case bool() | str() | None:
            return found
        case Decimal():
            return int(found) if found == found.to_integral_value() else str(found)
        case list():
            return [plain(item) for item in found]
        case dict():
            return {key: plain(item) for key, item in found.items()}
    return value_text(found)


def reasons(text: str, **context: Any) -> list[str]:
    """The codes of the reasons an evaluation left."""
    known = {name: to_feel(item) for name, item in context.items()}
    return [problem.code for problem in evaluate(parse_expression(text, known), known).errors]
