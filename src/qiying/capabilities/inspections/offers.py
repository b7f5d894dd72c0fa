"""Where inspections stand: navigation, the enterprise's home, what waits, beside their cases."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse

from qiying.capabilities.inspections.models import Flag, Inspection, Plan
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.rules.inspecting import plan_due
from qiying.capabilities.inspections.selectors import (
    body_of,
    field_of,
    flags_visible_to,
    inspection_of,
    plans_visible_to,
    visits_to,
)
from qiying.capabilities.inspections.services.telling import rectify_words, sheet_kept, sheets
from qiying.capabilities.inspections.services.visit import InspectionExtras, records_of
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, asker_face
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.sheets import SHEETS, Sheets
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_tile, provide
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.kept import kept
from qiying.kernel.permissions.viewer import Viewer

WATCHER, INSPECTOR = ("law_watcher",), ("inspector",)
OWN, UNIT = (*INSPECTOR, *WATCHER), ("leader", "liaison", "handler")
SEES = (*OWN, *UNIT, "supervisor", "district_leader", "discipline", "deputy", "desk")
for _code, _label, _url, _roles, _order, _group, _first in (
    ("field", "入企检查", "inspections:field", INSPECTOR, 3, "today", INSPECTOR),
    ("plans", "检查计划", "inspections:plans", SEES, 50, "enforcement", ()),
    ("lines", "计划里的检查", "inspections:lines", INSPECTOR, 51, "enforcement", ()),
    ("others", "观摩督导考察", "inspections:others", (*OWN, *UNIT), 52, "enforcement", ()),
    ("flags", "禁令线索", "inspections:flags", (*WATCHER, "leader"), 12, "watch", WATCHER),
    ("numbers", "数字", "/numbers/", OWN, 11, "numbers", WATCHER),
    ("bodies", "检查主体", "inspections:bodies", SEES, 60, "enforcement", ()),
    ("officers", "执法人员", "inspections:officers", SEES, 61, "enforcement", ()),
    ("items", "检查事项", "inspections:items", SEES, 62, "enforcement", ()),
    ("caps", "频次上限", "inspections:caps", SEES, 63, "enforcement", ()),
):
    offer_nav(f"inspection_{_code}", _label, _url, _roles, _order, group=_group, first=_first)


def tile(request: ViewerRequest) -> Tile | None:
    """Return who comes next and how often somebody came this year; nothing for who was never inspected."""
    firms = request.viewer.enterprise_ids
    rows = kept(_visits, firms) if firms else []
    if not rows:
        return None
    year = sum(1 for v in rows if v.made_on and v.made_on.year == request.today.year)
    coming = next((v for v in reversed(rows) if v.made_on is None), None)
    return Tile("inspections/_tile.html", {"year": year, "coming": coming, "last": rows[0]})


def _visits(enterprise_ids: frozenset[int]) -> QuerySet[Inspection]:
    return visits_to(enterprise_ids).prefetch_related(None)[:30]  # the tile tells days only


offer_tile("inspections", 66, tile)


def _visit(row: Inspection) -> Item:
    kind, url = row.get_kind_display(), reverse("inspections:field")
    return Item(row.enterprise.label, url, kind, "定了您去检查", day=row.last_on, since=row.first_on)


def going(viewer: Viewer, today: date) -> Source | None:
    """Return the approved visits somebody is named for, due on their last day."""
    if not viewer.has("inspections.inspect"):
        return None
    rows = field_of(viewer, today).filter(case__state="approved", first_on__lte=today)
    return Source(rows, _visit, reverse("inspections:field"), day="last_on", order=("last_on", "pk"))


def _plan(row: Plan) -> Item:
    words = {"reviewing": "等您法制审核", "reviewed": "审核过了，等公布"}.get(row.state, "还没送审")
    url = reverse("inspections:plans_row", args=[row.pk])
    return Item(str(row), url, row.body.unit.label, words, day=plan_due(row.year))


def planning(viewer: Viewer, today: date) -> Source | None:
    """Return plans that wait: for review with 司法局, for sending or publishing with the body's head."""
    if not (viewer.has("inspections.watch") or viewer.has("inspections.lead")):
        return None
    waits = Q(pk__in=[])
    if viewer.has("inspections.watch"):
        waits |= Q(state="reviewing")
    if viewer.has("inspections.lead"):
        waits |= Q(state__in=("draft", "reviewed"), body__unit_id__in=viewer.unit_ids)
    rows = plans_visible_to(viewer).filter(waits)
    return Source(rows, _plan, reverse("inspections:plans"), order=("year", "pk"))


def _flag(row: Flag) -> Item:
    url = reverse("inspections:flags_row", args=[row.pk])
    return Item(bans()[row.ban].text, url, row.unit.label, "待核查", since=row.raised_on)


def clues(viewer: Viewer, today: date) -> Source | None:
    """Return clues nobody looked into, for who watches."""
    if not viewer.has("inspections.watch"):
        return None
    rows = flags_visible_to(viewer).filter(state=Flag.State.OPEN)
    return Source(rows, _flag, reverse("inspections:flags"), order=("raised_on", "pk"))


declare_waiting("inspection_visits", "要去的检查", going, order=35)
declare_waiting("inspection_plans", "检查计划", planning, order=62)
declare_waiting("inspection_flags", "禁令线索", clues, order=63)


def panel(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return who comes for what, beside the case of a visit."""
    one = inspection_of(case)
    if one is None:
        return None
    known = InspectionExtras.of(case)
    goes = any(o.person_id == viewer.person_id for o in one.officers.all())
    told = {
        "one": one,
        "records": records_of(one),
        "rectify": rectify_words(known),
        "result": known.result_text,
    }
    told |= {"may_record": goes and case.state == "entered"}
    return Tile("inspections/_case.html", told)


case_panel("inspections", panel)
SHEETS["inspection"] = Sheets(
    sheets, sheet_kept, lambda case, viewer: f"{reverse('inspections:field')}?enterprise={case.enterprise_id}",
    shut=lambda case: None if case.state == "entered" else "扫码进门以后才记检查表，离开以后不能改", submit="记好了",
)  # fmt: skip
asker_face(
    "inspection",
    AskerFace(
        acts={
            "declare": AskerAct(
                "这次检查守规矩吗",
                "说好了",
                why="只有司法局看得到。没有的都不勾。",
                done="谢谢，司法局看得到，检查单位看不到。",
            ),
            "complain": AskerAct("不满意，投诉", "投诉", done="投诉交到诉求池了，办到哪一步您看得到。"),
        }
    ),
)


def inspecting_unit(viewer: Viewer, on: date) -> int | None:
    """Return the unit of the published list that somebody acts for (named reading `inspecting_unit`)."""
    body = body_of(viewer, on)
    return body.unit_id if body else None


provide("inspecting_unit", inspecting_unit)
