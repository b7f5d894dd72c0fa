"""Rows of oversight's registers: kept from a form, checked, noted in the audit; and articles cited."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from qiying.capabilities.oversight.models import Article, Basis, Citation, RouteList
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Check, Faults, Values, keeper


def _basis(row: Basis, values: Values, now: datetime) -> Faults:
    if row.adopted_on and row.adopted_on > row.valid_from:
        return {"valid_from": ["施行不会早于通过"]}
    return {}


def _article(row: Article, values: Values, now: datetime) -> Faults:
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


def _list(row: RouteList, values: Values, now: datetime) -> Faults:
    if not 1 <= row.days <= 250:
        return {"days": ["写 1 到 250 个工作日"]}
    same = RouteList.objects.filter(district_id=row.district_id, name=row.name, valid_to=None)
    if row.valid_to is None and same.exclude(pk=row.pk or 0).exists():
        return {"name": ["这张清单还在用，先写它到哪天止"]}
    return {}


CHECKS: dict[type[Model], Check] = {Basis: _basis, Article: _article, RouteList: _list}
"""What is wrong with a row of a model beyond what holds for any row; a theme adds its own."""
row_keep = keeper("oversight.keep", "oversight.keep", CHECKS)


def cite(
    *, actor: Viewer, articles: Iterable[int], subject: str, label: str, now: datetime
) -> list[Citation]:
    """Say that something cites articles, in the caller's transaction; said twice it stands once."""
    own = Article.objects.filter(pk__in=list(articles), district_id=actor.district_id or 0)
    told: dict[str, Any] = {"label": label[:120], "person_id": actor.person_id, "at": now}
    return [Citation.objects.get_or_create(article=a, subject=subject, defaults=told)[0] for a in own]
