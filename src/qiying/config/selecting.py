"""SELECTs as Django writes and reads them, without what it works out anew for each: a third of what a short one takes.

- Which columns a model's rows have, as SQL, and how their values are read, is the same for every query that takes
  whole rows of one table and nothing else: made once a model by Django itself, then kept.
- Before an ORDER BY Django looks each name up among the selected expressions and hashes every one of them for that. A
  name can only be the alias of one; where none has an alias, there is nothing to look up.
- A whole row read from the database becomes an object by taking its values over, not by one assignment a field. So
  does a new one: what its fields are by default is worked out once a model.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.db.models import ForeignKey, Model
from django.db.models.base import DEFERRED, ModelState
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init
from django.db.models.sql.compiler import SQLCompiler

_select: Any = SQLCompiler.get_select
_converters: Any = SQLCompiler.get_converters
_pairs: Any = SQLCompiler._order_by_pairs  # the stubs think that it returns nothing
_composites: Any = SQLCompiler.has_composite_fields
_from_db: Any = vars(Model)["from_db"].__func__
_init: Any = vars(Model)["__init__"]
_plans: dict[tuple[type, str], "_Plan"] = {}


class _Plan(NamedTuple):
    """How whole rows of a model are selected and read."""

    select: list[Any]
    places: list[int]
    converters: dict[int, Any]
    has_composites: bool


class _New(NamedTuple):
    """What a new row of a model is like before anything is said of it."""

    values: dict[str, Any]
    drawn: tuple[tuple[str, Callable[[], Any]], ...]
    """Defaults that are made anew for each row."""
    relations: dict[str, str]
    """Names under which a row may be given where its key is stored."""


def select_quickly() -> None:
    """Let every SELECT be written so, from now on."""
    SQLCompiler.get_select = _get_select  # type: ignore[assignment]
    SQLCompiler.get_converters = _get_converters  # type: ignore[assignment]
    SQLCompiler.has_composite_fields = _has_composite_fields  # type: ignore[assignment]
    SQLCompiler._order_by_pairs = _order_by_pairs  # type: ignore[assignment]
    Model.from_db = classmethod(_row)  # type: ignore[assignment]
    Model.__init__ = _init_quickly  # type: ignore[assignment, method-assign]


def _get_select(compiler: Any, with_col_aliases: bool = False) -> tuple[Any, Any, Any]:
    query = compiler.query
    compiler.plan = None
    if with_col_aliases or not _takes_whole_rows(query):
        return _select(compiler, with_col_aliases=with_col_aliases)  # type: ignore[no-any-return]
    key = query.model, compiler.connection.vendor
    plan = _plans.get(key)
    if plan is None:
        select, info, _ = _select(compiler)
        fields = [s[0] for s in select]
        plan = _Plan(
            select, info["select_fields"], _converters(compiler, fields), _composites(compiler, fields)
        )
        _plans[key] = plan
    compiler.plan = plan
    return plan.select.copy(), {"model": query.model, "select_fields": plan.places.copy()}, {}


def _takes_whole_rows(query: Any) -> bool:
    """Tell whether just the columns of a model's own table are selected, under the table's own name."""
    meta = query.get_meta()
    return (
        query.default_cols
        and not query.select_related
        and not query.annotations
        and not query.extra
        and query.selected is None
        and query.deferred_loading == (frozenset(), True)
        and meta.concrete_model is query.model
        and not meta.parents
        and query.base_table == meta.db_table
    )


def _get_converters(compiler: Any, expressions: Any) -> dict[int, Any]:
    plan = _plan_of(compiler, expressions)
    return plan.converters if plan else _converters(compiler, expressions)


def _has_composite_fields(compiler: Any, expressions: Any) -> bool:
    plan = _plan_of(compiler, expressions)
    return plan.has_composites if plan else _composites(compiler, expressions)


def _plan_of(compiler: Any, expressions: Any) -> _Plan | None:
    """Return how these columns are read where they are the whole rows that this compiler selects."""
    plan: _Plan | None = getattr(compiler, "plan", None)
    is_whole = plan and len(expressions) == len(plan.select) and expressions[0] is plan.select[0][0]
    return plan if is_whole else None


def _order_by_pairs(compiler: Any) -> Iterator[Any]:
    selected = compiler.select
    if _refers(compiler):
        yield from _pairs(compiler)
        return
    compiler.select = ()
    try:
        yield from _pairs(compiler)
    finally:
        compiler.select = selected


def _refers(compiler: Any) -> bool:
    """Tell whether the ordering may name something selected: an expression, an alias, a part of a UNION."""
    query = compiler.query
    meta = query.get_meta()
    ordering = query.extra_order_by or query.order_by or (meta.ordering if meta else ())
    return (
        bool(query.combinator)
        or not all(isinstance(name, str) for name in ordering)
        or any(alias for _, _, alias in compiler.select or ())
    )


def _row(model: Any, db: str | None, field_names: Any, values: Any) -> Any:
    names = _attributes(model)
    if len(names) != len(values) or pre_init.receivers or post_init.receivers:
        return _from_db(model, db, field_names, values)
    row = model.__new__(model)
    row._state = ModelState()
    row._state.adding, row._state.db = False, db
    row.__dict__.update(zip(names, values, strict=True))
    return row


@cache
def _attributes(model: type[Model]) -> tuple[str, ...]:
    """Return a row's attributes in the order of its columns; none where making or setting one means more."""
    names = [f.attname for f in model._meta.concrete_fields]
    plain = all(isinstance(getattr(model, name), DeferredAttribute) for name in names)
    return tuple(names) if plain and model.__init__ is Model.__init__ else ()


def _init_quickly(row: Any, /, *args: Any, **kwargs: Any) -> None:
    model = row.__class__
    new = None if args or pre_init.receivers or post_init.receivers else _new(model)
    if new is None:
        _init(row, *args, **kwargs)
        return
    values, relations = new.values, new.relations
    for name, value in kwargs.items():
        if value is DEFERRED or (name not in values and relations.get(name, name) in kwargs):
            _init(row, **kwargs)  # Django says what is wrong, or knows what else is meant
            return
    row._state = ModelState()
    own = row.__dict__
    own.update(values)
    for name, default in new.drawn:
        if name not in kwargs:
            own[name] = default()
    for name, value in kwargs.items():
        if name in values:
            own[name] = value
        else:
            setattr(row, name, value)


@cache
def _new(model: Any) -> _New | None:
    """Return what a new row is like; None where making one means more than to take values over."""
    fields = model._meta.concrete_fields
    if model._meta.abstract or not _attributes(model) or any(f.generated for f in fields):
        return None
    is_fixed = {f: not f.has_db_default() and not (f.has_default() and callable(f.default)) for f in fields}
    return _New(
        {f.attname: f.get_default() if is_fixed[f] else None for f in fields},
        tuple((f.attname, f.get_default) for f in fields if not is_fixed[f]),
        {f.name: f.attname for f in fields if isinstance(f, ForeignKey)},
    )
