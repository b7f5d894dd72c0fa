"""Reads of micro-reforms: who sees which, and how each stands in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from qiying.capabilities.reforms.models import Reform
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.viewer import Viewer


def reforms_visible_to(viewer: Viewer) -> QuerySet[Reform]:
    """Return the district's micro-reforms for who may look."""
    rows = Reform.objects.select_related("unit")
    return rows.filter(district_id=viewer.district_id or 0) if viewer.has("reforms.view") else rows.none()


def firm_reforms(viewer: Viewer) -> QuerySet[Reform]:
    """Return the adopted reforms that the viewer's enterprises used and have not said a word of."""
    firms = viewer.enterprise_ids
    rows = Reform.objects.filter(state=Reform.State.ADOPTED, firms__in=firms)
    return rows.exclude(marks__enterprise__in=firms).distinct() if firms else rows.none()


@dataclass(frozen=True)
class Standing:
    """A reform's figures in words, each with its denominator; without enough votes there is no total."""

    before: str
    after: str
    jury: str
    firms: str
    total: str


def standing(row: Any, today: date) -> Standing:
    """Return how an annotated reform stands: its figure before and after, what jury and firms think."""
    few = int(parameter("reform.jurors", district_id=row.district_id, on=today))
    share = int(parameter("reform.jury_share", district_id=row.district_id, on=today))
    is_enough = row.jurors >= few and row.answered > 0
    total = (row.jury * share + row.liked * (100 - share)) / 100 if is_enough else None
    return Standing(
        before=_share(row.before_part, row.before_whole),
        after=_share(row.after_part, row.after_whole) if row.after_whole else "",
        jury=f"{row.jury:.1f} 分，{row.jurors} 位" if row.jurors else "",
        firms=f"{row.liked:.1f} 分，{row.answered} / {row.asked} 家"
        if row.answered
        else f"0 / {row.asked} 家",
        total=f"{total:.1f}" if total is not None else f"还不能排（评委 {row.jurors} / {few}）",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole * 100:.1f}%（{part:,} / {whole:,}）"
