"""A condition resolved once a name is the one Django builds, with the joins it makes and those it leaves."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.sql.query import Query

from qiying.config import conditions
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Unit

VALUES: tuple[Any, ...] = (
    *(1, 0, "1", "", "it's 100% %s", True, False, None, 1.5, Decimal("1.5")),
    *(
        date(2026, 2, 3),
        datetime(2026, 2, 3, 4, tzinfo=UTC),
        Unit(pk=3),
        [],
        [1, None],
        ["x", Unit(pk=3)],
        {2},
    ),
)
LOOKUPS = ("", "__pk", "__exact", "__iexact", "__lt", "__contains", "__isnull", "__in", "__year", "__no_such")


def _told(model: Any, ask: Any) -> Any:
    """Return the SQL and its values, and the joins of the query; or what is wrong with it."""
    try:
        query = ask(model._default_manager.all()).query
        joins = {a: (j.table_name, j.parent_alias, j.join_type) for a, j in query.alias_map.items()}
        kept = joins, dict(query.alias_refcount), set(query.used_aliases)
        sql, values = query.get_compiler(connection=connection).as_sql()
        return sql, [repr(v) for v in values], *kept
    except EmptyResultSet:
        return None
    except Exception as error:
        return type(error), str(error)


def _same(model: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    ours = _told(model, ask)
    with monkeypatch.context() as patch:
        patch.setattr(Query, "build_filter", conditions._build)
        patch.setattr(QuerySet, "_filter_or_exclude_inplace", conditions._filter)
        assert ours == _told(model, ask)
    return ours


def test_it_is_in_use() -> None:
    assert vars(Query)["build_filter"] is conditions._build_filter
    assert vars(QuerySet)["_filter_or_exclude_inplace"] is conditions._filter_inplace


def test_every_field_of_every_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for lookup in ("", "__pk", "__in", "__isnull"):
                value = [1, 2] if lookup == "__in" else True if lookup else 1
                asked = {f"{field.name}{lookup}": value}
                _same(model, lambda rows, asked=asked: rows.filter(**asked), monkeypatch)


def test_every_kind_of_field_and_value(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {(type(f), f.null): f for m in apps.get_models() for f in m._meta.concrete_fields}
    for field in kinds.values():
        for lookup, value in product(LOOKUPS, VALUES):
            asked = {f"{field.name}{lookup}": value}
            for way in ("filter", "exclude"):
                _same(field.model, lambda rows, w=way, a=asked: getattr(rows, w)(**a), monkeypatch)


@pytest.mark.parametrize(
    "ask",
    [
        lambda rows: rows.filter(lead_unit=1).order_by("lead_unit__name"),
        lambda rows: rows.filter(lead_unit=1).select_related("lead_unit"),
        lambda rows: rows.filter(Q(lead_unit=1) | Q(lead_unit__name="x")),
        lambda rows: rows.filter(Q(lead_unit__isnull=True) | Q(lead_unit__name="x")),
        lambda rows: rows.filter(Q(lead_unit=1) | Q(state="x"), lead_unit__parent=2),
        lambda rows: rows.filter(lead_unit__isnull=True, lead_unit__name="x"),
        lambda rows: rows.filter(lead_unit__isnull=True, lead_unit=1, state="x", parent=2),
        lambda rows: (
            rows.select_related("lead_unit").filter(parent__isnull=True).filter(lead_unit=1, channel=2)
        ),
        lambda rows: rows.filter(lead_unit__name="x").filter(parent=1, lead_unit__isnull=True),
        lambda rows: rows.filter(state="x", events__action="y", lead_unit=1),
        lambda rows: rows.filter(lead_unit=1, state=None, title="z", turn=None),
        lambda rows: rows.filter(state="x", _connector="OR"),
        lambda rows: rows.filter(lead_unit__name="x").filter(lead_unit=1).filter(lead_unit__pk=2),
        lambda rows: rows.exclude(lead_unit=1).filter(lead_unit=2),
        lambda rows: rows.filter(events__action="x").filter(events__case=1),
        lambda rows: rows.exclude(events__action="x", state="y"),
        lambda rows: rows.annotate(one=Value("x")).filter(one="x", state="y"),
        lambda rows: rows.filter(lead_unit__in=Unit.objects.filter(name="x")),
        lambda rows: rows.filter(lead_unit=Unit.objects.filter(name="x")),
        lambda rows: rows.filter(lead_unit=Case(pk=1)),
        lambda rows: rows.filter(lead_unit=Unit(pk=1), district_id=3),
        lambda rows: rows.filter(Q(), ~Q(state="x"), Q(state="y") ^ Q(title="z")),
    ],
)
def test_ways_to_ask(ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _same(Case, ask, monkeypatch)
