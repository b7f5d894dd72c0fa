"""The SQL of a SELECT, written once for all queries of one shape: writing takes Django longer than asking takes.

A shape is all that decides the text: the model, what is selected, the joins, the conditions without their values,
order and limits. Only plain conditions, a column compared with values, have one; whatever else is asked Django writes
anew. Values go to the database as Django's own lookups give them, and a text is kept only when Django put just these,
in this order, at its end.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db.models import Value
from django.db.models.expressions import Col
from django.db.models.fields.related_lookups import RelatedIn, RelatedLookupMixin
from django.db.models.lookups import BuiltinLookup, Contains, Exact, In, IntegerFieldExact, IsNull, Range
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable, Join
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode

MOST_SHAPES = 4000
"""So many are kept; then all are forgotten, and those in use soon known again."""
MOST_VALUES = 100
"""A list of more values than these would seldom come again as long as this."""
MADE = ("select", "klass_info", "annotation_col_map", "col_count", "has_extra_select", "plan")
"""What reading the rows asks of a compiler that wrote."""

_as_sql: Any = SQLCompiler.as_sql
_written: dict[tuple[Any, ...], "_Written | None"] = {}
_TEXTS = {kind.as_sql for kind in (BuiltinLookup, Exact, In, IsNull, RelatedIn, RelatedLookupMixin)}
_VALUES = {kind.process_rhs for kind in (BuiltinLookup, Contains, Exact, In, IntegerFieldExact, Range)}


class _Unshaped(Exception):
    """Something in it may be written in another way each time."""


class _Written(NamedTuple):
    sql: str
    first: tuple[Any, ...]
    made: dict[str, Any]
    held: list[Any]
    """What the shape names by its id: as long as it is kept, no other thing has that id."""


class _Shape:
    """The shape of one query, and its values."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.compiler = compiler
        self.connection: Any = compiler.connection
        self.parts: list[Any] = []
        self.values: list[Any] = []
        self.held: list[Any] = []

    def read(self) -> None:
        """Gather both; raise `_Unshaped` where there is none."""
        query: Any = self.compiler.query
        if (
            query.group_by is not None
            or query.combinator
            or query.extra
            or query.extra_tables
            or query.extra_order_by
            or query.distinct_fields
            or query.explain_info
            or query.external_aliases
            or query._filtered_relations
            or not query.alias_cols
            or (query.select_for_update and self.connection.features.has_select_for_update)
        ):
            raise _Unshaped
        selected = query.selected
        self.parts += (
            query.model,
            self.connection.vendor,
            query.default_cols,
            query.select_related is not False and _nested(query.select_related),
            (frozenset(query.deferred_loading[0]), query.deferred_loading[1]),
            selected and tuple(selected.items()),
            query.distinct,
            query.order_by,
            query.default_ordering,
            query.standard_ordering,
            query.low_mark,
            query.high_mark,
            query.alias_prefix,
            query.subquery,
        )
        for name, one in query.annotations.items():
            if name != "a" or one.__class__ is not Value or one.value.__class__ is not int or one.value != 1:
                raise _Unshaped
            self.parts += (name, one.output_field.__class__)  # `exists()` selects it
        for name in query.order_by:
            if name.__class__ is not str:
                raise _Unshaped
        for column in query.select:
            self._column(column)
        for alias, table in query.alias_map.items():
            self._table(table, query.alias_refcount[alias] > 0)
        self._conditions(query.where)

    def _table(self, table: Any, is_used: bool) -> None:
        self.parts += (table.table_alias, table.table_name, is_used)
        if table.__class__ is Join:
            self.parts += (table.parent_alias, table.join_type, id(table.join_field))
            self.held.append(table.join_field)
        elif table.__class__ is not BaseTable:
            raise _Unshaped

    def _column(self, column: Any) -> None:
        if column.__class__ is not Col:
            raise _Unshaped
        field, output = column.target, column.output_field
        self.parts += (column.alias, id(field), id(output))
        self.held += (field, output)

    def _conditions(self, node: WhereNode) -> None:
        self.parts += (node.connector, node.negated, len(node.children))
        for child in node.children:
            if child.__class__ is WhereNode:
                self._conditions(child)
            else:
                self._condition(child)

    def _condition(self, lookup: Any) -> None:
        kind = lookup.__class__
        if not _is_plain(kind, self.connection.vendor):
            raise _Unshaped
        value = lookup.rhs
        if lookup.bilateral_transforms or hasattr(value, "as_sql"):
            raise _Unshaped
        self._column(lookup.lhs)
        self.parts.append(kind)
        if value.__class__ is bool:
            self.parts.append(value)
            if issubclass(kind, IsNull) or lookup.lhs.conditional:  # the text says it
                return
        sql, values = lookup.process_rhs(self.compiler, self.connection)
        if len(values) > MOST_VALUES:
            raise _Unshaped
        self.parts.append(sql)
        self.values += values


@cache
def _is_plain(kind: type, vendor: str) -> bool:
    """Tell whether a condition's text depends on its column, its kind and the number of its values only."""
    return (
        getattr(kind, "as_sql", None) in _TEXTS
        and getattr(kind, "process_rhs", None) in _VALUES
        and not hasattr(kind, f"as_{vendor}")
    )


def _nested(names: Any) -> Any:
    """Return what `select_related` was told, to be compared."""
    return names if names is True else tuple((name, _nested(below)) for name, below in names.items())


def _as_sql_kept(
    compiler: Any, with_limits: bool = True, with_col_aliases: bool = False
) -> tuple[str, Sequence[Any]]:
    if (
        compiler.__class__.as_sql is not _as_sql_kept
        or compiler.query.__class__ is not Query
        or with_col_aliases
        or not with_limits
    ):
        return _as_sql(compiler, with_limits, with_col_aliases)  # type: ignore[no-any-return]
    shape = _Shape(compiler)
    try:
        shape.read()
    except (_Unshaped, EmptyResultSet, FullResultSet):
        return _as_sql(compiler)  # type: ignore[no-any-return]
    key = tuple(shape.parts)
    try:
        written = _written[key]
    except KeyError:
        return _keep(key, shape)
    if written is None:
        return _as_sql(compiler)  # type: ignore[no-any-return]
    vars(compiler).update(written.made)
    return written.sql, (*written.first, *shape.values)


def _keep(key: tuple[Any, ...], shape: _Shape) -> tuple[str, Sequence[Any]]:
    compiler: Any = shape.compiler
    sql, values = _as_sql(compiler)
    before = len(values) - len(shape.values)
    first = tuple(values[:before]) if before >= 0 else None
    is_as_said = first in ((), (1,)) and list(values[before:]) == shape.values
    made = {name: vars(compiler).get(name) for name in MADE}
    if len(_written) >= MOST_SHAPES:
        _written.clear()
    _written[key] = _Written(sql, first or (), made, shape.held) if is_as_said else None
    return sql, values


def write_once() -> None:
    """Let every SELECT be written so, from now on."""
    SQLCompiler.as_sql = _as_sql_kept  # type: ignore[method-assign, assignment]
