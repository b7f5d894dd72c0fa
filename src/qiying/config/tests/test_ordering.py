"""An ordered SELECT is what Django writes by itself, for every model and every way to order."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, F, Value
from django.db.models.functions import Lower
from django.db.models.sql.compiler import SQLCompiler

from qiying.config import ordering
from qiying.kernel.cases.models import Case


def _both(queryset: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    ours = queryset.all().query.sql_with_params()
    with monkeypatch.context() as patch:
        patch.setattr(SQLCompiler, "_order_by_pairs", ordering._pairs)
        return ours, queryset.all().query.sql_with_params()


def test_it_is_in_use() -> None:
    assert vars(SQLCompiler)["_order_by_pairs"] is ordering._order_by_pairs


def test_every_model_is_ordered_by_each_field_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields]
        for rows in (
            model._default_manager.all(),
            model._default_manager.order_by("-pk", *names),
            model._default_manager.order_by(*names).reverse(),
            model._default_manager.order_by(*names).values_list("pk"),
            model._default_manager.select_related().order_by("pk"),
        ):
            ours, djangos = _both(rows, monkeypatch)
            assert ours == djangos


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
def test_ways_to_order(rows: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, djangos = _both(rows, monkeypatch)
    assert ours == djangos
