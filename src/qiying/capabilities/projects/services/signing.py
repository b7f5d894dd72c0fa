"""A project signed: its code, its plan, the eight offices' parts; its days and its estimate."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from django.db import transaction

from qiying.capabilities.projects.models import Project
from qiying.capabilities.projects.rules.kinds import KINDS, NATURES, OFFICE_LABELS, OFFICES, STEPS
from qiying.capabilities.projects.rules.law import CodeFault, is_over_estimate, project_code
from qiying.capabilities.projects.selectors import STAGE, large_from, offices_of
from qiying.capabilities.projects.services.common import keep, next_step_runs, row_of, told, worker_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_open
from qiying.kernel.cases.entering import ActionInput, entry
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standard import children
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Unit
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.workdays import short_date


class Plan(ActionInput):
    land_by: date = entry("计划哪天土地签约", widget="date")
    licence_by: date = entry("计划哪天领施工许可", widget="date")
    start_by: date = entry("计划哪天开工", widget="date")
    complete_by: date = entry("计划哪天竣工", widget="date")
    produce_by: date = entry("计划哪天投产", widget="date")

    @property
    def steps(self) -> dict[str, date]:
        days = (self.land_by, self.licence_by, self.start_by, self.complete_by, self.produce_by)
        return dict(zip(STEPS, days, strict=True))


class Basics(ActionInput):
    title: str = entry("项目名称", min_length=4, max_length=80)
    firm_name: str = entry("投资方", min_length=2, max_length=128, help="还没登记的新公司写投资方名称")
    enterprise_id: int | None = entry("登记了的企业", default=None, source="enterprises", ge=1, le=10**12)
    kind: Literal["expand", "invest", "government"] = entry("类型", choices=KINDS)
    nature: Literal["capital", "renewal", "purchase", "digital", "other"] = entry("建设性质", choices=NATURES)
    unit_id: int = entry("谁引进的", source="units", ge=1, le=10**12)
    invest: int = entry("总投资（万元）", widget="number", ge=1, le=10**9)
    output: int = entry("达产后一年产值（万元）", default=0, widget="number", ge=0, le=10**9)
    signed_on: date = entry("哪天签约的", widget="date")
    code: str = entry("项目代码", default="", max_length=40, help="在线平台赋的码，没有的以后补")


class Signing(Plan, Basics):
    """What is signed, then its plan, as the form asks."""


class NewPlan(Plan):
    reason: str = entry("为什么改", widget="textarea", min_length=4, max_length=300)


class Code(ActionInput):
    code: str = entry("项目代码", max_length=40, help="形如 2405-330106-04-01-123456")


class Firm(ActionInput):
    enterprise_id: int = entry("哪家企业", source="enterprises", ge=1, le=10**12)


class OwnDays(ActionInput):
    days: int = entry("企业自己用了几天", widget="number", ge=1, le=2000)
    reason: str = entry("做什么", min_length=4, max_length=200, help="改设计、等总部批，不算政府的时间")


class Estimate(ActionInput):
    feasibility: Decimal = entry("可研批复的投资（万元）", gt=0, le=10**9)
    estimate: Decimal = entry("初步设计概算（万元）", gt=0, le=10**9)
    report: str = entry("向审批部门怎么报告的", default="", widget="textarea", max_length=500)


def plan_faults(plan: Plan, since: date) -> dict[str, list[str]]:
    """Say which planned day comes before the one it follows."""
    days = {"signed_on": since, **{name: getattr(plan, name) for name in Plan.model_fields}}
    found = {}
    for before, name in pairwise(days):
        if days[name] < days[before]:
            found[name] = [f"不能早于前一步（{short_date(days[before])}）"]
    return found


@transaction.atomic
def project_sign(
    *, actor: Viewer, district_id: int, data: Any, now: Any, session_key: str | None = None
) -> Case:
    """Open a project on its signing: the eight offices have their parts, the plan runs."""
    today, fields = local_date(now), plan_faults(data, data.signed_on)
    firm = Enterprise.objects.filter(pk=data.enterprise_id or 0, district_id=district_id).first()
    code = ""
    if data.enterprise_id and firm is None:
        fields["enterprise_id"] = ["本区没有这家企业"]
    if not Unit.objects.filter(pk=data.unit_id, district_id=district_id, is_active=True).exists():
        fields["unit_id"] = ["本区没有这个单位，请重选"]
    if data.signed_on > today:
        fields["signed_on"] = ["不能在今天以后"]
    if missing := [OFFICE_LABELS[c] for c in OFFICES if c not in offices_of(district_id)]:
        fields["title"] = [f"本区还没有设：{'、'.join(missing)}，请运维在单位的职能里设"]
    if data.code:
        code, faults = code_read(data.code, district_id)
        fields |= {"code": faults} if faults else {}
    refuse(fields)
    case = case_open(
        procedure="project", actor=actor, data=data.model_dump(), now=now, district_id=district_id,
        session_key=session_key,
    )  # fmt: skip
    plan = {step: on.isoformat() for step, on in data.steps.items()}
    names = ("firm_name", "kind", "nature", "unit_id", "invest", "output")
    given = {name: getattr(data, name) for name in names}
    Project.objects.create(
        case=case, district_id=district_id, enterprise=firm, signed_on=data.signed_on, code=code or None,
        plan=plan, first_plan=plan, **given,
    )  # fmt: skip
    return case


def code_read(text: str, district_id: int, but: int = 0) -> tuple[str, list[str]]:
    """Return a code as it is kept, and what is wrong with it."""
    try:
        code = project_code(text)
    except CodeFault as fault:
        return "", [str(fault)]
    other = Project.objects.filter(district_id=district_id, code=code).exclude(pk=but).first()
    return code, [f"“{other}”已经用了这个代码"] if other else []


def signed(act: Act) -> None:
    """The offices of the first phase get their parts at once; whoever brought it and supervision take part."""
    data, offices = act.data, offices_of(act.case.district_id)
    act.set(title=data.title, kind=data.kind, lead_unit_id=offices["zhaoshang"])
    act.party_add(f"u:{offices['zhaoshang']}", "lead")
    act.on_behalf = f"u:{offices['zhaoshang']}"
    act.party_add(f"u:{data.unit_id}", "lead")
    act.party_add(f"u:{offices['fuwu']}", "service")
    for unit_id in (*units_with(act.case.district_id, "supervision"), offices["ducha"]):
        act.party_add(f"u:{unit_id}", "supervision")
    for unit_id in offices.values():
        act.party_add(f"u:{unit_id}", "force")
    if data.enterprise_id:
        act.set(enterprise_id=data.enterprise_id)
        act.party_add(f"e:{data.enterprise_id}", "firm")
    act.index_text = f"{act.case.number}\n{data.title}\n{data.firm_name}\n{data.code}"
    act.count("signed")
    act.count("invested", data.invest)
    if data.invest >= large_from(act.case.district_id, act.today):
        act.count("signed_large")
    act.clock_start("whole", started_on=data.signed_on, words="从签约到领施工许可，区里的目标")
    act.clock_start("step", limit=max((data.land_by - act.today).days, 0), words="计划土地签约")
    stages_open(act, "preparing")
    told(act, "新项目签约了", f"{data.firm_name}，总投资 {data.invest:,} 万元", "force", "firm")


def stages_open(act: Act, phase: str) -> None:
    """Give each office of a phase its part, a case of its own with its owner and clock."""
    for code, unit_id in offices_of(act.case.district_id).items():
        if OFFICES[code].phase == phase:
            days = int(act.parameter(f"project.office.{code}"))
            given = {"kind": code, "unit_id": unit_id, "days": days, "project": act.case.title}
            children.child_open(act, STAGE, given)


def check_code(act: Act) -> Iterable[tuple[str, str]]:
    row = row_of(act)
    for fault in code_read(act.data.code, act.case.district_id, row.pk)[1]:
        yield "code", fault


def coded(act: Act) -> None:
    keep(act, code=project_code(act.data.code))


def has_no_code(context: CaseContext) -> str | None:
    row = row_of(context)
    return f"已经有代码 {row.code}" if row.code else None


def has_no_firm(context: CaseContext) -> str | None:
    firm = row_of(context).enterprise
    return f"已经是{firm.name}" if firm else None


def check_firm(act: Act) -> Iterable[tuple[str, str]]:
    if not Enterprise.objects.filter(pk=act.data.enterprise_id, district_id=act.case.district_id).exists():
        yield "enterprise_id", "本区没有这家企业"


def firm_bound(act: Act) -> None:
    """The investor's company is registered: it takes part in the project and its parts from now on."""
    firm = Enterprise.objects.get(pk=act.data.enterprise_id)
    keep(act, enterprise=firm, firm_name=firm.name)
    act.set(enterprise_id=firm.pk)
    act.party_add(firm.key, "firm")
    children.children_act(act, "follow", {"key": firm.key, "role": "firm"}, worker_of(act))


def check_plan(act: Act) -> Iterable[tuple[str, str]]:
    for name, faults in plan_faults(act.data, row_of(act).signed_on).items():
        yield name, faults[0]


def plan_now(context: CaseContext) -> dict[str, Any]:
    """Return the plan as it stands, for its form."""
    plan = row_of(context).plan
    return {name: plan.get(step) for name, step in zip(Plan.model_fields, STEPS, strict=True)}


def planned(act: Act) -> None:
    """Change the plan of what is still to come; the first plan stays beside it."""
    row = row_of(act)
    new = {step: on.isoformat() for step, on in act.data.steps.items()}
    keep(act, plan={s: row.plan.get(s) if getattr(row, f"{s}_on") else new[s] for s in STEPS})
    next_step_runs(act, row_of(act))
    act.count("replanned")


def owned(act: Act) -> None:
    """Days that are the owner's own are not the government's."""
    keep(act, own_days=row_of(act).own_days + act.data.days)


def check_estimate(act: Act) -> Iterable[tuple[str, str]]:
    is_over = is_over_estimate(act.data.feasibility, act.data.estimate)
    if is_over and len(act.data.report) < 4:
        yield "report", "概算超过可研 10% 的要向审批部门报告（国务院令第712号第十二条），写明怎么报告的"


def estimated(act: Act) -> None:
    act.count("estimate_over" if act.data.report else "estimated")


def is_government(context: CaseContext) -> str | None:
    return None if context.case.kind == "government" else "政府投资的项目才比概算"
