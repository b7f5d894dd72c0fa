"""Yearly plans and the visits in them: drafted, reviewed, published; a visit is proposed from its line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from qiying.capabilities.inspections import forms
from qiying.capabilities.inspections.models import Plan, PlanLine
from qiying.capabilities.inspections.procedures.inspection import Opening
from qiying.capabilities.inspections.rules.inspecting import SHORT, overlaps, plan_due
from qiying.capabilities.inspections.selectors import lines_like, lines_visible_to, plans_visible_to
from qiying.capabilities.inspections.services import planning
from qiying.capabilities.inspections.services.visiting import inspection_open
from qiying.capabilities.inspections.views.lists import INSPECT, LEAD, VIEW, WATCH
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.listing import Column, Filter, Tab, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import column, kept_register
from qiying.kernel.registers.register import Act, Panel, Register
from qiying.kernel.registers.views import register_urls
from qiying.ui.given import whole

LINES_SHOWN = 200


def _step(code: str, label: str, form: Any, needs: str, was: str, said: str) -> Act[Plan]:
    """Return an act that moves a plan on; it is offered where the plan stands before it."""

    def run(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
        planning.plan_move(plan=row, step=code, actor=actor, values=data, now=now)
        return said

    applies: Callable[[Viewer, Plan], bool] = lambda viewer, row: row.state == was  # noqa: E731
    return Act(code, label, run, form=form, needs=(needs,), applies=applies)


def _plan_lines(request: ViewerRequest, row: Plan) -> dict[str, Any]:
    lines = lines_visible_to(request.viewer).filter(plan=row)[:LINES_SHOWN]
    due, url = plan_due(row.year), f"{reverse('inspections:lines')}?plan={row.pk}"
    late = row.state != Plan.State.PUBLISHED and due < request.today
    return {"row": row, "lines": lines, "due": due, "late": late, "url": url}


def _late(request: ViewerRequest) -> Q:
    first = request.today.year + (request.today > plan_due(request.today.year))
    return ~Q(state="published") & Q(year__lt=first)


PLANS: Register[Plan] = kept_register(
    "inspections", "plans", "年度检查计划", Plan,
    (
        Column("单位", lambda r: r.body.unit.label, "unit", ("body__unit__path",), url=lambda r: PLANS.row_url(r)),
        "year", Column("几次检查", lambda r: r.lines_count, numeric=True), "way", "share",
        Column("法制审核", lambda r: f"{r.reviewed_by_name} {r.reviewed_on or ''}".strip() or "还没有"), "published_on",
        column(Plan, "state", status=lambda r: "done" if r.state == "published" else "turn"),
    ),
    code="inspection_plans", noun="检查计划", sees=(VIEW,), edits=(INSPECT,), opens=(VIEW, WATCH),
    listing={
        "filters": [Filter("year", "年度", lambda rows, text: rows.filter(year=whole(text) or 0))],
        "tabs": [
            Tab("published", "已公布", Q(state="published"), "还没有公布的计划", "每年三月底以前公布。"),
            Tab("reviewing", "等法制审核", Q(state="reviewing")),
            Tab("draft", "在编、待公布", Q(state__in=("draft", "reviewed"))),
            Tab("late", "三月底没公布", _late),
        ],
    },
    rows=lambda viewer, today: plans_visible_to(viewer).annotate(lines_count=Count("lines")),
    form=forms.PlanForm, imports=False, row_title=str, edits_apart=True, new_label="编一份计划",
    may_touch=lambda viewer, row: viewer.has(WATCH) or row.body.unit_id in viewer.unit_ids,
    save=lambda actor, row, data, now: planning.plan_save(plan=row, actor=actor, values=data, now=now),
    lead=lambda request, listed: "先法制审核，再集体讨论，三月底以前公布；调整也一样。",
    panels=(Panel("inspections/_plan.html", _plan_lines),),
    acts=(
        _step("submit", "送法制审核", forms.SubmitForm, LEAD, "draft", "送审了，司法局看过就告诉您。"),
        _step("review", "法制审核", forms.ReviewForm, WATCH, "reviewing", "意见告诉编计划的单位了。"),
        _step("publish", "公布", forms.PublishForm, LEAD, "reviewed", "计划公布了。"),
        _step("revise", "调整", forms.ReasonForm, LEAD, "published", "退回在编，改好再送审、公布。"),
    ),
    links=((VIEW, "inspections:lines", "计划里的检查"),),
)  # fmt: skip


def _mates(request: ViewerRequest, rows: Sequence[PlanLine]) -> None:
    """Hang on each line which other bodies plan the same firm, place and period."""
    waiting = PlanLine.objects.filter(inspection=None, plan__state="published")
    firms = {r.enterprise_id for r in rows if r.inspection_id is None}
    found = list(waiting.filter(enterprise_id__in=firms).select_related("plan__body__unit"))
    for row in rows:
        same = [
            o.plan.body.unit.label
            for o in found
            if o.pk != row.pk
            and (o.enterprise_id, o.place_key) == (row.enterprise_id, row.place_key)
            and overlaps((o.first_on, o.last_on), (row.first_on, row.last_on))
        ]
        row.with_whom = "、".join(same) if row.inspection_id is None else ""


def _open(actor: Viewer, row: PlanLine, data: dict[str, Any], now: datetime) -> str:
    mates = lines_like(row.enterprise, row.place_key, (row.first_on, row.last_on)).count()
    given = Opening(
        enterprise_id=row.enterprise_id, place=row.place, kind=row.kind, ordered_by=row.ordered_by,
        reason=data["reason"], first_on=max(row.first_on, local_date(now)), last_on=row.last_on,
        item_ids=[i.pk for i in row.items.all()], officer_ids=data["officers"],
    )  # fmt: skip
    case = inspection_open(actor=actor, district_id=row.district_id, data=given, now=now)
    return f"提请检查 {case.number}{f'，{mates} 个单位的检查并成一次' if mates > 1 else ''}，等负责人批。"


def _may_open(viewer: Viewer, row: PlanLine) -> bool:
    return row.inspection_id is None and row.plan.state == "published"


LINES: Register[PlanLine] = kept_register(
    "inspections", "lines", "计划里的检查", PlanLine,
    (
        Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",), url=lambda r: LINES.row_url(r),
               sub=lambda r: r.place),
        column(PlanLine, "place", in_page=False),
        Column("单位", lambda r: r.plan.body.unit.label, "unit", ("plan__body__unit__path",)),
        Column("种类", lambda r: SHORT[r.kind]), column(PlanLine, "ordered_by", in_page=False),
        Column("事项", lambda r: "、".join(i.name for i in r.items.all())), "first_on", "last_on",
        Column("并成一次", lambda r: r.with_whom or "—", status=lambda r: "turn" if r.with_whom else ""),
        Column("办件", lambda r: r.inspection.case.number if r.inspection else "还没提请"),
    ),
    code="inspection_lines", noun="检查", sees=(VIEW,), edits=(INSPECT,), opens=(VIEW,),
    listing={
        "filters": [
            search("企业", "enterprise__name"),
            Filter("plan", "计划", lambda rows, text: rows.filter(plan_id=whole(text) or 0)),
        ],
        "prepare": _mates,
        "tabs": [
            Tab("open", "还没提请", Q(inspection=None), "没有要提请的检查", "编进计划、公布了，到日子从这里提请。"),
            Tab("going", "提请了", Q(inspection__made_on=None, inspection__isnull=False)),
            Tab("made", "去过了", Q(inspection__made_on__isnull=False)),
        ],
    },
    rows=lambda viewer, today: lines_visible_to(viewer), form=forms.LineForm, row_title=lambda r: r.enterprise.name,
    may_touch=lambda viewer, row: row.plan.body.unit_id in viewer.unit_ids, edits_apart=True, new_label="编一次检查",
    save=lambda actor, row, data, now: planning.line_save(line=row, actor=actor, values=data, now=now),
    end=lambda actor, row, now: planning.line_remove(line=row, actor=actor, now=now),
    acts=(Act("open", "提请检查", _open, form=forms.OpenForm, applies=_may_open,
              sentence="同一企业、地点、期间别的单位也排了的，会并成一次联合检查。"),),
)  # fmt: skip
urlpatterns = [*register_urls(PLANS, "inspections/plans/"), *register_urls(LINES, "inspections/lines/")]
