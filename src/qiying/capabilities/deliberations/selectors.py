"""Reads of deliberations; what a viewer may not see is not in the queryset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from qiying.capabilities.deliberations.models import (
    Hearing,
    Judgement,
    Opinion,
    OpinionItem,
    QuestionMotion,
    Sitting,
    Theme,
)
from qiying.capabilities.deliberations.rules.days import characters
from qiying.kernel.gatherings.models import Gathering
from qiying.kernel.gatherings.selectors import items_of
from qiying.kernel.organisations.selectors import people_with_role, unit_choices
from qiying.kernel.permissions.viewer import Viewer

VIEW, KEEP, OPINE, ANSWER = (f"deliberations.{name}" for name in ("view", "keep", "opine", "answer"))


def sitting_of(gathering: Gathering) -> Sitting | None:
    """Return what a gathering is as a sitting."""
    rows = Sitting.objects.filter(gathering=gathering).select_related("gathering__unit", "report_unit")
    return rows.first()


def _own(viewer: Viewer, units: Q) -> Q:
    """Return the condition on rows: all of the district for who watches, those of one's units for who answers."""
    here = Q(district_id=viewer.district_id or 0)
    if viewer.has(VIEW) or viewer.has(KEEP):
        return here
    return here & units if viewer.has(ANSWER) else Q(pk__in=[])


def sittings_visible_to(viewer: Viewer) -> QuerySet[Sitting]:
    """Return sittings: for a unit those it reports on or has items of."""
    own = sorted(viewer.unit_ids)
    given = OpinionItem.objects.filter(unit_id__in=own).values("sitting")
    rows = Sitting.objects.filter(_own(viewer, Q(report_unit_id__in=own) | Q(pk__in=given)))
    return rows.select_related("gathering__unit", "report_unit", "theme")


def items_visible_to(viewer: Viewer) -> QuerySet[OpinionItem]:
    """Return items: for a unit its own once they are handed over."""
    own = Q(unit_id__in=sorted(viewer.unit_ids)) & ~Q(state__in=("draft", "adopted"))
    rows = OpinionItem.objects.filter(_own(viewer, own))
    return rows.select_related("sitting__gathering", "unit", "person", "case")


def opinions_visible_to(viewer: Viewer) -> QuerySet[Opinion]:
    """Return what deputies wrote, for deputies and the congress's staff."""
    rows = Opinion.objects.filter(district_id=viewer.district_id or 0)
    rows = rows if viewer.has(OPINE) or viewer.has(KEEP) else rows.none()
    return rows.select_related("sitting__gathering", "person", "item", "enterprise")


def hearings_visible_to(viewer: Viewer) -> QuerySet[Hearing]:
    """Return hearings on the lists somebody sees."""
    return Hearing.objects.filter(sitting__in=sittings_visible_to(viewer)).select_related(
        "sitting__gathering"
    )


def motions_visible_to(viewer: Viewer) -> QuerySet[QuestionMotion]:
    """Return question motions: for a unit those put to it."""
    own = Q(unit_id__in=sorted(viewer.unit_ids)) & ~Q(state="filed")
    return QuestionMotion.objects.filter(_own(viewer, own)).select_related("unit")


def people(viewer: Viewer, today: date, *roles: str) -> list[tuple[int, str]]:
    """Return the district's people of some roles as choices."""
    units = [pk for pk, _ in unit_choices(viewer.district_id or 0)]
    rows = people_with_role(units, roles, today)
    return list({m.person_id: (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in rows}.values())


def sitting_about(sitting: Sitting, viewer: Viewer) -> dict[str, Any]:
    """Return what a sitting's page shows: questions, opinions in numbers, items by kind and state, votes."""
    questions = list(items_of(sitting.gathering).exclude(text=""))
    told = list(sitting.opinions.values_list("person_id", "text"))
    items = list(items_visible_to(viewer).filter(sitting=sitting).order_by("no"))
    last_heard(items)
    areas: dict[str, list[OpinionItem]] = {}
    for item in items:
        areas.setdefault(item.area, []).append(item)
    return {
        "sitting": sitting,
        "questions": questions,
        "unclear": [q for q in questions if q.answer == "unclear" and not q.is_done],
        "answered": Counter(q.answer for q in questions),
        "opinions": len(told),
        "deputies": len({person for person, _ in told}),
        "characters": characters([text for _, text in told]),
        "items": items,
        "areas": list(areas.items()),
        "done": sum(i.state == OpinionItem.State.CLOSED for i in items),
        "votes": list(sitting.votes.all()),
        "hearings": list(sitting.hearings.all()[:12]),
    }


def last_heard(items: Sequence[OpinionItem]) -> None:
    """Hang on each item what the last hearing found; one query."""
    rows = Judgement.objects.filter(item__in=list(items)).order_by("hearing__on", "pk")
    found = {j.item_id: j.get_found_display() for j in rows.only("item_id", "found")}
    for item in items:
        item.heard = found.get(item.pk, "")


def hearing_about(hearing: Hearing, viewer: Viewer) -> dict[str, Any]:
    """Return a hearing item by item: what was judged, what is left."""
    judged = {j.item_id: j for j in hearing.judgements.select_related("item__unit")}
    items = items_visible_to(viewer).filter(sitting_id=hearing.sitting_id).order_by("no")
    lines = [(item, judged.get(item.pk)) for item in items]
    counts = Counter(j.get_found_display() for _, j in lines if j)
    return {
        "hearing": hearing,
        "lines": lines,
        "judged": sum(counts.values()),
        "counts": counts.most_common(),
    }


def theme_about(theme: Theme) -> dict[str, Any]:
    """Return a theme year by year with what was brought about; two queries."""
    years: dict[int, dict[str, list[Any]]] = {}
    for name in ("steps", "results"):
        for row in getattr(theme, name).all():
            years.setdefault(row.on.year, {"steps": [], "results": []})[name].append(row)
    results = [one for year in years.values() for one in year["results"]]
    return {"theme": theme, "years": sorted(years.items()), "results": results}
