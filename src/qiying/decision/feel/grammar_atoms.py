"""What an expression may begin with: literals, names, brackets, `if`, `for`, `some`, `every`, `function`."""

from __future__ import annotations

from .cursor import Cursor
from .errors import FeelSyntaxError
from .grammar_types import parse_type
from .names import KEYWORDS, NameTable, normal_name
from .numbers import number_from_text
from .syntax import (
    AtLiteral,
    BooleanLiteral,
    ContextEntry,
    ContextLiteral,
    Expr,
    For,
    FunctionLiteral,
    If,
    Interval,
    Iteration,
    ListLiteral,
    Name,
    NullLiteral,
    NumberLiteral,
    Parameter,
    Quantified,
    StringLiteral,
)

_ADD = 4  # the level of an end of a range: arithmetic, no comparison


def parse_atom(cursor: Cursor) -> Expr:
    """The literal, name, bracket or keyword construct at the cursor."""
    token = cursor.token
    if token.kind == "number" or (token.text == "-" and token.kind == "symbol"):
        return _number(cursor)
    if token.kind == "string":
        cursor.take()
        return StringLiteral(token.value, span=token.span)
    if token.kind == "word":
        return _word(cursor)
    if token.kind == "symbol":
        match token.text:
            case "@":
                return _at_literal(cursor)
            case "(":
                return _parenthesis(cursor)
            case "[" | "]":
                return _bracket(cursor)
            case "{":
                return _context(cursor)
    what = cursor.describe()
    cursor.fail("syntax.atom", f"这里缺一个值，却是{what}", "请写数字、文本、名称或括号")


def _number(cursor: Cursor) -> Expr:
    start = cursor.position
    sign = "-" if cursor.accept("-") else ""
    token = cursor.take()
    value = number_from_text(sign + token.text)
    if value is None:
        cursor.fail("syntax.number", "数字过大", "最多 34 位有效数字", token.span)
    return NumberLiteral(value, span=cursor.since(start))


def _at_literal(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.take()
    if cursor.token.kind != "string":
        cursor.fail("syntax.at", "@ 后面要写带引号的日期或时长", '例如 @"2025-01-01" 或 @"P1Y"')
    text = cursor.take().value
    return AtLiteral(text, span=cursor.since(start))


def _word(cursor: Cursor) -> Expr:
    known = cursor.scopes.longest(cursor.tokens, cursor.position)
    start = cursor.position
    if known:
        cursor.position += known[1]
        return Name(known[0], span=cursor.since(start))
    token = cursor.token
    match token.text:
        case "null":
            cursor.take()
            return NullLiteral(span=token.span)
        case "true" | "false":
            cursor.take()
            return BooleanLiteral(token.text == "true", span=token.span)
        case "if":
            return _if(cursor)
        case "for":
            return _for(cursor)
        case "some" | "every":
            return _quantified(cursor)
        case "function" if cursor.ahead().text == "(":
            return _function(cursor)
    if token.text in KEYWORDS:
        cursor.fail("syntax.keyword", f"这里缺一个值，却是关键词“{token.text}”", "请在它前面补上内容")
    cursor.take()
    return Name(token.text, span=token.span)


def _parenthesis(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.take()
    inner = cursor.inside()
    if cursor.accept(".."):
        return _interval_end(cursor, start, inner, low_closed=False)
    cursor.expect(")", "括号要收尾")
    return inner


def _bracket(cursor: Cursor) -> Expr:
    start = cursor.position
    opened = cursor.take().text
    if opened == "[" and cursor.accept("]"):
        return ListLiteral((), span=cursor.since(start))
    items = [cursor.inside()]
    if cursor.accept(".."):
        return _interval_end(cursor, start, items[0], low_closed=opened == "[")
    if opened == "]":
        cursor.fail("syntax.interval", "] 开头的是区间，缺少 ..", "例如 ]1..5]")
    while cursor.accept(","):
        items.append(cursor.inside())
    cursor.expect("]", "列表要收尾")
    return ListLiteral(tuple(items), span=cursor.since(start))


def _interval_end(cursor: Cursor, start: int, low: Expr, low_closed: bool) -> Expr:
    saved = cursor.filters_allowed
    mark = cursor.mark()
    try:
        cursor.filters_allowed = True
        high = cursor.expression(_ADD)
        closing = cursor.at("]", ")", "[")
    except FeelSyntaxError:
        closing = False
    if not closing:
        # The `[` taken for a filter may have been the open end of the range.
        cursor.rewind(mark)
        cursor.filters_allowed = False
        high = cursor.expression(_ADD)
    cursor.filters_allowed = saved
    if not cursor.at("]", ")", "["):
        cursor.fail("syntax.interval", f"区间没有收尾，这里是{cursor.describe()}", "闭区间写 ]，开区间写 )")
    high_closed = cursor.take().text == "]"
    return Interval(low, high, low_closed, high_closed, span=cursor.since(start))


def _context(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.take()
    table = NameTable()
    cursor.scopes.push(table)
    entries: list[ContextEntry] = []
    while not cursor.at("}"):
        entries.append(_entry(cursor))
        table.add(entries[-1].key)
        cursor.members.add(entries[-1].key)
        if not cursor.accept(","):
            break
    cursor.scopes.pop()
    cursor.expect("}", "上下文要收尾")
    return ContextLiteral(tuple(entries), span=cursor.since(start))


def _entry(cursor: Cursor) -> ContextEntry:
    start = cursor.position
    if cursor.token.kind == "string":
        key = cursor.take().value
    else:
        name = cursor.name_run(":")
        if name is None:
            cursor.fail("syntax.key", f"这里应写成员名，却是{cursor.describe()}", "例如 {名称: 1}")
        key = normal_name(name)
    cursor.expect(":", "成员名后要写值")
    return ContextEntry(key, cursor.inside(), span=cursor.since(start))


def _if(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.take()
    condition = cursor.expression()
    cursor.expect("then", "if 的条件之后")
    yes = cursor.expression()
    cursor.expect("else", "then 的结果之后")
    return If(condition, yes, cursor.expression(), span=cursor.since(start))


def _iterations(cursor: Cursor, table: NameTable) -> tuple[Iteration, ...]:
    found: list[Iteration] = []
    while True:
        start = cursor.position
        name = cursor.name_run("in")
        if name is None:
            cursor.fail(
                "syntax.variable", f"这里应写变量名，却是{cursor.describe()}", "例如 for 行 in 列表 return …"
            )
        cursor.expect("in", "变量名之后")
        source = cursor.expression()
        end = cursor.expression() if cursor.accept("..") else None
        found.append(Iteration(normal_name(name), source, end, span=cursor.since(start)))
        table.add(found[-1].name)
        if not cursor.accept(","):
            return tuple(found)


def _for(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.take()
    table = NameTable(("partial",))
    cursor.scopes.push(table)
    iterations = _iterations(cursor, table)
    cursor.expect("return", "for 的来源之后")
    body = cursor.expression()
    cursor.scopes.pop()
    return For(iterations, body, span=cursor.since(start))


def _quantified(cursor: Cursor) -> Expr:
    start = cursor.position
    quantifier = cursor.take().text
    table = NameTable()
    cursor.scopes.push(table)
    iterations = _iterations(cursor, table)
    cursor.expect("satisfies", f"{quantifier} 的来源之后")
    condition = cursor.expression()
    cursor.scopes.pop()
    return Quantified(quantifier, iterations, condition, span=cursor.since(start))


def _function(cursor: Cursor) -> Expr:
    start = cursor.position
    cursor.position += 2
    parameters: list[Parameter] = []
    while not cursor.at(")"):
        begin = cursor.position
        name = cursor.name_run(":", ",", ")")
        if name is None:
            cursor.fail(
                "syntax.parameter",
                f"这里应写参数名，却是{cursor.describe()}",
                "例如 function(数量: number) …",
            )
        declared = parse_type(cursor) if cursor.accept(":") else None
        parameters.append(Parameter(normal_name(name), declared, span=cursor.since(begin)))
        if not cursor.accept(","):
            break
    cursor.expect(")", "参数要收尾")
    result = parse_type(cursor) if cursor.accept(":") else None
    external = cursor.accept("external")
    cursor.scopes.push(NameTable(parameter.name for parameter in parameters))
    body = cursor.expression()
    cursor.scopes.pop()
    return FunctionLiteral(tuple(parameters), body, external, result, span=cursor.since(start))
