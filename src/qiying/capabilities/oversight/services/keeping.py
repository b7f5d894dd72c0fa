"""Rows of oversight's registers: kept from a form, checked, noted in the audit; and articles cited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model

from qiying.capabilities.oversight.models import Article, Basis, Citation, RouteList
from qiying.kernel.audit.services import record_act
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

Values = Mapping[str, Any]
Faults = dict[str, list[str]]


def noted(actor: Viewer, action: str, row: Any, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told = {"subject": row.subject, "data": data, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action=f"oversight.{action}", **told)


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: Any,
    row: Any,
    values: Values,
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field, also what its model's own rule says."""
    require(actor, "oversight.keep")
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    if not fields and (check := CHECKS.get(model)):
        fields = check(made, values)
    refuse(fields)
    made.save()
    for name in (n for n in names if model._meta.get_field(n).many_to_many):
        getattr(made, name).set(values.get(name) or [])
    noted(actor, "keep", made, now, what=str(made))
    return made


def _basis(row: Basis, values: Values) -> Faults:
    if row.adopted_on and row.adopted_on > row.valid_from:
        return {"valid_from": ["施行不会早于通过"]}
    return {}


def _article(row: Article, values: Values) -> Faults:
    """One in force again from a later day ends the former."""
    if row.valid_from < row.basis.valid_from:
        return {"valid_from": [f"{row.basis.name} {row.basis.valid_from}才施行"]}
    same = Article.objects.filter(basis_id=row.basis_id, no=row.no).exclude(pk=row.pk or 0)
    if same.filter(valid_from=row.valid_from).exists():
        return {"no": [f"第{row.no}条从这一天起的条文已经有了"]}
    same.filter(valid_from__lt=row.valid_from, valid_to=None).update(
        valid_to=row.valid_from - timedelta(days=1)
    )
    return {}


def _list(row: RouteList, values: Values) -> Faults:
    if not 1 <= row.days <= 250:
        return {"days": ["写 1 到 250 个工作日"]}
    same = RouteList.objects.filter(district_id=row.district_id, name=row.name, valid_to=None)
    if row.valid_to is None and same.exclude(pk=row.pk or 0).exists():
        return {"name": ["这张清单还在用，先写它到哪天止"]}
    return {}


CHECKS: dict[type[Model], Any] = {Basis: _basis, Article: _article, RouteList: _list}
"""What is wrong with a row of a model beyond what holds for any row; a theme adds its own."""


def cite(
    *, actor: Viewer, articles: Iterable[int], subject: str, label: str, now: datetime
) -> list[Citation]:
    """Say that something cites articles, in the caller's transaction; said twice it stands once."""
    own = Article.objects.filter(pk__in=list(articles), district_id=actor.district_id or 0)
    told = {"label": label[:120], "person_id": actor.person_id, "at": now}
    return [Citation.objects.get_or_create(article=a, subject=subject, defaults=told)[0] for a in own]
