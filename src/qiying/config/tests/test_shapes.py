"""A SELECT written once for its shape says what Django would write for it, whatever the values."""

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, UUIDField, Value
from django.db.models.sql.compiler import SQLCompiler

from qiying.config import shapes
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.models import Membership

VALUES: tuple[Any, ...] = (
    *(1, 0, 2**70, "1", "", "it's 100% %s", True, None, 1.5),
    *(date(2026, 2, 3), datetime(2026, 2, 3, 4, tzinfo=UTC)),
)
LOOKUPS = ("exact", "gt", "gte", "lt", "lte", "contains", "startswith", "isnull", "in", "range")


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "_written", {})


def _told(rows: Any) -> Any:
    """Return the SQL, the values with their types, and what reading rows asks of who wrote it; or what is wrong."""
    compiler: Any = rows.all().query.get_compiler(connection=connection)
    try:
        sql, values = compiler.as_sql()
    except Exception as error:
        return type(error)
    columns = [(c.alias, c.target) if hasattr(c, "target") else repr(c) for c, *_ in compiler.select]
    info = compiler.klass_info or {}
    whole = (
        info.get("model"),
        info.get("select_fields"),
        [r["model"] for r in info.get("related_klass_infos", [])],
    )
    read = compiler.annotation_col_map, compiler.col_count, compiler.has_extra_select
    return sql, [(repr(v), type(v)) for v in values], columns, whole, read


def _same(rows: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    ours = [_told(rows), _told(rows)]  # the second time from what was kept
    with monkeypatch.context() as patch:
        patch.setattr(SQLCompiler, "as_sql", shapes._as_sql)
        assert ours == [_told(rows)] * 2
    return ours[0]


def test_it_is_in_use() -> None:
    assert vars(SQLCompiler)["as_sql"] is shapes._as_sql_kept


def test_every_kind_of_field_compared_with_every_kind_of_value(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {
        (type(f), f.null, type(getattr(f, "target_field", f))): f
        for m in apps.get_models()
        for f in m._meta.concrete_fields
    }
    asked = 0
    for field in kinds.values():
        for lookup, value in product(LOOKUPS, VALUES):
            given = [value, 3] if lookup in {"in", "range"} else value
            if isinstance(field, UUIDField) and lookup in {"contains", "startswith"}:
                continue  # Django rewrites such a condition each time it writes it
            for way in ("filter", "exclude"):
                try:
                    rows = getattr(field.model._default_manager, way)(**{f"{field.name}__{lookup}": given})
                except Exception:  # Django takes no such value, texts kept or not
                    continue
                _same(rows, monkeypatch)
                asked += 1
    assert asked > 1000


def test_every_model_in_every_way_rows_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields]
        rows = model._default_manager.filter(pk__isnull=False)
        for asked in (
            rows,
            rows.order_by(*names),
            rows.reverse()[3:7],
            rows.select_related(),
            rows.values_list(*names),
            rows.values(*names[::-1]).distinct(),
            rows.only(*names[:2]),
            rows.defer(*names[1:3]),
            *(
                rows.select_related(f.name).order_by(f"-{f.name}__pk")
                for f in model._meta.concrete_fields
                if f.is_relation
            ),
        ):
            _same(asked, monkeypatch)


CASES = Case.objects.all()


@pytest.mark.parametrize(
    "rows",
    [
        CASES.none(),
        CASES.filter(pk__in=[]),
        CASES.filter(Q(pk__in=[]) | Q(state="x")),
        CASES.exclude(pk__in=[None]),
        CASES.filter(pk__in=range(500)),
        CASES.filter(~(Q(state="a", title="b") | ~Q(number="c"))),
        CASES.filter(Q(state="a") ^ Q(state="b")),
        CASES.filter(title=F("number")),
        CASES.filter(title__in=[F("number"), "x"]),
        CASES.filter(pk__in=CASES.filter(state="x").values("pk")),
        CASES.filter(Exists(Membership.objects.filter(unit=OuterRef("lead_unit")))),
        CASES.annotate(n=Count("events")).filter(n=2),
        CASES.annotate(a=Value(1)),
        CASES.annotate(a=Value(True)),
        CASES.annotate(b=Value(2)),
        CASES.filter(due_by__year=2026),
        CASES.filter(title__regex="x"),
        CASES.filter(district__name="x", lead_unit__parent__name__startswith="y").order_by("lead_unit__name"),
        CASES.filter(events__action="x").filter(events__action="y").distinct(),
        CASES.exclude(events__action="x"),
        CASES.union(CASES.filter(state="x")),
        CASES.extra(where=["1 = 1"]),
        CASES.select_related("district", "lead_unit__parent"),
    ],
)
def test_ways_to_ask(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _same(rows, monkeypatch)


def test_what_is_selected_and_the_values_that_the_text_says_are_part_of_the_shape() -> None:
    others = [
        CASES.filter(pk=1),
        CASES.filter(pk=1).values_list("pk"),
        CASES.filter(pk=1).values_list("state"),
        CASES.filter(lead_unit=1),
        CASES.filter(lead_unit__isnull=True),
        CASES.filter(lead_unit__isnull=False),
        CASES.filter(district__is_demo=True),
        CASES.filter(district__is_demo=False),
        CASES.filter(pk=1).order_by("pk"),
        CASES.filter(pk=1).order_by("-pk"),
        CASES.filter(pk=1)[:5],
        CASES.filter(pk=1)[:6],
        CASES.filter(pk=1).select_related("district"),
        CASES.filter(pk=1).select_related("lead_unit"),
    ]
    texts = [_told(rows)[0] for rows in others]
    assert len(set(texts)) == len(texts)
    assert [_told(rows)[0] for rows in others] == texts


def test_other_values_of_the_same_shape_are_asked_for() -> None:
    told = [_told(CASES.filter(state=state, number__in=[state, "c"])) for state in ("a", "b")]
    assert told[0][0] == told[1][0]
    assert [[v for v, _ in one[1]] for one in told] == [["'a'", "'c'", "'a'"], ["'b'", "'c'", "'b'"]]
    assert len(shapes._written) == 1


def test_no_more_shapes_are_kept_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "MOST_SHAPES", 3)
    for n in range(10):
        assert f"LIMIT {n + 1}" in _told(CASES[: n + 1])[0]
    assert len(shapes._written) <= 3
