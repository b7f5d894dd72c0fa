"""Reads written types: `list<number>`, `context<a: string>`, `function<number> -> string`."""

from __future__ import annotations

from .cursor import Cursor
from .names import normal_name
from .syntax import TypeName

_WITH_ARGUMENTS = frozenset({"list", "range", "context", "function"})


def parse_type(cursor: Cursor) -> TypeName:
    """The type at the cursor."""
    cursor.enter()
    start = cursor.position
    name = _type_name(cursor)
    fields: tuple[tuple[str, TypeName], ...] = ()
    arguments: tuple[TypeName, ...] = ()
    result = None
    if name in _WITH_ARGUMENTS and cursor.accept("<"):
        if name == "context":
            fields = _fields(cursor)
        else:
            arguments = _arguments(cursor)
        cursor.expect(">", "类型的参数要收尾")
    if name == "function" and cursor.accept("->"):
        result = parse_type(cursor)
    cursor.leave()
    return TypeName(name, arguments, fields, result, span=cursor.since(start))


def _type_name(cursor: Cursor) -> str:
    known = cursor.types.longest(cursor.tokens, cursor.position)
    if known:
        cursor.position += known[1]
        return known[0]
    if cursor.token.kind != "word":
        cursor.fail(
            "syntax.type", f"这里应写类型，却是{cursor.describe()}", "例如 number、string、date、list<number>"
        )
    name = cursor.take().text
    while cursor.at(".") and cursor.ahead().kind == "word":
        cursor.take()
        name += "." + cursor.take().text
    return name


def _arguments(cursor: Cursor) -> tuple[TypeName, ...]:
    found: list[TypeName] = []
    while not cursor.at(">"):
        found.append(parse_type(cursor))
        if not cursor.accept(","):
            break
    return tuple(found)


def _fields(cursor: Cursor) -> tuple[tuple[str, TypeName], ...]:
    found: list[tuple[str, TypeName]] = []
    while not cursor.at(">"):
        name = cursor.name_run(":")
        if name is None:
            cursor.fail(
                "syntax.field", f"这里应写成员名，却是{cursor.describe()}", "例如 context<名称: string>"
            )
        cursor.expect(":", "成员名后要写类型")
        found.append((normal_name(name), parse_type(cursor)))
        if not cursor.accept(","):
            break
    return tuple(found)
