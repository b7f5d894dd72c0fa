"""FEEL in matching mode: a syntax tree becomes a formula, in which a missing fact is unknown and never null."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from qiying.decision.feel import syntax as ast
from qiying.decision.feel.calendar import add_months, civil_from_days, days_from_civil
from qiying.decision.feel.errors import Problem
from qiying.decision.feel.grammar import parse_expression, parse_unary_tests
from qiying.decision.feel.temporal import DAY, FeelDate, MonthsDuration, months_between
from qiying.decision.feel.temporal_text import duration_from_text

from .formula import FALSE, TRUE, Formula, conj, disj, neg
from .numbers import (
    Calendar,
    Choice,
    Extreme,
    Linear,
    Number,
    Points,
    Quotient,
    compare_numbers,
    kind_of,
    text_atom,
)
from .scope import AS_OF, EPOCH, MatchError, Scope
from .sets import ValueSet, compare, points, starting_with
from .terms import LogicError

NULL = object()
"""What `null` reads as: no fact that is known is ever null, so equality with it is false."""


class TextName(str):
    """The name of a text indicator, as opposed to a text."""

    __slots__ = ()


Reading = Number | TextName | str | Formula | object


def read_condition(text: str, scope: Scope) -> Formula:
    """The formula of a condition; FeelError with its column."""
    return _Reader(scope).condition(parse_expression(text, scope.names_in(text)))


def read_tree(tree: ast.Expr, scope: Scope) -> Formula:
    """The formula of a condition already parsed."""
    return _Reader(scope).condition(tree)


def read_cell(column: str, cell: str, scope: Scope) -> Formula:
    """The formula of a table cell under an input column."""
    subject = parse_expression(column, scope.names_in(column))
    return _Reader(scope, subject).unary(parse_unary_tests(cell, scope.names_in(cell)))


class _Reader:
    """Reads one tree; `subject` is what `?` and bare tests refer to."""

    def __init__(self, scope: Scope, subject: ast.Expr | None = None) -> None:
        self.scope = scope
        self.subject = subject

    def fail(self, node: ast.Node, message: str, advice: str = "") -> MatchError:
        return MatchError(Problem("match.form", message, advice, node.span))

    def condition(self, node: ast.Expr) -> Formula:
        """A node that must be true or false."""
        found = self.value(node)
        if not isinstance(found, Formula):
            raise self.fail(node, "这里应是一个条件", "请写成比较，如 职工人数 >= 10")
        return found

    def number(self, node: ast.Expr) -> Number:
        """A node that must be a number or a date."""
        found = self.value(node)
        if not isinstance(found, Number):
            raise self.fail(node, "这里应是数字", "请写数字、数值指标或算式")
        return found

    def value(self, node: ast.Expr) -> Reading:
        """Any node."""
        match node:
            case ast.NumberLiteral():
                return Linear({}, Fraction(node.value))
            case ast.StringLiteral():
                return node.value
            case ast.BooleanLiteral():
                return TRUE if node.value else FALSE
            case ast.NullLiteral():
                return NULL
            case ast.AtLiteral():
                return self._temporal(node, node.text)
            case ast.Name():
                return self._name(node)
            case ast.Negate():
                return self._arithmetic(node, "-", Linear(), self.number(node.operand))
            case ast.Arithmetic():
                return self._arithmetic(node, node.operator, self.number(node.left), self.number(node.right))
            case ast.Comparison():
                return self._compare(node, node.operator, self.value(node.left), self.value(node.right))
            case ast.And():
                return conj(*(self.condition(part) for part in node.operands))
            case ast.Or():
                return disj(*(self.condition(part) for part in node.operands))
            case ast.Between():
                return self._within(node, self.value(node.value), (">=", node.low), ("<=", node.high))
            case ast.In():
                return disj(*(self.test(test, node.value) for test in node.tests))
            case ast.If():
                return self._choice(node)
            case ast.Call():
                return self._call(node)
        raise self.fail(node, "匹配条件里不支持这种写法", "请改用比较、区间、and、or、not 与四则运算")

    def unary(self, node: ast.UnaryTests) -> Formula:
        """A table cell: one of its tests holds, or none when negated; empty means any value."""
        if not node.tests:
            return TRUE
        assert self.subject is not None
        found = disj(*(self.test(test, self.subject) for test in node.tests))
        return neg(found) if node.negated else found

    def test(self, test: ast.Expr, subject: ast.Expr) -> Formula:
        """One test of a cell or of `in`."""
        match test:
            case ast.CompareTest():
                return self._compare(test, test.operator, self.value(subject), self.value(test.operand))
            case ast.Interval():
                low, high = (">=" if test.low_closed else ">"), ("<=" if test.high_closed else "<")
                return self._within(test, self.value(subject), (low, test.low), (high, test.high))
            case ast.ListLiteral():
                return disj(*(self.test(item, subject) for item in test.items))
            case ast.UnaryTests():
                return _Reader(self.scope, subject).unary(test)
        if any(isinstance(part, ast.Name) and part.name == "?" for part in ast.walk(test)):
            return _Reader(self.scope, subject).condition(test)
        return self._compare(test, "=", self.value(subject), self.value(test))

    def _name(self, node: ast.Name) -> Reading:
        if node.name == "?" and self.subject is not None:
            return _Reader(self.scope).value(self.subject)
        if node.name == AS_OF:
            return self.scope.as_of_number()
        if node.name in self.scope.numbers:
            return self.scope.numbers[node.name]
        if node.name not in self.scope.registry:
            raise self.scope.unknown(node.name, node.span)
        one = self.scope.registry[node.name]
        if one.is_text:
            return TextName(one.name)
        if one.type == "boolean":
            return compare_numbers(
                "=", Linear({one.name: Fraction(1)}), Linear({}, Fraction(1)), self.scope.columns
            )
        kind = "date" if one.type == "date" else "number"
        return Linear({one.name: Fraction(1, one.scale)}, Fraction(0), kind)

    def _arithmetic(self, node: ast.Expr, operator: str, left: Number, right: Number) -> Number:
        for part, build in ((left, lambda x: (x, right)), (right, lambda x: (left, x))):
            if isinstance(part, Choice):
                yes = self._arithmetic(node, operator, *build(part.yes))
                return Choice(part.condition, yes, self._arithmetic(node, operator, *build(part.no)))
        if isinstance(left, Points | Extreme) or isinstance(right, Points | Extreme):
            raise self.fail(node, "得分、最大值和最小值不能再参与运算", "请先比较，再用 and、or 连接")
        if (
            "months" in (kind_of(left), kind_of(right))
            or isinstance(left, Calendar)
            or isinstance(right, Calendar)
        ):
            return self._months(node, operator, left, right)
        if operator in "+-":
            return self._sum(node, left, right, 1 if operator == "+" else -1)
        if operator == "*":
            return self._product(node, left, right)
        if operator == "/":
            return self._quotient(node, left, right)
        raise self.fail(node, "匹配条件里不支持乘方", "请把结果直接写成数字")

    def _months(self, node: ast.Expr, operator: str, left: Number, right: Number) -> Number:
        """A date moved by years and months as the calendar does it, or two such durations together."""
        if operator == "+" and kind_of(left) == "months":
            left, right = right, left
        if not (
            isinstance(left, Linear) and isinstance(right, Linear) and right.is_constant and operator in "+-"
        ):
            raise self.fail(
                node, "年月的时长只能加到日期上，或从日期里减去", '如 成立日期 + @"P1Y" <= 评估日'
            )
        if left.kind == "months" and right.kind == "months":
            return left.plus(right, 1 if operator == "+" else -1)
        months = int(right.constant) * (1 if operator == "+" else -1)
        if left.kind != "date" or right.kind != "months":
            raise self.fail(node, "年月的时长只能与日期相加减", '如 成立日期 + @"P1Y" <= 评估日')
        return self._moved(node, left, "date", True, lambda day: moved_by_months(day, months))

    def _moved(self, node: ast.Expr, day: Linear, kind: str, rises: bool, at: Callable[[int], int]) -> Number:
        """What the calendar makes of a fixed date, or of one date indicator as it stands."""
        if day.is_constant:
            return Linear({}, Fraction(at(int(day.constant))), kind)
        ((name, factor), *more) = day.coefficients.items()
        if more or factor != 1:
            raise self.fail(node, "这里应是一个日期", '请写一个日期指标、评估日，或 @"2026-01-01"')
        return Calendar(name, kind, rises, lambda stored: at(stored + int(day.constant)))

    def _months_between(self, node: ast.Expr, start: Number, end: Number) -> Number:
        if kind_of(start) != "date" or kind_of(end) != "date":
            raise self.fail(
                node,
                "years and months duration 的两项应是日期",
                "如 years and months duration(成立日期, 评估日)",
            )
        if isinstance(start, Linear) and isinstance(end, Linear) and (start.is_constant or end.is_constant):
            if end.is_constant:
                last = int(end.constant)
                return self._moved(node, start, "months", False, lambda day: whole_months(day, last))
            first = int(start.constant)
            return self._moved(node, end, "months", True, lambda day: whole_months(first, day))
        raise self.fail(node, "两个日期里应有一个是固定的", "如 years and months duration(成立日期, 评估日)")

    def _sum(self, node: ast.Expr, left: Number, right: Number, sign: int) -> Number:
        if isinstance(left, Linear) and isinstance(right, Linear):
            return left.plus(right, sign)
        if isinstance(left, Quotient) and isinstance(right, Linear) and right.is_constant:
            return Quotient(left.above, left.below, left.factor, left.constant + sign * right.constant)
        if isinstance(right, Quotient) and isinstance(left, Linear) and left.is_constant:
            factor, constant = sign * right.factor, sign * right.constant + left.constant
            return Quotient(right.above, right.below, factor, constant)
        raise self.fail(node, "两个比例不能直接相加减", "请改写为乘式，或登记一个新的指标")

    def _product(self, node: ast.Expr, left: Number, right: Number) -> Number:
        if isinstance(left, Linear) and left.is_constant:
            left, right = right, left
        if not (isinstance(right, Linear) and right.is_constant):
            raise self.fail(node, "匹配条件里不能把两个指标相乘", "请登记一个新的指标")
        if isinstance(left, Linear):
            return left.times(right.constant)
        assert isinstance(left, Quotient)
        return Quotient(left.above, left.below, left.factor * right.constant, left.constant * right.constant)

    def _quotient(self, node: ast.Expr, left: Number, right: Number) -> Number:
        if isinstance(right, Linear) and right.is_constant:
            if right.constant == 0:
                raise self.fail(node, "除数是 0", "请检查算式")
            return self._product(node, left, Linear({}, 1 / right.constant))
        if isinstance(left, Linear) and isinstance(right, Linear):
            return Quotient(left, right)
        raise self.fail(node, "比例的分子、分母应是指标或它们的和", "请改写为乘式")

    def _compare(self, node: ast.Expr, operator: str, left: Reading, right: Reading) -> Formula:
        found = self._compared(node, operator, left, right)
        return found if left is NULL or right is NULL else self._told(node, found)

    def _within(
        self, node: ast.Expr, value: Reading, low: tuple[str, ast.Expr], high: tuple[str, ast.Expr]
    ) -> Formula:
        """An interval: one end alone may be met by every value, as the 0 of `[0..100)` is."""
        ends = [self._compared(node, operator, value, self.value(end)) for operator, end in (low, high)]
        return self._told(node, conj(*ends))

    def _told(self, node: ast.Expr, found: Formula) -> Formula:
        if found in (TRUE, FALSE):
            always = "永远成立" if found == TRUE else "永远不会成立"
            problem = Problem(
                "match.never", f"这个比较{always}", "请检查数字是否在指标的取值范围内", node.span
            )
            self.scope.findings.append(problem)
        return found

    def _compared(self, node: ast.Expr, operator: str, left: Reading, right: Reading) -> Formula:
        if left is NULL or right is NULL:
            return TRUE if operator == "!=" else FALSE
        if isinstance(left, Number) and isinstance(right, Number):
            if (found := {kind_of(left), kind_of(right)} & {"date", "months"}) and kind_of(left) != kind_of(
                right
            ):
                if "months" in found:
                    advice = '相减得到的是天数；满一年请写 成立日期 + @"P1Y" <= 评估日'
                    raise self.fail(node, "年月的时长只能与年月的时长比较", advice)
                raise self.fail(node, "日期只能与日期比较", '日期请写成 @"2026-01-01"')
            try:
                return compare_numbers(operator, left, right, self.scope.columns)
            except LogicError as error:
                raise self.fail(node, str(error)) from None
        if isinstance(right, TextName) and not isinstance(left, TextName):
            left, right = right, left
        if isinstance(left, TextName) and isinstance(right, str) and operator in ("=", "!="):
            return self._listed(node, left, right, operator)
        if isinstance(left, Formula) and isinstance(right, Formula) and operator in ("=", "!="):
            same = disj(conj(left, right), conj(neg(left), neg(right)))
            return same if operator == "=" else neg(same)
        raise self.fail(node, "这两边不能比较", "数字与数字比，文字与带引号的文字比，真假与 true、false 比")

    def _listed(self, node: ast.Expr, name: TextName, text: str, operator: str) -> Formula:
        allowed = self.scope.registry[name].values
        if allowed and text not in allowed:
            raise self.fail(node, f"{name}没有“{text}”这个取值", f"可写：{'、'.join(allowed)}")
        return text_atom(str(name), compare(operator, text), self.scope.columns)

    def _choice(self, node: ast.If) -> Reading:
        condition, yes, no = self.condition(node.condition), self.value(node.yes), self.value(node.no)
        if isinstance(yes, Formula) and isinstance(no, Formula):
            return disj(conj(condition, yes), conj(neg(condition), no))
        if isinstance(yes, Number) and isinstance(no, Number):
            return Choice(condition, yes, no)
        raise self.fail(node, "if 的两个结果应同为数字或同为条件")

    def _call(self, node: ast.Call) -> Reading:
        name = node.function.name if isinstance(node.function, ast.Name) else ""
        arguments = list(node.arguments)
        if len(arguments) == 1 and isinstance(arguments[0], ast.ListLiteral):
            arguments = list(arguments[0].items)
        if name == "not" and len(arguments) == 1:
            return neg(self.condition(arguments[0]))
        if name in ("all", "any"):
            parts = [self.condition(one) for one in arguments]
            return conj(*parts) if name == "all" else disj(*parts)
        if name in ("max", "min") and arguments:
            return Extreme(name == "max", tuple(self.number(one) for one in arguments))
        if name == "sum" and arguments:
            return self._total(node, arguments)
        if name == "years and months duration" and len(arguments) == 2:
            return self._months_between(node, self.number(arguments[0]), self.number(arguments[1]))
        if name in ("date", "duration") and isinstance(arguments[0], ast.StringLiteral):
            return self._temporal(node, arguments[0].value)
        if name in ("starts with", "list contains") and len(node.arguments) == 2:
            return self._text_call(node, name)
        raise self.fail(
            node, f"匹配条件里不支持函数“{name}”", "可用 not、max、min、sum、starts with、list contains"
        )

    def _total(self, node: ast.Call, arguments: Sequence[ast.Expr]) -> Number:
        total: Number = Linear()
        for one in arguments:
            total = self._arithmetic(node, "+", total, self.number(one))
        return total

    def _text_call(self, node: ast.Call, name: str) -> Formula:
        if name == "list contains":
            return self.test(node.arguments[0], node.arguments[1])
        subject, prefix = self.value(node.arguments[0]), self.value(node.arguments[1])
        if not isinstance(subject, TextName) or not isinstance(prefix, str):
            raise self.fail(node, "starts with 的两项应是文字指标与带引号的文字")
        allowed = self.scope.registry[subject].values
        values: ValueSet = (
            points(v for v in allowed if v.startswith(prefix)) if allowed else starting_with(prefix)
        )
        return text_atom(str(subject), values, self.scope.columns)

    def _temporal(self, node: ast.Expr, text: str) -> Linear:
        try:
            return Linear({}, Fraction((date.fromisoformat(text) - EPOCH).days), "date")
        except ValueError:
            pass
        found = duration_from_text(text)
        if isinstance(found, MonthsDuration):
            return Linear({}, Fraction(found.months), "months")
        if found is not None and found.nanos % DAY == 0:
            return Linear({}, Fraction(found.nanos // DAY), "days")
        raise self.fail(
            node, f"“{text}”在匹配条件里不能用", '日期写 @"2026-01-01"，天数写 @"P365D"，一年写 @"P1Y"'
        )


def moved_by_months(day: int, months: int) -> int:
    """Days since 1970 of a day moved by months; a day the month lacks becomes its last one (XQuery 10.7)."""
    return days_from_civil(*add_months(*civil_from_days(day), months))


def whole_months(start: int, end: int) -> int:
    """Whole months between two days, as `years and months duration` counts them."""
    return months_between(FeelDate.from_days(start), FeelDate.from_days(end))
