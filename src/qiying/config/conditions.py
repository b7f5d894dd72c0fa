"""Conditions of `filter` on a model's own columns, resolved once a name: `state`, `due_by__lt`, `unit`, `unit__pk`.

Django looks each name up anew, joins the table a relation leads to and finds then that it need not. What it finds is
the same each time, and is kept; the joins are made and left as Django does, for what comes later may use them. Whatever
is no plain value, is negated, or lies in another table goes Django's way.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import FieldError
from django.db.models import QuerySet
from django.db.models.sql.constants import INNER
from django.db.models.sql.query import Query
from django.db.models.sql.where import AND, WhereNode

_build: Any = Query.build_filter
_filter: Any = vars(QuerySet)["_filter_or_exclude_inplace"]
PLAIN = frozenset({str, int, bool, float, Decimal, date, datetime, UUID})
MANY = frozenset({list, tuple, set, frozenset})


class _Column(NamedTuple):
    """What a name of a condition stands for."""

    kind: Any
    """The lookup, which compares."""
    target: Any
    field: Any
    over: Any
    """The way to the table a relation leads to; None for what is no relation."""


@lru_cache(maxsize=4096)
def _column(model: Any, name: str) -> _Column | None:
    """Return what the name stands for where that is a column of the model's own table and a single comparison."""
    query: Any = Query(model)
    try:
        lookups, parts, _ = query.solve_lookup_type(name)
        own = query.get_initial_alias()
        joined = query.setup_joins(parts, query.get_meta(), own)
    except FieldError:
        return None  # Django says what is wrong
    targets, alias, _ = query.trim_joins(joined.targets, joined.joins, joined.path)
    if alias != own or len(targets) != 1 or len(joined.path) > 1 or len(lookups) > 1:
        return None
    kind = query._get_col(targets[0], joined.final_field, own).get_lookup(lookups[0] if lookups else "exact")
    return (
        _Column(kind, targets[0], joined.final_field, joined.path[0] if joined.path else None)
        if kind
        else None
    )


def _is_plain(value: Any, field: Any) -> bool:
    kind = value.__class__
    if kind in MANY:
        return PLAIN.issuperset(map(type, value))
    return kind in PLAIN or (field.is_relation and kind is field.related_model)


def _build_filter(
    query: Any,
    filter_expr: Any,
    branch_negated: bool = False,
    current_negated: bool = False,
    can_reuse: Any = None,
    allow_joins: bool = True,
    *rest: Any,
    **named: Any,
) -> Any:
    if (
        filter_expr.__class__ is tuple
        and allow_joins
        and not (branch_negated or query.annotations)
        and (column := _column(query.model, filter_expr[0])) is not None
        and _is_plain(filter_expr[1], column.field)
        and (built := _built(query, column, filter_expr[1], can_reuse)) is not None
    ):
        return built
    return _build(query, filter_expr, branch_negated, current_negated, can_reuse, allow_joins, *rest, **named)


def _built(query: Any, column: _Column, value: Any, can_reuse: Any) -> Any:
    """Return the condition and the tables that have to be there for it, as Django's `build_filter` does.

    None, with nothing done, where the value means nothing to the column: then it is asked for in another way.
    """
    kind, target, field, over = column
    used = [query.get_initial_alias()]
    lookup = kind(query._get_col(target, field, used[0]), value)
    if lookup.rhs is None:
        query.unref_alias(used[0])
        return None
    if over is not None:
        nullable = query.is_nullable(over.join_field)
        join = query.join_class(over.to_opts.db_table, used[0], None, INNER, over.join_field, nullable)
        used.append(query.join(join))
        query.unref_alias(used[1])
    query._lookup_joins = used
    if can_reuse is not None:
        can_reuse.add(used[0])
    is_without = lookup.lookup_name == "isnull" and lookup.rhs is True
    return WhereNode([lookup], connector=AND), set() if is_without else set(used)


def _filter_inplace(rows: Any, negate: bool, args: Any, kwargs: Any) -> Any:
    """Add conditions that are all plain: what Django weighs of joins and negations has no part in them."""
    query = rows._query
    where = query.where
    if negate or args or query.annotations or where.negated or where.connector != AND:
        return _filter(rows, negate, args, kwargs)
    model, found = query.model, []
    for name in sorted(kwargs):
        column, value = _column(model, name), kwargs[name]
        if column is None or not _is_plain(value, column.field):
            return _filter(rows, negate, args, kwargs)
        found.append((column, value))
    for at, (column, value) in enumerate(found):
        built = _built(query, column, value, query.used_aliases)
        if built is None:  # the rest is asked for in Django's way
            return _filter(rows, negate, args, {name: kwargs[name] for name in sorted(kwargs)[at:]})
        condition, needed = built
        where.children += condition.children
        if column.over is not None:
            query.demote_joins(needed)
    return None


def resolve_once() -> None:
    """Let every condition be resolved so, from now on."""
    Query.build_filter = _build_filter  # type: ignore[method-assign, assignment]
    QuerySet._filter_or_exclude_inplace = _filter_inplace  # type: ignore[attr-defined]
