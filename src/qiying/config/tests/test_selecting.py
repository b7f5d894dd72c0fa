"""A SELECT is what Django writes by itself, and reads the same, for every model and every way to ask."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, F, Model, Value
from django.db.models.base import DEFERRED
from django.db.models.functions import Lower
from django.db.models.signals import post_init
from django.db.models.sql.compiler import SQLCompiler

from qiying.config import selecting
from qiying.kernel.cases.models import Case

DJANGOS = {
    "get_select": selecting._select,
    "get_converters": selecting._converters,
    "has_composite_fields": selecting._composites,
    "_order_by_pairs": selecting._pairs,
}


def _written(queryset: Any) -> tuple[Any, ...]:
    """Return the SQL, what each place of a row is made into, and by which converters."""
    compiler = queryset.all().query.get_compiler(connection=connection)
    sql = compiler.as_sql()
    fields = [s[0] for s in compiler.select[: compiler.col_count]]
    converters = {
        i: [getattr(c, "__qualname__", c) for c in convs]
        for i, (convs, _) in compiler.get_converters(fields).items()
    }
    info = compiler.klass_info or {}
    whole = (info.get("model"), info.get("select_fields"), compiler.annotation_col_map)
    return sql, fields, whole, converters, compiler.has_composite_fields(fields)


def _both(queryset: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    _written(queryset)  # the second time it is written from what was kept
    ours = _written(queryset)
    with monkeypatch.context() as patch:
        for name, djangos in DJANGOS.items():
            patch.setattr(SQLCompiler, name, djangos)
        return ours, _written(queryset)


def test_it_is_in_use() -> None:
    assert all(
        vars(SQLCompiler)[name] is getattr(selecting, name if name[0] == "_" else f"_{name}")
        for name in DJANGOS
    )


@pytest.mark.django_db  # a lock asks whether a transaction is under way
def test_every_model_is_selected_and_ordered_by_each_field_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields]
        rows = model._default_manager.all()
        for asked in (
            rows,
            rows.filter(pk=1),
            rows.order_by("-pk", *names),
            rows.order_by(*names).reverse(),
            rows.order_by(*names).values_list("pk"),
            rows.select_related().order_by("pk"),
            rows.only("pk"),
            rows.defer(*names[1:2]),
            rows.filter(pk__in=rows.order_by("pk")),
            rows.order_by().union(rows.order_by()),
            rows.select_for_update() if connection.features.has_select_for_update else rows,
        ):
            ours, djangos = _both(asked, monkeypatch)
            assert ours == djangos


def test_every_row_is_read_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        for names in ([f.attname for f in fields], [fields[0].attname]):
            ours = model.from_db("default", names, range(len(names)))
            djangos = selecting._from_db(model, "default", names, range(len(names)))
            assert ours._state.fields_cache == djangos._state.fields_cache == {}
            kept, theirs = vars(ours), vars(djangos)
            assert type(ours) is type(djangos) and vars(kept.pop("_state")) == vars(theirs.pop("_state"))
            assert list(kept.items()) == list(theirs.items())


def test_what_listens_to_new_objects_hears_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = []

    def hear(sender: type, **_: Any) -> None:
        heard.append(sender)

    post_init.connect(hear, sender=Case)
    try:
        Case.from_db(
            "default",
            [f.attname for f in Case._meta.concrete_fields],
            [None] * len(Case._meta.concrete_fields),
        )
    finally:
        post_init.disconnect(hear, sender=Case)
    assert heard == [Case]


CASES = Case.objects.all()


@pytest.mark.parametrize(
    "rows",
    [
        CASES.order_by("?"),
        CASES.order_by("channel__name", "-lead_unit"),
        CASES.order_by(F("due_by").desc(nulls_last=True), "pk"),
        CASES.values(place=F("number")).order_by("place"),
        CASES.values("state").annotate(n=Count("pk")).order_by("-n", "state"),
        CASES.annotate(n=Count("events")).order_by("n"),
        CASES.annotate(low=Lower("title")).order_by("low", "title"),
        CASES.alias(low=Lower("title")).order_by("low"),
        CASES.order_by(Lower("title")),
        CASES.values_list("pk", "state").union(CASES.values_list("pk", "title")).order_by("state"),
        CASES.values_list("state").union(CASES.values_list("title")).order_by("-state"),
        CASES.extra(select={"one": "1"}).order_by("one"),
        CASES.values("state", one=Value(1)).distinct().order_by("one", "state"),
        CASES.distinct().order_by("number"),
        CASES.filter(pk__in=CASES.order_by("number")[:3]).order_by("title"),
    ],
)
def test_ways_to_ask(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, djangos = _both(rows, monkeypatch)
    assert ours == djangos


def _made(model: Any, given: dict[str, Any]) -> Any:
    try:
        row = model(**given)
    except Exception as error:
        return type(error), str(error)
    kept = {name: value for name, value in vars(row).items() if name != "_state"}
    drawn = {f.attname for f in model._meta.concrete_fields if f.has_default() and callable(f.default)}
    plain = {n: repr(v).partition(" object at ")[0] for n, v in kept.items() if n not in drawn - set(given)}
    return list(kept), plain, row._state.adding, row._state.db, dict(row._state.fields_cache)


def test_a_new_row_of_every_model_is_as_django_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        fields = model._meta.concrete_fields
        asked: list[dict[str, Any]] = [{}, {"no_such": 1}, {"pk": 3}, {fields[-1].attname: 5}]
        asked += [{f.attname: 1} for f in fields] + [{fields[0].attname: DEFERRED}]
        for f in fields:
            if f.is_relation:
                other = f.related_model()  # type: ignore[misc]
                asked += [{f.name: other}, {f.name: None}, {f.name: other, f.attname: 4}, {f.name: 7}]
        for given in asked:
            ours = _made(model, given)
            with monkeypatch.context() as patch:
                patch.setattr(Model, "__init__", selecting._init)
                selecting._attributes.cache_clear()
                assert ours == _made(model, given), (model, given)
            selecting._attributes.cache_clear()


def test_a_new_row_draws_its_own_defaults() -> None:
    one, other = Case(extras={"x": 1}), Case()
    assert one.extras == {"x": 1}
    assert other.extras == {}
    assert other.extras is not Case().extras
