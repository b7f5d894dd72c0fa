"""The pages of visits: the one register, campaigns, planning by rule, common difficulties, the enterprise's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from qiying.capabilities.visits.forms.visits import MoveForm, VisitForm, campaign_form
from qiying.capabilities.visits.models import Campaign, Visit, VisitKind, VisitPart, VisitProblem
from qiying.capabilities.visits.rules import quarter_of
from qiying.capabilities.visits.selectors.visits import (
    COUNTED,
    campaign_names,
    may_touch,
    problems_of,
    promises_of,
    visits_to_report,
    visits_visible_to,
)
from qiying.capabilities.visits.services.visits import campaign_save, visit_cancel, visit_move, visit_plan
from qiying.kernel.cases.faces.names import categories_named
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.cases.vocabulary import PROCEDURES
from qiying.kernel.documents.models import Document
from qiying.kernel.enterprises.indicators import indicator
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found
from qiying.kernel.organisations.forms import ReasonForm
from qiying.kernel.organisations.listing import Column, Filter, Listing, choice, state_tabs
from qiying.kernel.organisations.models import UnitKind
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register, does
from qiying.kernel.registers.terms import TERM_COLUMNS, TERM_TABS
from qiying.kernel.search.selectors import matching_subquery
from qiying.ui.given import whole

SEES, GOES, KEEPS = "engagement.visits_district", "engagement.visits", "engagement.campaigns"


# --- the register --------------------------------------------------------------------------------
def _rows(viewer: Viewer, today: date) -> QuerySet[Visit]:
    rows = visits_visible_to(viewer).select_related("enterprise", "campaign").order_by("-on", "-id")
    said = VisitProblem.objects.filter(visit=OuterRef("pk")).order_by().values("visit")
    return rows.annotate(heard=Coalesce(Subquery(said.annotate(n=Count("pk")).values("n")), 0))


def prepare(request: ViewerRequest, rows: Sequence[Visit]) -> None:
    """Hang on visits who goes along; one query whatever the number of rows."""
    along: dict[int, list[str]] = {}
    parts = VisitPart.objects.filter(visit_id__in=[r.pk for r in rows]).select_related("unit", "person")
    for part in parts:
        name = f" {part.person.name}" if part.person else ""
        along.setdefault(part.visit_id, []).append(f"{part.unit.label}{name}")
    for row in rows:
        row.going = "、".join(along.get(row.pk, []))


def _found(rows: QuerySet[Visit], text: str) -> QuerySet[Visit]:
    wanted = Q(enterprise__in=enterprises_found(Enterprise.objects.all(), text))
    said = matching_subquery("visit", text)
    return rows.filter(wanted | Q(pk__in=said) if said is not None else wanted)


def _plan(actor: Viewer, row: Visit | None, values: dict[str, Any], now: datetime) -> Visit:
    line = visit_plan(actor=actor, wish=values["wish"], now=now)
    assert line.visit is not None
    return line.visit


def _undo(actor: Viewer, row: Visit, now: datetime) -> None:
    if row.state == Visit.State.PLANNED:
        visit_cancel(actor=actor, visit=row, reason="撤回导入", now=now)


_move = does(visit_move, "visit", "改好了，企业和一起去的单位都收到消息。")
_cancel = does(
    visit_cancel,
    "visit",
    lambda left: (
        "取消了，已经告诉企业。" if left.state == Visit.State.CANCELLED else "您单位不去了，别的单位照去。"
    ),
)


def _is_planned(viewer: Viewer, row: Visit) -> bool:
    return row.state == Visit.State.PLANNED


def case_words(case: Case) -> str:
    """Return in which state a case is, as everybody who heard the problem may know."""
    return PROCEDURES.get(case.procedure, case.version).state(case.state).label


def _about(request: ViewerRequest, row: Visit) -> dict[str, Any]:
    """Show what was said, what became of it, what had been promised before, and how often the firm is visited."""
    begin, end = quarter_of(row.on)
    counted = Visit.objects.filter(COUNTED, enterprise=row.enterprise, on__range=(begin, end)).count()
    names = categories_named(row.district_id, "service_request")
    return {
        "visit": row,
        "counted": counted,
        "cap": parameter("visit.cap", district_id=row.district_id, on=row.on),
        "parts": list(row.parts.select_related("unit", "person", "campaign")),
        "problems": [(p, case_words(p.case), names.get(p.difficulty, "")) for p in problems_of(row)],
        "promises": promises_of([row.enterprise_id]).get(row.enterprise_id, []),
        "mine": request.viewer.unit_ids,
        "photos": Document.objects.filter(subject=row.subject, erased_at__isnull=True).order_by("pk"),
        "facts": {k: [indicator(c).label for c in codes] for k, codes in row.facts.items()},
        "may_report": visits_to_report(request.viewer).filter(pk=row.pk).exists(),
    }


VISITS: Register[Visit] = declare_register(
    Register(
        name="visits",
        title="走访",
        noun="走访",
        listing=Listing(
            columns=[
                Column(
                    "企业",
                    lambda v: v.enterprise.label,
                    "firm",
                    ("enterprise__name",),
                    url=lambda v: VISITS.row_url(v),
                ),
                Column("哪天", lambda v: v.on, "on", ("on",), kind="date"),
                Column("谁去", lambda v: v.going),
                Column("类别", lambda v: v.get_kind_display(), in_page=False),
                Column(
                    "活动",
                    lambda v: v.campaign.name if v.campaign else v.get_kind_display(),
                    "campaign",
                    ("campaign__name",),
                ),
                Column("问题", lambda v: getattr(v, "heard", 0), numeric=True),
                Column("超出上限的理由", lambda v: v.excess_reason),
                Column("谈了什么", lambda v: v.talk, in_page=False),
                Column("状态", lambda v: v.get_state_display(), in_page=False),
            ],
            filters=[
                Filter("q", "企业，或谈了什么", _found),
                Filter(
                    "campaign",
                    "活动",
                    lambda rows, pk: rows.filter(
                        pk__in=VisitPart.objects.filter(campaign_id=whole(pk) or 0).values("visit_id")
                    ),
                    lambda r: campaign_names(r.viewer.district_id or 0),
                ),
                Filter(
                    "town",
                    "镇街",
                    lambda rows, pk: rows.filter(enterprise__region_unit_id=whole(pk) or 0),
                    lambda r: unit_choices(r.viewer.district_id or 0, [UnitKind.TOWN]),
                ),
                choice("kind", "类别", VisitKind.choices),
                Filter(
                    "over", "上限", lambda rows, _: rows.exclude(excess_reason=""), (("1", "超出上限的"),)
                ),
            ],
            prepare=prepare,
            tabs=state_tabs(
                ("planned", "待走访", "没有约好的走访", "加一次，或按条件安排一批。"),
                ("done", "走访过", "还没有走访记录", "在手机上记，没有网络也能记。"),
                ("cancelled", "取消了", "没有取消的", ""),
            ),
        ),
        rows=_rows,
        sees=(SEES,),
        edits=(GOES,),
        opens=(SEES, GOES),
        url="visits:visits",
        label=lambda v: f"{v.enterprise.label} {v.on:%-m月%-d日}",
        row_title=lambda v: v.enterprise.name,
        form=VisitForm,
        save=_plan,
        saved=lambda v: (
            f"安排好了：{v.on:%-m月%-d日}去{v.enterprise.label}"
            + ("，和别的单位一起去。" if v.parts.count() > 1 else "。")
        ),
        end=_undo,
        may_change=False,
        may_touch=may_touch,
        panels=(Panel("visits/_visit.html", _about),),
        acts=(
            Act("move", "改日子", _move, form=MoveForm, applies=_is_planned),
            Act("cancel", "不去了", _cancel, form=ReasonForm, applies=_is_planned, is_serious=True),
        ),
        links=(
            (GOES, "visits:visits_rule", "按条件安排"),
            (GOES, "visits:phone", "手机上记"),
            (SEES, "visits:difficulties", "共性难处"),
        ),
        new_label="安排一次",
        hint="各单位、各活动都在这一本里：一家企业一个季度走访有上限，别的单位约过的就一起去。",
    )
)


# --- campaigns -----------------------------------------------------------------------------------
def _campaigns(viewer: Viewer, today: date) -> QuerySet[Campaign]:
    made = Q(visits__state=Visit.State.DONE)
    rows = Campaign.objects.filter(district_id=viewer.district_id or 0).select_related("unit")
    return rows.annotate(  # type: ignore[no-redef]
        visited=Count("visits", filter=made), firms=Count("visits__enterprise", filter=made, distinct=True)
    )


CAMPAIGNS: Register[Campaign] = declare_register(
    Register(
        name="campaigns",
        title="走访活动",
        noun="活动",
        listing=Listing(
            columns=[
                Column("名称", lambda c: c.name, "name", ("name",), url=lambda c: CAMPAIGNS.row_url(c)),
                Column("哪一种", lambda c: c.get_kind_display(), "kind", ("kind",)),
                Column("牵头单位", lambda c: c.unit.label),
                Column("要走访", lambda c: c.goal or "", numeric=True),
                Column("走访了几家", lambda c: c.firms, numeric=True),
                Column("走访了几次", lambda c: c.visited, numeric=True),
                *TERM_COLUMNS,
            ],
            tabs=TERM_TABS,
            empty_title="还没有走访活动",
            empty_text="立一个活动，写目标和起止；日常走访不用立。",
        ),
        rows=_campaigns,
        sees=(SEES, GOES),
        edits=(KEEPS,),
        url="visits:campaigns",
        subject=lambda c: f"campaign:{c.pk}",
        form=campaign_form,
        save=lambda actor, row, values, now: campaign_save(actor=actor, campaign=row, values=values, now=now),
        unique="name",
        new_label="立一个活动",
    )
)
