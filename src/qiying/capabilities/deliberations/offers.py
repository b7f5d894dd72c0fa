"""Where deliberations stand in the navigation, and what waits for whom."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.deliberations.models import QuestionMotion, Sitting
from qiying.capabilities.deliberations.selectors import (
    ANSWER,
    KEEP,
    OPINE,
    motions_visible_to,
    sittings_visible_to,
)
from qiying.kernel.organisations.offers import offer_nav
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

WATCH = ("congress", "deputy", "supervisor", "district_leader", "discipline")
READERS = (*WATCH, "leader", "liaison", "handler")
OWN = ("congress",)
offer_nav(
    "deliberation_sittings", "人大审议", "deliberations:sittings", READERS, 66, group="congress", first=OWN
)
offer_nav("deliberation_items", "整改清单", "deliberations:items", READERS, 67, group="congress")
offer_nav("deliberation_motions", "质询案", "deliberations:motions", READERS, 68, group="congress")
offer_nav("deliberation_themes", "监督主题", "deliberations:themes", WATCH, 69, group="congress")
offer_nav(
    "deliberation_opinions",
    "写审议意见",
    "deliberations:opinions",
    ("deputy",),
    48,
    group="congress",
    first=("deputy",),
)


def _item(words: str, day: str) -> object:
    def item(row: Sitting) -> Item:
        url = reverse("deliberations:sittings_row", args=[row.pk])
        who = row.gathering.unit.label
        return Item(str(row), url, who, words, day=getattr(row, day) if day else None)

    return item


def _sittings(code: str, label: str, order: int, needs: str, when: Q, words: str, day: str) -> None:
    """Declare that sittings in some state wait for the congress, or for the unit that reports."""

    def read(viewer: Viewer, today: date) -> Source | None:
        if not viewer.has(needs):
            return None
        units = Q(report_unit_id__in=sorted(viewer.unit_ids))
        mine = units if needs == ANSWER else Q(gathering__unit_id__in=sorted(viewer.unit_ids))
        rows = sittings_visible_to(viewer).filter(when, mine)
        sort = (day, "pk") if day else ("gathering__on", "pk")
        return Source(rows, _item(words, day), reverse("deliberations:sittings"), day=day, order=sort)  # type: ignore[arg-type]

    declare_waiting(code, label, read, order=order)


_sittings(
    "opinions_hand_over", "审议意见待交办", 40, KEEP, Q(state="adopted"), "通过了，等交办", "hand_over_by"
)
_sittings(
    "opinions_hearing", "整改清单听进展", 41, KEEP,
    Q(state__in=("handed", "reported"), hearing_by__isnull=False), "每月听一次进展", "hearing_by",
)  # fmt: skip
_sittings("opinions_judge", "办理情况报告等审", 42, KEEP, Q(state="reported"), "报告了，等审", "")
_sittings(
    "opinions_report", "报告审议意见办理情况", 43, ANSWER, Q(state="handed"), "等您单位报告", "report_by"
)


def opining(viewer: Viewer, today: date) -> Source | None:
    """Return sittings to which a deputy has written nothing yet, until their last day."""
    if not viewer.has(OPINE) or viewer.has(KEEP):
        return None
    rows = sittings_visible_to(viewer).filter(state="open", opinions_until__gte=today)
    rows = rows.filter(gathering__phase__in=("inviting", "running", "following"))
    rows = rows.exclude(opinions__person_id=viewer.person_id or 0)

    def item(row: Sitting) -> Item:
        url = f"{reverse('deliberations:opinions_new')}?sitting={row.pk}"
        return Item(str(row), url, row.gathering.unit.label, "可以在手机上写意见", day=row.opinions_until)

    return Source(rows, item, reverse("deliberations:opinions"), day="opinions_until")


def _motion(row: QuestionMotion) -> Item:
    words = {"filed": "等交受质询机关", "put": "等您单位答复", "answered": "答复了，等记提案人评价"}[
        row.state
    ]
    url = reverse("deliberations:motions_row", args=[row.pk])
    return Item(row.title, url, row.unit.label, words, day=row.answer_by if row.state == "put" else None)


def motions_to_answer(viewer: Viewer, today: date) -> Source | None:
    """Return the motions a unit has to answer."""
    if not viewer.has(ANSWER):
        return None
    rows = motions_visible_to(viewer).filter(state="put", unit_id__in=sorted(viewer.unit_ids))
    return Source(rows, _motion, reverse("deliberations:motions"), day="answer_by")


def motions_to_keep(viewer: Viewer, today: date) -> Source | None:
    """Return the motions the congress has to put or to have judged."""
    if not viewer.has(KEEP):
        return None
    rows = motions_visible_to(viewer).filter(state__in=("filed", "answered"))
    return Source(rows, _motion, reverse("deliberations:motions"), order=("filed_on", "pk"))


declare_waiting("opinions_to_write", "请您写审议意见", opining, order=39)
declare_waiting("motions_to_answer", "质询案等答复", motions_to_answer, order=44)
declare_waiting("motions_to_keep", "质询案", motions_to_keep, order=45)
