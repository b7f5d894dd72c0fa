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
from qiying.capabilities.inspections.rules.inspecting import SHORT, plan_due
from qiying.capabilities.inspections.selectors import lines_like, lines_visible_to, plans_visible_to
from qiying.capabilities.inspections.services import planning
from qiying.capabilities.inspections.services.visiting import inspection_open
from qiying.capabilities.inspections.views.lists import INSPECT, LEAD, VIEW, WATCH
from qiying.kernel.audit.clock import local_date
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, declare_register
from qiying.kernel.registers.views import register_urls


def _own_or_watch(viewer: Viewer, row: Plan) -> bool:
    return viewer.has(WATCH) or row.body.unit_id in viewer.unit_ids


def _state_is(*states: str) -> Callable[[Viewer, Plan], bool]:
    return lambda viewer, row: row.state in states


def _plan_lines(request: ViewerRequest, row: Plan) -> dict[str, Any]:
    lines = lines_visible_to(request.viewer).filter(plan=row)
    late = row.state != Plan.State.PUBLISHED and plan_due(row.year) < request.today
    return {
        "row": row,
        "lines": lines[:200],
        "due": plan_due(row.year),
        "late": late,
        "url": f"{reverse('inspections:lines')}?plan={row.pk}",
    }


def _submit(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    planning.plan_submit(plan=row, actor=actor, now=now)
    return "送审了，司法局看过就告诉您。"


def _review(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    planning.plan_review(plan=row, actor=actor, now=now, **data)
    return "意见告诉编计划的单位了。"


def _publish(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    planning.plan_publish(plan=row, actor=actor, discussed_on=data["discussed_on"], now=now)
    return "计划公布了。"


def _revise(actor: Viewer, row: Plan, data: dict[str, Any], now: datetime) -> str:
    planning.plan_revise(plan=row, actor=actor, reason=data["reason"], now=now)
    return "退回在编，改好再送审、公布。"


PLANS: Register[Plan] = declare_register(
    Register(
        name="inspection_plans",
        title="年度检查计划",
        noun="检查计划",
        listing=Listing(
            name="inspection_plans",
            caption="年度检查计划",
            columns=[
                Column(
                    "单位",
                    lambda r: r.body.unit.label,
                    "unit",
                    ("body__unit__path",),
                    url=lambda r: PLANS.row_url(r),
                ),
                Column("年度", lambda r: r.year, "year", ("year",)),
                Column("几次检查", lambda r: r.lines_count, numeric=True),  # type: ignore[attr-defined]
                Column("检查方式", lambda r: r.way),
                Column("抽查比例", lambda r: r.share),
                Column(
                    "法制审核", lambda r: f"{r.reviewed_by_name} {r.reviewed_on or ''}".strip() or "还没有"
                ),
                Column("公布", lambda r: r.published_on, "on", ("published_on",), kind="date"),
                Column(
                    "状态",
                    lambda r: r.get_state_display(),
                    status=lambda r: "done" if r.state == "published" else "turn",
                ),
            ],
            filters=[Filter("year", "年度", lambda rows, text: rows.filter(year=int(text)))],
            tabs=[
                Tab("published", "已公布", Q(state="published"), "还没有公布的计划", "每年三月底以前公布。"),
                Tab("reviewing", "等法制审核", Q(state="reviewing")),
                Tab("draft", "在编、待公布", Q(state__in=("draft", "reviewed"))),
                Tab(
                    "late",
                    "三月底没公布",
                    lambda r: (
                        ~Q(state="published")
                        & (
                            Q(year__lt=r.today.year)
                            | (Q(year=r.today.year) if r.today > plan_due(r.today.year) else Q(pk=0))
                        )
                    ),
                ),
            ],
        ),
        rows=lambda viewer, today: plans_visible_to(viewer).annotate(lines_count=Count("lines")),
        sees=(VIEW,),
        edits=(INSPECT,),
        opens=(VIEW, WATCH),
        url="inspections:plans",
        subject=lambda r: f"inspection_plan:{r.pk}",
        may_touch=_own_or_watch,
        form=forms.PlanForm,
        imports=False,
        save=lambda actor, row, data, now: planning.plan_save(plan=row, actor=actor, values=data, now=now),
        label=str,
        row_title=str,
        edits_apart=True,
        new_label="编一份计划",
        lead=lambda request, listed: "先法制审核，再集体讨论，三月底以前公布；调整也一样。",
        panels=(Panel("inspections/_plan.html", _plan_lines),),
        acts=(
            Act(
                "submit",
                "送法制审核",
                _submit,
                form=forms.SubmitForm,
                needs=(LEAD,),
                applies=_state_is("draft"),
            ),
            Act(
                "review",
                "法制审核",
                _review,
                form=forms.ReviewForm,
                needs=(WATCH,),
                applies=_state_is("reviewing"),
            ),
            Act(
                "publish",
                "公布",
                _publish,
                form=forms.PublishForm,
                needs=(LEAD,),
                applies=_state_is("reviewed"),
            ),
            Act(
                "revise",
                "调整",
                _revise,
                form=forms.ReasonForm,
                needs=(LEAD,),
                applies=_state_is("published"),
            ),
        ),
        links=((VIEW, "inspections:lines", "计划里的检查"),),
    )
)


def _mates(request: ViewerRequest, rows: Sequence[PlanLine]) -> None:
    keys = {(r.enterprise_id, r.place_key) for r in rows if r.inspection_id is None}
    found = PlanLine.objects.filter(
        enterprise_id__in={k[0] for k in keys},
        place_key__in={k[1] for k in keys},
        inspection=None,
        plan__state="published",
    ).select_related("plan__body__unit")
    for row in rows:
        same = [
            o
            for o in found
            if o.pk != row.pk
            and (o.enterprise_id, o.place_key) == (row.enterprise_id, row.place_key)
            and o.first_on <= row.last_on
            and row.first_on <= o.last_on
        ]
        row.mates = len(same) if row.inspection_id is None else 0
        row.with_whom = "、".join(o.plan.body.unit.label for o in same) if row.mates else ""


def _open(actor: Viewer, row: PlanLine, data: dict[str, Any], now: datetime) -> str:
    today = max(row.first_on, local_date(now))
    given = Opening(
        enterprise_id=row.enterprise_id,
        place=row.place,
        kind=row.kind,
        ordered_by=row.ordered_by,
        reason=data["reason"],
        first_on=today,
        last_on=row.last_on,
        item_ids=[i.pk for i in row.items.all()],
        officer_ids=data["officers"],
    )
    mates = lines_like(row.enterprise, row.place_key, (row.first_on, row.last_on)).count() - 1
    case = inspection_open(actor=actor, district_id=row.district_id, data=given, now=now)
    merged = f"，{mates + 1} 个单位的检查并成一次" if mates else ""
    return f"提请检查 {case.number}{merged}，等负责人批。"


def _may_open(viewer: Viewer, row: PlanLine) -> bool:
    return (
        row.inspection_id is None
        and row.plan.state == "published"
        and row.plan.body.unit_id in viewer.unit_ids
    )


LINES: Register[PlanLine] = declare_register(
    Register(
        name="inspection_lines",
        title="计划里的检查",
        noun="检查",
        listing=Listing(
            name="inspection_lines",
            caption="计划里的检查",
            columns=[
                Column(
                    "企业",
                    lambda r: r.enterprise.name,
                    "firm",
                    ("enterprise__name",),
                    url=lambda r: LINES.row_url(r),
                    sub=lambda r: r.place,
                ),
                Column("地点", lambda r: r.place, in_page=False),
                Column("单位", lambda r: r.plan.body.unit.label, "unit", ("plan__body__unit__path",)),
                Column("种类", lambda r: SHORT[r.kind]),
                Column("上级部署的文号", lambda r: r.ordered_by, in_page=False),
                Column("事项", lambda r: "、".join(i.name for i in r.items.all())),
                Column("从哪天", lambda r: r.first_on, "from", ("first_on",), kind="date"),
                Column("到哪天", lambda r: r.last_on, "to", ("last_on",), kind="date"),
                Column(
                    "并成一次",
                    lambda r: r.with_whom or "—",
                    shown=lambda r: r.with_whom or "—",
                    status=lambda r: "turn" if r.mates else "",
                ),
                Column("办件", lambda r: r.inspection.case.number if r.inspection else "还没提请"),
            ],
            filters=[
                Filter("q", "企业", lambda rows, text: rows.filter(enterprise__name__icontains=text)),
                Filter("plan", "计划", lambda rows, text: rows.filter(plan_id=int(text))),
            ],
            prepare=_mates,
            tabs=[
                Tab(
                    "open",
                    "还没提请",
                    Q(inspection=None),
                    "没有要提请的检查",
                    "编进计划、公布以后，到日子从这里提请。",
                ),
                Tab("going", "提请了", Q(inspection__made_on=None, inspection__isnull=False)),
                Tab("made", "去过了", Q(inspection__made_on__isnull=False)),
            ],
        ),
        rows=lambda viewer, today: lines_visible_to(viewer),
        sees=(VIEW,),
        edits=(INSPECT,),
        opens=(VIEW,),
        url="inspections:lines",
        subject=lambda r: f"inspection_line:{r.pk}",
        may_touch=lambda viewer, row: row.plan.body.unit_id in viewer.unit_ids,
        form=forms.LineForm,
        save=lambda actor, row, data, now: planning.line_save(line=row, actor=actor, values=data, now=now),
        end=lambda actor, row, now: planning.line_remove(line=row, actor=actor, now=now),
        label=str,
        row_title=lambda r: r.enterprise.name,
        edits_apart=True,
        new_label="编一次检查",
        acts=(
            Act(
                "open",
                "提请检查",
                _open,
                form=forms.OpenForm,
                applies=_may_open,
                sentence="同一企业、地点、期间别的单位也排了的，会并成一次联合检查。",
            ),
        ),
    )
)

urlpatterns = [
    *register_urls(PLANS, "inspections/plans/"),
    *register_urls(LINES, "inspections/lines/"),
]
