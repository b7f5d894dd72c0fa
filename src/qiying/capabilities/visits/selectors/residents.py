"""Reads of resident officers: who serves an enterprise, what firms think, released once and never of few."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.visits.models import ResidentFirm, ResidentTerm
from qiying.kernel.permissions.viewer import Viewer

MORE_THAN = 5
"""Opinions are shown only when more enterprises than this gave one."""
LEVELS = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}


def terms_visible_to(viewer: Viewer, today: date) -> QuerySet[ResidentTerm]:
    """Return the district's terms, each with the number of enterprises it serves now."""
    rows = ResidentTerm.objects.filter(district_id=viewer.district_id or 0).select_related("person", "unit")
    now = Count("firms", filter=Q(firms__valid_to__isnull=True))
    return rows.annotate(serves=now)  # type: ignore[no-redef]


def officer_row(enterprise_id: int | None) -> ResidentFirm | None:
    """Return who serves an enterprise now."""
    rows = ResidentFirm.objects.filter(enterprise_id=enterprise_id or 0, valid_to__isnull=True)
    return rows.select_related("term__person", "term__unit", "enterprise").first()


def opinions_wanted(viewer: Viewer, today: date) -> QuerySet[ResidentFirm]:
    """Return the ended terms of which the viewer's enterprises may still say what they think."""
    rows = ResidentFirm.objects.filter(enterprise_id__in=sorted(viewer.enterprise_ids), may_judge=True)
    return rows.filter(term__opinions_until__gte=today).select_related("term__person", "enterprise")


@dataclass(frozen=True)
class Opinions:
    """What firms said of a term; `words` says why nothing is shown yet."""

    words: str = ""
    levels: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()


def opinions_of(term: ResidentTerm, today: date) -> Opinions:
    """Return the opinions on a term once the time for them is over: a later one would tell itself by the difference."""
    if term.opinions_until is None:
        return Opinions("任期结束后才收意见。")
    if today <= term.opinions_until:
        return Opinions(f"正在收意见，{term.opinions_until:%-m月%-d日}以后一起看。")
    rows = list(term.opinions.order_by("id"))  # ids are drawn, so this is no order of time
    if len(rows) <= MORE_THAN:
        return Opinions(f"说了的企业没有超过 {MORE_THAN} 家，不显示，免得看出是谁说的。")
    levels = tuple((label, sum(r.level == n for r in rows)) for n, label in LEVELS.items())
    return Opinions("", levels, tuple(sorted(r.text for r in rows if r.text)))
