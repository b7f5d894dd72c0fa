"""Parts of a project, cases of their own: what each office does, and approvals, shadows until the land is signed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from qiying.capabilities.projects.models import Approval
from qiying.capabilities.projects.rules.kinds import APPROVAL_LABELS, APPROVALS, OFFICE_LABELS, OFFICES
from qiying.capabilities.projects.rules.law import hastened, start_by
from qiying.capabilities.projects.selectors import APPROVAL, approval_of
from qiying.capabilities.projects.services.common import check_units, row_of, told
from qiying.capabilities.projects.services.steps import begin_by, licensed
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import ActionInput, Extras, entry
from qiying.kernel.cases.models import Approval as Asked
from qiying.kernel.cases.standard import asking, children
from qiying.kernel.documents.certificates import issue_certificate


class PartExtras(Extras):
    """Of a part: more days that were given."""

    more: int = 0


class PartOpening(ActionInput):
    kind: str = entry("哪一段、哪一项", choices=OFFICE_LABELS | APPROVAL_LABELS)
    unit_id: int = entry("单位", source="units")
    days: int = entry("几个工作日", default=0, ge=0, le=1000)
    project: str = entry("项目", max_length=120)


class ApprovalAsked(ActionInput):
    kind: Literal[
        "record", "approve", "change", "eia_report", "eia_form", "eia_recheck", "land_plan", "works_plan", "build"
    ] = entry("哪一项", choices=APPROVAL_LABELS)  # fmt: skip
    unit_id: int = entry("哪个单位批", source="units", ge=1, le=10**12)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=20)


class Followed(ActionInput):
    key: str = entry("谁", max_length=24)
    role: str = entry("以什么身份", max_length=12)


class Done(ActionInput):
    text: str = entry("办成什么样", widget="textarea", min_length=4, max_length=1000)
    documents: list[int] = entry("材料", default=(), widget="documents", max_length=20)


class Passed(ActionInput):
    number: str = entry("文号", min_length=2, max_length=60)
    text: str = entry("批了什么", default="", widget="textarea", max_length=500)
    documents: list[int] = entry("批文", default=(), widget="documents", max_length=10)


class Evaluation(ActionInput):
    what: str = entry("评估什么", max_length=60, help="专家评审、技术评估，不算在期限里（最多 30 个工作日）")


class Prolong(ActionInput):
    days: int = entry("延几个工作日", widget="number", ge=1, le=40)
    reason: str = entry("为什么", widget="textarea", min_length=4, max_length=300)


class Use(ActionInput):
    purpose: str = entry("拿去办什么", min_length=2, max_length=200)


def part_begins(act: Act, label: str) -> None:
    """A part belongs to its unit; the firm, who leads and whoever tracks the project read along."""
    parent, unit_id = act.case.parent, act.data.unit_id
    assert parent is not None
    act.set(title=f"{label}：{act.data.project}"[:120], kind=act.data.kind, lead_unit_id=unit_id)
    act.set(enterprise_id=parent.enterprise_id)
    act.party_add(f"u:{unit_id}", "lead")
    act.on_behalf = f"u:{unit_id}"
    children.askers_inherit(act)
    keys = parent.parties.filter(role__in=("track", "lead"), until=None).values_list("key", flat=True)
    for key in dict.fromkeys(keys):
        act.party_add(key, "track")


def approval_in(context: CaseContext) -> Approval:
    """Return the row of an approval's case."""
    found = approval_of(context.case)
    assert found is not None
    return found


def followed(act: Act) -> None:
    act.party_add(act.data.key, act.data.role)


# --- offices ------------------------------------------------------------------------------


def stage_opened(act: Act) -> None:
    kind = OFFICES[act.data.kind]
    part_begins(act, kind.label)
    act.clock_start("part", limit=act.data.days, words=f"{kind.label}：{kind.part}")
    act.count("given")


def judged(act: Act, *kinds: str) -> None:
    """Count whether it was done by the day of the first of these clocks, and stop them."""
    clock = act.clock(kinds[0])
    act.count("done_in_time" if clock is None or act.today <= clock.due_by else "done_late")
    act.stop(*kinds)


def stage_done(act: Act) -> None:
    judged(act, "part")
    act.set(outcome="done")


def lapsed(act: Act) -> None:
    act.set(outcome="lapsed")


# --- approvals ----------------------------------------------------------------------------


def check_asked(act: Act) -> Iterable[tuple[str, str]]:
    """No code, no acceptance (发改投资〔2020〕1439号); one of a kind, where the law knows one."""
    row, kind = row_of(act), APPROVALS[act.data.kind]
    if not row.code:
        yield "kind", "项目还没有代码，各部门不能受理，请先补项目代码"
    yield from check_units(act, "unit_id", act.data.unit_id)
    same = row.approvals.filter(kind=act.data.kind).exclude(case__state__in=("refused", "lapsed"))
    if (same.filter(case__is_open=True) if kind.again else same).exists():
        yield "kind", f"{kind.label}已经有一件，不用再提"


def asked(act: Act) -> None:
    """A department reviews beside the others; it takes part in the task force from now on."""
    act.party_add(f"u:{act.data.unit_id}", "force")
    given = {"kind": act.data.kind, "unit_id": act.data.unit_id, "project": act.case.title}
    children.child_open(act, APPROVAL, given)


def approval_opened(act: Act) -> None:
    """The limit of the law runs; in the green channel the district promises less."""
    kind = APPROVALS[act.data.kind]
    part_begins(act, kind.label)
    project = row_of(act)
    limit = int(act.parameter(f"project.{act.data.kind}"))
    act.clock_start("law", limit=limit, unit=kind.unit, words=f"{kind.label}，{kind.source}")
    if project.green_on:
        limit = hastened(limit, int(act.parameter("project.green_percent")))
    words = "绿色通道，区里承诺" if project.green_on else "受理起"
    act.clock_start("decide", limit=limit, unit=kind.unit, words=f"{kind.label}，{words}")
    act.count("received")
    if project.green_on:
        act.count("green")
    act.afterwards.append(lambda: Approval.objects.create(case=act.case, project=project, kind=act.data.kind))
    told(act, f"请办{kind.label}", act.data.project, "lead")


def evaluated_from(act: Act) -> None:
    """An expert evaluation is not counted, and takes 30 workdays at most (国务院令第673号第九条、第十条)."""
    for kind in ("decide", "law"):
        act.clock_pause(act.clock(kind), "suspension", act.data.what)
    act.clock_start("evaluate", words=f"{act.data.what}，不计入期限")


def evaluated_to(act: Act) -> None:
    act.stop("evaluate")
    for kind in ("decide", "law"):
        act.clock_resume(act.clock(kind))


def may_prolong(context: CaseContext) -> str | None:
    if not APPROVALS[context.case.kind].more:
        return "法律没有规定这一项可以延长"
    return "已经延长过一次" if PartExtras.of(context.case).more else None


def prolonged(act: Act, approval: Asked) -> None:
    days = approval.days or 0
    for kind in ("decide", "law"):
        if clock := act.clock(kind):
            act.clock_extend(clock, days)
    act.set_extras(more=days)


def prolong_asked(act: Act) -> None:
    asking.ask(act, "more", days=act.data.days)


def is_not_signed(context: CaseContext) -> bool:
    """Tell whether an approval is passed while the land is not signed yet."""
    return APPROVALS[context.case.kind].needs_land and row_of(context).landed_on is None


def approval_passed(act: Act) -> None:
    """Passed: valid at once, or a shadow that turns valid on the day the land is signed."""
    judged(act, "decide", "law")
    row = approval_in(act)
    row.number, row.passed_on = act.data.number, act.today
    row.save(update_fields=["number", "passed_on"])
    if is_not_signed(act):
        act.go("shadow")
        act.count("shadow")
        told(act, f"{row}预审通过了", "土地签约那天自动转正，之前不能用", "firm", "track")
        return
    _turn_valid(act, row, act.today)


def turned_valid(act: Act) -> None:
    """The land is signed: a shadow turns valid on the day of the contract."""
    row, project = approval_in(act), row_of(act)
    assert project.landed_on is not None
    act.count("turned")
    _turn_valid(act, row, project.landed_on)


def _turn_valid(act: Act, row: Approval, on: date) -> None:
    row.valid_on = on
    row.save(update_fields=["valid_on"])
    act.go("valid")
    act.set(outcome="valid")
    project = row.project
    fields = {
        "项目": project.case.title,
        "项目代码": project.code or "",
        "事项": str(row),
        "文号": row.number,
    }
    issue_certificate(
        "project_approval", holder=project.firm_name, enterprise=project.enterprise, case=act.case, fields=fields,
        by=act.viewer, now=act.now, unit=act.case.lead_unit,
    )  # fmt: skip
    told(act, f"{row}生效了", f"{row.number}，证照可以查验", "firm", "track")


def is_valid_here(context: CaseContext) -> str | None:
    """A shadow is no approval."""
    return (
        None
        if approval_in(context).valid_on
        else "土地还没签，这是影子批文，不能拿去用；土地签约那天自动转正"
    )


def used(act: Act) -> None:
    act.count("used")


def refused(act: Act) -> None:
    judged(act, "decide", "law")
    act.set(outcome="refused")
    told(act, f"{APPROVAL_LABELS[act.case.kind]}没有批", act.data.reason, "firm", "track")


def part_moved(act: Act) -> None:
    """What became valid moves the project: the building licence ends the district's clock, others begin the law's."""
    if act.data.outcome != "valid":
        return
    child = children.children_of(act.case).filter(number=act.data.number).first()
    row = approval_of(child) if child else None
    if row is None or row.valid_on is None:
        return
    if row.kind == "build":
        act.party_add(f"u:{row.case.lead_unit_id}", "permits")
        licensed(act, row.valid_on)
    elif row.kind == "approve":
        act.party_add(f"u:{row.case.lead_unit_id}", "permits")
        begin_by(act, "filing", row.valid_on)
    elif row.kind in {"eia_report", "eia_form"}:
        last = start_by(row.valid_on, 60)
        act.clock_start("begin_eia", limit=(last - row.valid_on).days, started_on=row.valid_on,
                        words="环评批准五年内开工，过了重新审核")  # fmt: skip
