"""The parser: precedence climbing over DMN 1.5 §10.3.1.2, with names resolved against those in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, TypeVar

from .cursor import Cursor
from .errors import Span
from .grammar_atoms import parse_atom
from .grammar_types import parse_type
from .limits import MAX_DEPTH, limit
from .names import normal_name
from .syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    CompareTest,
    Comparison,
    Expr,
    Filter,
    In,
    InstanceOf,
    Negate,
    Node,
    Or,
    Path,
    TypeName,
    UnaryTests,
    children,
)

OR, AND, COMPARE, ADD, MULTIPLY, POWER, NEGATE = range(1, 8)
COMPARATORS = ("=", "!=", "<", "<=", ">", ">=")
_ARITHMETIC = {"+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "**": POWER}
_MISTAKES = {
    "==": ("相等只写一个等号", "请改写为 ="),
    "&&": ("“并且”写法不对", "请改写为 and"),
    "||": ("“或者”写法不对", "请改写为 or"),
    "|": ("“或者”写法不对", "请改写为 or"),
    "&": ("“并且”写法不对", "请改写为 and"),
    "!": ("“不是”写法不对", "请改写为 not(…)"),
    ";": ("这里不能用分号", "请改用英文逗号"),
    "%": ("这里不能用百分号", "5% 请写作 0.05"),
    "'": ("文本要用双引号", '请改写为 "…"'),
}


NodeKind = TypeVar("NodeKind", bound=Node)


class Parser(Cursor):
    """Turns the tokens of one text into a tree."""

    def expression(self, level: int = OR) -> Expr:
        """An expression whose operators bind at least as tightly as `level`."""
        self.enter()
        start = self.position
        left = self._postfix(self._prefix(level), start)
        while True:
            step = self._infix(left, level, start)
            if step is None:
                break
            left = step
        self.leave()
        return left

    def _prefix(self, level: int) -> Expr:
        start = self.position
        if self.at("-") and self.ahead().kind != "number":
            self.take()
            return Negate(self.expression(NEGATE), span=self.since(start))
        if self.at(*COMPARATORS):
            if level > OR:
                self._double_operator()
            return self._compare_test()
        return parse_atom(self)

    def _compare_test(self) -> Expr:
        start = self.position
        operator = self.take().text
        return CompareTest(operator, self.expression(ADD), span=self.since(start))

    def _double_operator(self) -> NoReturn:
        before = self.tokens[self.position - 1]
        pair = before.text + self.token.text
        advice = {"<>": "请改写为 !=", "==": "请改写为 =", "=<": "请改写为 <=", "=>": "请改写为 >="}.get(pair)
        self.fail("syntax.mistake", f"两个比较符号 {pair} 连在一起", advice or "请只留一个", before.span)

    def _postfix(self, base: Expr, start: int) -> Expr:
        if isinstance(base, (Negate, CompareTest)) and self.tokens[start].text != "(":
            return base
        while True:
            if self.at("."):
                self.take()
                base = Path(base, self._member(), span=self.since(start))
            elif self.at("("):
                base = self._call(base, start)
            elif self.at("[") and self.filters_allowed:
                base = self._filter(base, start)
            elif self.at("instance") and self.ahead().text == "of":
                self.position += 2
                base = InstanceOf(base, parse_type(self), span=self.since(start))
            else:
                return base

    def _member(self) -> str:
        known = self.members.longest(self.tokens, self.position)
        if known:
            self.position += known[1]
            return known[0]
        if self.token.kind != "word":
            self.fail("syntax.member", f"点号后应写成员名，却是{self.describe()}", "例如 企业.名称")
        return self.take().text

    def _filter(self, base: Expr, start: int) -> Expr:
        self.take()
        # Inside, the members of each item are known by name, as is the item itself.
        table = self.members.copy()
        table.add("item")
        condition = self.scoped(table)
        self.expect("]", "筛选条件要收尾")
        return Filter(base, condition, span=self.since(start))

    def _call(self, base: Expr, start: int) -> Expr:
        self.take()
        arguments: list[Expr] = []
        names: list[str] = []
        while not self.at(")"):
            name = self._argument_name()
            if name is not None:
                names.append(name)
            arguments.append(self.inside())
            if not self.accept(","):
                break
        self.expect(")", "函数的参数要收尾")
        if names and len(names) != len(arguments):
            self.fail("syntax.arguments", "参数要么都写名称，要么都不写", "请统一写法", self.since(start))
        return Call(base, tuple(arguments), tuple(names), span=self.since(start))

    def _argument_name(self) -> str | None:
        mark = self.position
        name = self.name_run(":")
        if name is None:
            return None
        if not self.accept(":"):
            self.position = mark
            return None
        return normal_name(name)

    def _infix(self, left: Expr, level: int, start: int) -> Expr | None:
        token = self.token
        if token.kind not in ("word", "symbol"):
            return None
        if token.text in _ARITHMETIC:
            return self._arithmetic(left, level, start)
        if token.text in ("and", "or"):
            return self._logic(left, level, start)
        if level > COMPARE:
            return None
        if token.text in COMPARATORS:
            self.take()
            return Comparison(token.text, left, self.expression(ADD), span=self.since(start))
        if token.text == "between":
            return self._between(left, start)
        if token.text == "in":
            self.take()
            return In(left, self._in_tests(), span=self.since(start))
        return None

    def _arithmetic(self, left: Expr, level: int, start: int) -> Expr | None:
        operator = self.token.text
        own = _ARITHMETIC[operator]
        if own < level:
            return None
        self.take()
        return Arithmetic(operator, left, self.expression(own + 1), span=self.since(start))

    def _logic(self, left: Expr, level: int, start: int) -> Expr | None:
        word = self.token.text
        own = AND if word == "and" else OR
        if own < level:
            return None
        operands = [left]
        while self.accept(word):
            operands.append(self.expression(own + 1))
        kind = And if word == "and" else Or
        return kind(tuple(operands), span=self.since(start))

    def _between(self, left: Expr, start: int) -> Expr:
        self.take()
        low = self.expression(ADD)
        self.expect("and", "between 之后要写两端")
        return Between(left, low, self.expression(ADD), span=self.since(start))

    def _in_tests(self) -> tuple[Expr, ...]:
        if self.at(*COMPARATORS):
            return (self._compare_test(),)
        if not self.at("("):
            return (self.expression(ADD),)
        mark = self.mark()
        self.take()
        tests = [self.inside()]
        if self.at(".."):
            # `(1..3]` is a range with an open end, not a list of tests.
            self.rewind(mark)
            return (self.expression(ADD),)
        while self.accept(","):
            tests.append(self.inside())
        self.expect(")", "in 之后的各项要收尾")
        if len(tests) == 1 and self.at("[", ".", "*", "/", "+", "-", "**"):
            self.rewind(mark)
            return (self.expression(ADD),)
        return tuple(tests)

    def unary_tests(self) -> UnaryTests:
        """The content of a table cell."""
        if self.at("-") and self.ahead().kind == "end":
            self.take()
            return UnaryTests((), span=self.since(0))
        if self.at("not") and self.ahead().text == "(":
            mark = self.mark()
            self.position += 2
            tests = self._tests()
            if self.accept(")") and self.token.kind == "end":
                return UnaryTests(tests, negated=True, span=self.since(0))
            self.rewind(mark)
        return UnaryTests(self._tests(), span=self.since(0))

    def _tests(self) -> tuple[Expr, ...]:
        tests = [self.inside()]
        while self.accept(","):
            tests.append(self.inside())
        return tuple(tests)

    def finish(self) -> None:
        """Raises unless the whole text was read."""
        token = self.token
        if token.kind == "end":
            return
        if token.text in _MISTAKES:
            message, advice = _MISTAKES[token.text]
            self.fail("syntax.mistake", message, advice)
        self.fail(
            "syntax.rest", f"读到这里式子已完整，{self.describe()}多余或前面缺运算符", "请检查名称是否写对"
        )


def parse_expression(
    text: str, names: Iterable[str] = (), *, members: Iterable[str] = (), types: Iterable[str] = ()
) -> Expr:
    """The tree of an expression; `names` are the values in scope, `members` those reached after a point.

    Raises `FeelSyntaxError` with line and column, or `FeelLimitError` when the text is too long or too deep.
    """
    parser = Parser(text, names, members, types)
    if parser.token.kind == "end":
        parser.fail("syntax.empty", "式子是空的", "请写一个条件或算式")
    tree = parser.expression()
    parser.finish()
    return check_depth(tree)


def parse_unary_tests(
    text: str, names: Iterable[str] = (), *, members: Iterable[str] = (), types: Iterable[str] = ()
) -> UnaryTests:
    """The tree of a table cell, such as `>= 5`, `[1..3]`, `"A", "B"`, `not(…)` or `-`; raises as above."""
    parser = Parser(text, ("?", *names), members, types)
    if parser.token.kind == "end":
        parser.fail("syntax.empty", "单元格是空的", "不限请写 -")
    tree = parser.unary_tests()
    parser.finish()
    check_depth(tree)
    return tree


def parse_type_name(text: str, types: Iterable[str] = ()) -> TypeName:
    """The tree of a written type; raises as above."""
    parser = Parser(text, (), (), types)
    tree = parse_type(parser)
    parser.finish()
    return tree


def check_depth(tree: NodeKind) -> NodeKind:
    """The tree itself, unless long chains made it deeper than walkers may go."""
    level: list[Node] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
        if not level:
            return tree
    raise limit("depth", "式子连得过长", "请拆成几个式子，或改用 sum([…])、in (…)", Span(0, 0))
