"""All numbered rows of a case in one query, so that a page costs the same with one row or fifty."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import models
from django.db.models import F, Value
from django.db.models.functions import JSONObject

from qiying.kernel.cases.context import ROW_MODELS, Rows
from qiying.kernel.cases.models import Case, CaseIntake

TOGETHER = tuple(k for k in ROW_MODELS if k != "intake")


def rows_of(case: Case) -> Rows:
    """Return the rows of a case, every kind loaded; two queries (intakes come with their channel)."""
    rows = Rows(case)
    found: dict[str, list[Any]] = {kind: [] for kind in TOGETHER}
    parts = [_part(kind, case.pk) for kind in TOGETHER]
    for kind, body in parts[0].union(*parts[1:], all=True):
        found[kind].append(_instance(kind, case, body))
    for kind, made in found.items():
        rows.put(kind, sorted(made, key=lambda r: r.no))
    links = CaseIntake.objects.filter(case_id=case.pk).select_related("intake__channel", "intake__enterprise")
    rows.put("intake", links.order_by("no"))
    return rows


def _fields(kind: str) -> list[Any]:
    return list(ROW_MODELS[kind]._meta.concrete_fields)


def _part(kind: str, case_id: int) -> Any:
    body = JSONObject(**{f.attname: F(f.attname) for f in _fields(kind)})
    query = ROW_MODELS[kind].objects.filter(case_id=case_id).order_by()
    return query.annotate(row_kind=Value(kind), body=body).values_list("row_kind", "body")


def _instance(kind: str, case: Case, body: Any) -> Any:
    values = json.loads(body) if isinstance(body, str) else body
    model = ROW_MODELS[kind]
    row = model.from_db(
        case._state.db,
        [f.attname for f in _fields(kind)],
        [_python(f, values[f.attname]) for f in _fields(kind)],
    )
    row.case = case
    return row


def _python(field: Any, value: Any) -> Any:
    """Return a JSON value as the field's own type; the two databases write instants and booleans differently."""
    if value is None:
        return None
    if isinstance(field, models.DateTimeField):
        read = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    if isinstance(field, models.JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(field, models.DecimalField):
        return round(field.to_python(str(value)), field.decimal_places)
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(value)
    return field.to_python(value)
