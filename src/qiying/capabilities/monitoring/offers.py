"""Where the registers of the discipline and the personnel body stand in the navigation, and what waits for them."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.monitoring.models import Clue, ReturnVisit, Sanction, StepDown, Tolerance
from qiying.capabilities.monitoring.rules.clues import rule_title
from qiying.capabilities.monitoring.selectors import clues_visible_to, personnel_rows, stations_open
from qiying.capabilities.monitoring.services.watching import open_clues
from qiying.kernel.organisations.offers import offer_nav, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

BODY = ("discipline",)
offer_nav("integrity_clues", "线索", "monitoring:clues", BODY, 21, group="watch", first=BODY)
offer_nav("integrity_plans", "专项监督", "monitoring:plans", BODY, 22, group="watch")
offer_nav("integrity_stations", "监测站和监督员", "monitoring:stations", BODY, 71, group="registers")
provide("integrity_stations", stations_open)


def _clue(row: Clue) -> Item:
    return Item(
        rule_title(row.rule), reverse("monitoring:clues_row", args=[row.pk]), row.text[:40], row.get_state_display(),
        since=row.raised_on,
    )  # fmt: skip


def clues_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the clues that are to be taken, concluded by the viewer, or decided by him as the second person."""
    if not viewer.has("integrity.clues"):
        return None
    rows = clues_visible_to(viewer).filter(open_clues(viewer))
    return Source(rows, _clue, url=reverse("monitoring:clues"), order=("pk",))


declare_waiting("integrity_clues", "线索要查的", clues_waiting, order=22)

# --- the personnel body ---------------------------------------------------------------------------------
CADRES = ("personnel",)
offer_nav("tolerances", "容错决定", "monitoring:tolerances", CADRES, 30, group="watch", first=CADRES)
offer_nav("sanctions", "受处分干部回访", "monitoring:sanctions", CADRES, 31, group="watch", first=CADRES)
offer_nav("stepdowns", "拟调整人员", "monitoring:stepdowns", CADRES, 32, group="watch", first=CADRES)
AHEAD = timedelta(days=30)


def _row(name: str) -> Callable[[Tolerance | StepDown], Item]:
    def item(row: Tolerance | StepDown) -> Item:
        url = reverse(f"monitoring:{name}_row", args=[row.pk])
        return Item(row.name, url, row.post, row.get_state_display(), since=row.made_on)

    return item


def tolerances_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the errors that another person wrote down and the viewer may decide."""
    if not viewer.has("integrity.personnel"):
        return None
    rows = personnel_rows(Tolerance, viewer).filter(state="proposed").exclude(made_by_id=viewer.person_id)
    return Source(rows, _row("tolerances"), order=("pk",))


def stepdowns_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return whom to tell, and what the viewer may decide as the second person."""
    if not viewer.has("integrity.personnel"):
        return None
    due = Q(state="objected") | Q(state="told", objects_until__lt=today)
    rows = personnel_rows(StepDown, viewer)
    return Source(
        rows.filter(Q(state="proposed") | (due & ~Q(made_by_id=viewer.person_id))),
        _row("stepdowns"),
        order=("pk",),
    )


def _return_visit(row: ReturnVisit) -> Item:
    url = reverse("monitoring:sanctions_row", args=[row.sanction_id])
    return Item(row.sanction.name, url, row.sanction.post, f"第 {row.month} 个月回访", row.planned_on)


def visits_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the return visits of the next thirty days, and those that are late."""
    if not viewer.has("integrity.personnel"):
        return None
    rows = ReturnVisit.objects.filter(
        sanction__in=personnel_rows(Sanction, viewer), done_on=None, planned_on__lte=today + AHEAD
    ).select_related("sanction")
    return Source(rows, _return_visit, day="planned_on", order=("planned_on", "pk"))


declare_waiting("tolerances", "等您定的容错", tolerances_waiting, order=23)
declare_waiting("return_visits", "要去的回访", visits_waiting, order=24)
declare_waiting("stepdowns", "拟调整人员的下一步", stepdowns_waiting, order=25)
