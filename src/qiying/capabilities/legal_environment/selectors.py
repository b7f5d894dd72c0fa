"""What is read of the legal environment: a complaint's own words, the monthly analysis, readers, tenders in view."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from qiying.capabilities.legal_environment.models import COMPLAINT_KINDS, Bid, Manual, Tender
from qiying.kernel.audit.personal import personal_get
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.selectors import cases_visible_to, knows_asker
from qiying.kernel.figures.periods import months_later
from qiying.kernel.figures.selectors import Ask, figures_many
from qiying.kernel.organisations.selectors import in_force, units_with
from qiying.kernel.permissions.viewer import Viewer

COUNTED = ("received", "founded", "unfounded", "corrected")
ERASED = "（已依法删除）"


def watches(viewer: Viewer) -> bool:
    """Tell whether somebody sits in the unit that watches over bidding."""
    return bool(set(units_with(viewer.district_id or 0, "bidding_watch")) & set(viewer.unit_ids))


def account_of(case: Case, viewer: Viewer) -> str | None:
    """Return what a firm wrote, to whoever may know who it is; None for everybody else."""
    if not cases_visible_to(viewer).filter(knows_asker(viewer), pk=case.pk).exists():
        return None
    first = case.events.order_by("seq").values_list("data", flat=True).first()
    token = json.loads(first)["input"].get("account") if first else None
    if not isinstance(token, dict):
        return None
    ref = str(token["$personal"])
    return personal_get([ref]).get(ref) or ERASED


@dataclass(frozen=True)
class KindLine:
    """One kind of complaint over the months: how many came each month, how many were founded of those concluded."""

    code: str
    label: str
    months: tuple[int, ...]
    founded: int
    concluded: int
    corrected: int

    @property
    def total(self) -> int:
        return sum(self.months)


def analysis(district_id: int, until: date, count: int = 6) -> tuple[list[date], list[KindLine]]:
    """Return the months up to one and a line for each kind, the most frequent first; without anybody's name."""
    last = until.replace(day=1)
    months = [months_later(last, n - count + 1) for n in range(count)]
    ask = Ask(COUNTED, months, ("measure", "month", "kind"))
    (rows,) = figures_many(district_id=district_id, procedure="enforcement_complaint", asks=[ask])
    held = {row.key: row.value for row in rows}

    def summed(measure: str, kind: str) -> int:
        return sum(held.get((measure, month, kind), 0) for month in months)

    lines = [
        KindLine(
            kind, label, tuple(held.get(("received", month, kind), 0) for month in months),
            summed("founded", kind), summed("founded", kind) + summed("unfounded", kind), summed("corrected", kind),
        )
        for kind, label in COMPLAINT_KINDS.items()
    ]  # fmt: skip
    return months, sorted((line for line in lines if line.total or line.concluded), key=lambda x: -x.total)


def meaning(lines: Iterable[KindLine]) -> str:
    """Return the analysis in one sentence, each figure with what it is a part of."""
    found = list(lines)
    came, now = sum(x.total for x in found), sum(x.months[-1] for x in found)
    if not came:
        return "这段时间没有企业反映执法堵点。没有反映不等于没有问题，走访和问卷里也要问。"
    founded, concluded = sum(x.founded for x in found), sum(x.concluded for x in found)
    first = f"最近 {len(found[0].months)} 个月反映 {came} 件，本月 {now} 件；"
    most = f"最多的是“{found[0].label}”，{found[0].total} / {came} 件。"
    return (
        first + most + (f"有结论的 {concluded} 件里，属实 {founded} 件。" if concluded else "都还没有结论。")
    )


def may_analyse(viewer: Viewer) -> bool:
    """Tell whether somebody reads the analysis: who has the permission, or sits in the unit that looks into it."""
    watch = set(units_with(viewer.district_id or 0, "law_watch"))
    return viewer.has("legal.analysis") or bool(watch & set(viewer.unit_ids))


def manuals_of(viewer: Viewer) -> QuerySet[Manual]:
    return Manual.objects.filter(district_id=viewer.district_id or 0).select_related("unit")


def manuals_in_force(viewer: Viewer, today: date) -> QuerySet[Manual]:
    return manuals_of(viewer).filter(in_force(today))


def readers(manuals: Iterable[Manual]) -> dict[int, dict[str, int]]:
    """Return of each edition who read it: people, firms among them, firms that said it helped."""
    firms = Count("readings__enterprise", distinct=True)
    said = Count("readings__enterprise", filter=~Q(readings__helped=""), distinct=True)
    rows = Manual.objects.filter(pk__in=[m.pk for m in manuals])
    found = rows.annotate(people=Count("readings", distinct=True), firms=firms, said=said)
    return {
        pk: {"people": p, "firms": f, "said": s}
        for pk, p, f, s in found.values_list("pk", "people", "firms", "said")
    }


def tenders_visible_to(viewer: Viewer) -> QuerySet[Tender]:
    """Return the district's tenders to whoever watches, one's own to tenderer and agent."""
    rows = Tender.objects.filter(district_id=viewer.district_id or 0)
    if not (watches(viewer) or viewer.has("legal.analysis")):
        units = viewer.unit_ids
        rows = rows.filter(Q(unit_id__in=units) | Q(agent__unit_id__in=units))
    return rows.select_related("unit", "agent", "fair_measure__case")


def bids_visible_to(viewer: Viewer) -> QuerySet[Bid]:
    """Return bids to tenderers and whoever watches; an agent sees none of them here."""
    rows: QuerySet[Any] = Bid.objects.filter(district_id=viewer.district_id or 0).select_related(
        "tender__unit"
    )
    if not (watches(viewer) or viewer.has("legal.analysis")):
        rows = rows.filter(tender__unit_id__in=viewer.unit_ids)
    return rows
