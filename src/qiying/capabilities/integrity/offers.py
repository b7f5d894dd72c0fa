"""Where sealed reports stand in the navigation, and how others lead to them."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.integrity.models import Clue, ReturnVisit, Sanction, StepDown, Tolerance
from qiying.capabilities.integrity.rules.clues import rule_title
from qiying.capabilities.integrity.selectors import (
    clues_visible_to,
    live_key,
    personnel_rows,
    reports_to_finish,
)
from qiying.capabilities.integrity.services.watching import open_clues
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way, provide
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer

offer_nav(
    "integrity", "密封举报", "integrity:reports", ("discipline",), 20, group="watch", first=("discipline",)
)
offer_nav("integrity_key", "密封钥匙", "integrity:key", ("discipline",), 70, group="registers")
declare_waiting("integrity", "密封举报要办的", reports_to_finish, order=20)


def inside(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the way from a report's days to what it says, for the body that holds the key."""
    if case.procedure != "integrity_report" or not viewer.has("integrity.reports"):
        return None
    return Tile("integrity/_inside.html", {"number": case.number})


case_panel("integrity", inside)
offer_way("integrity", "密封举报", "integrity:report", "lock", 90, for_all=True)


def door(district_id: int) -> str:
    """Return where somebody reports under seal in a district, empty where no key is set."""
    return f"{reverse('integrity:report')}?district={district_id}" if live_key(district_id) else ""


provide("integrity_door", door)
provide("integrity_lists", lambda district_id: f"{reverse('integrity:lists')}?district={district_id}")
OFFICE = ("desk", "liaison", "handler", "leader", "callback", "supervisor", "policy", "deputy")
offer_nav("integrity_entry", "密封举报", "integrity:report", OFFICE, 90, group="watch")
offer_nav("integrity_lists", "十必办十不准", "integrity:lists", (*OFFICE, "discipline"), 91, group="watch")
BODY = ("discipline",)
offer_nav("integrity_clues", "线索", "integrity:clues", BODY, 21, group="watch", first=BODY)
offer_nav("integrity_plans", "专项监督", "integrity:plans", BODY, 22, group="watch")
offer_nav("integrity_stations", "监测站和监督员", "integrity:stations", BODY, 71, group="registers")
offer_nav("integrity_editions", "清单的各版", "integrity:editions", BODY, 72, group="registers")
offer_way("lists", "十不准", "integrity:lists", "flag", 91, for_all=True)


def _clue(row: Clue) -> Item:
    return Item(
        rule_title(row.rule), reverse("integrity:clues_row", args=[row.pk]), row.text[:40], row.get_state_display(),
        since=row.raised_on,
    )  # fmt: skip


def clues_waiting(viewer: Viewer, today: date) -> Source | None:
    """Return the clues that are to be taken, concluded by the viewer, or decided by him as the second person."""
    if not viewer.has("integrity.clues"):
        return None
    rows = clues_visible_to(viewer).filter(open_clues(viewer))
    return Source(rows, _clue, url=reverse("integrity:clues"), order=("pk",))


declare_waiting("integrity_clues", "线索要查的", clues_waiting, order=22)


def broken(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return the way to report a clause that was broken, for the enterprise whose case it was, once it ended."""
    is_own = case.enterprise_id in viewer.enterprise_ids
    if not is_own or case.is_open or case.procedure in ("breach_report", "integrity_report"):
        return None
    return Tile("integrity/_broken.html", {"number": case.number, "district": case.district_id})


case_panel("breach", broken)

# --- the personnel body ---------------------------------------------------------------------------------
CADRES = ("personnel",)
offer_nav("tolerances", "容错决定", "integrity:tolerances", CADRES, 30, group="watch", first=CADRES)
offer_nav("sanctions", "受处分干部回访", "integrity:sanctions", CADRES, 31, group="watch", first=CADRES)
offer_nav("stepdowns", "拟调整人员", "integrity:stepdowns", CADRES, 32, group="watch", first=CADRES)
AHEAD = timedelta(days=30)


def _row(name: str) -> Callable[[Tolerance | StepDown], Item]:
    def item(row: Tolerance | StepDown) -> Item:
        url = reverse(f"integrity:{name}_row", args=[row.pk])
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
    url = reverse("integrity:sanctions_row", args=[row.sanction_id])
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
