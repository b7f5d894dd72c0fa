"""What was recorded, the result told to the enterprise, what rows show, and what the enterprise says of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from qiying.capabilities.inspections.models import Inspection
from qiying.capabilities.inspections.rules import bans
from qiying.capabilities.inspections.rules.inspecting import Coming, judged
from qiying.capabilities.inspections.selectors import cap_of, comings, inspection_of
from qiying.capabilities.inspections.services.at_door import is_emergency_unscanned, is_offline_unfilled
from qiying.capabilities.inspections.services.visit import (
    RESULTS,
    InspectionExtras,
    extras_of,
    flag,
    flag_raise,
    visit_in,
)
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.engine import case_act
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.opening import case_start
from qiying.kernel.cases.served import service_ended
from qiying.kernel.cases.sheets import CaseSheet
from qiying.kernel.cases.tasks import has_tasks, task_open
from qiying.kernel.forms.models import Form, Response
from qiying.kernel.forms.selectors import current_version
from qiying.kernel.permissions.errors import refuse
from qiying.kernel.permissions.viewer import Viewer

WRONG = "不符合"
"""The answer of a checklist that counts as a problem."""


def sheets(case: Case, viewer: Viewer, now: datetime) -> list[CaseSheet]:
    """Return the checklist of each item of a visit, for who inspects."""
    one = inspection_of(case) if viewer.has("inspections.inspect") else None
    if one is None:
        return []
    done, items = InspectionExtras.of(case).recorded, list(one.items.all())
    forms = Form.objects.filter(district_id=case.district_id, code__in={i.checklist for i in items})
    asked = {form.code: current_version(form) for form in forms}
    return [CaseSheet(str(i.pk), i.name, asked.get(i.checklist), str(i.pk) in done) for i in items]


def sheet_kept(case: Case, sheet: CaseSheet, response: Response, actor: Viewer, now: datetime) -> None:
    """Record the answers of one checklist, once."""
    if InspectionExtras.of(case).recorded.get(sheet.code) != response.pk:
        problems = sum(value == WRONG for value in response.answers.values())
        told = {"item_id": int(sheet.code), "response_id": response.pk, "problems": problems}
        case_act(case=case, action="record", actor=actor, data=told, now=now, part_of="inspections.record")


def recorded(act: Act) -> None:
    """Keep the answered checklist of one item."""
    known = extras_of(act)
    done = {**known.recorded, str(act.data.item_id): act.data.response_id}
    act.set_extras(recorded=done, problems=known.problems + act.data.problems)


def every_item_recorded(context: CaseContext) -> str | None:
    done = extras_of(context).recorded
    left = [i.name for i in visit_in(context).items.all() if str(i.pk) not in done]
    return f"还没有记：{'、'.join(left)}" if left else None


def scanned_before_leaving(context: CaseContext) -> str | None:
    return "紧急检查离开前要扫企业码" if is_emergency_unscanned(context) is None else None


def left(act: Act) -> None:
    """Leave: the result is due."""
    act.set_extras(met=act.data.met)
    act.clock_start("result", words="检查完要把结果告诉企业")


def is_approved(context: CaseContext) -> str | None:
    return "先查后批的，要先补批" if context.open_approval("approval") else None


def is_scan_settled(context: CaseContext) -> str | None:
    return "断网没有扫码，要先补录" if is_offline_unfilled(context) is None else None


def check_result(act: Act) -> Iterable[tuple[str, str]]:
    """What has to be put right is named with its workday."""
    if act.data.result != "rectify":
        return
    if len(act.data.rectify) < 4:
        yield "rectify", "写明改什么，至少 4 个字"
    on = act.data.rectify_by
    if on is None or on <= act.today:
        yield "rectify_by", "写明哪天以前改好，要在今天以后"
    elif not act.calendar.is_workday(on):
        yield "rectify_by", "这一天不是工作日，请换一天"


def concluded(act: Act) -> None:
    """Tell the result; what is to be put right becomes a task, the firm is asked to rate, rules are checked by data."""
    one, data = visit_in(act), act.data
    act.set(outcome=data.result)
    told: dict[str, Any] = {"result_text": data.text}
    if data.result == "rectify":
        task = task_open(
            district_id=act.case.district_id, judge_unit=next(iter(act.units_of("supervision")), None), now=act.now,
            title=f"检查整改：{one.enterprise.label}", text=data.rectify, unit=act.case.lead_unit_id,
            co_units=act.units_of("co"), result_to_show="整改前后的照片和复查记录", due_on=data.rectify_by,
            origin=f"inspection:{act.case.number}", origin_label=act.case.title,
        )  # fmt: skip
        told |= {"rectify": data.rectify, "rectify_by": data.rectify_by.isoformat(), "task": task}
    act.set_extras(**told)
    act.count(f"result_{data.result}")
    words = RESULTS[data.result]
    act.notify("inspection_result", one.enterprise.key, result=words, text=data.text)
    by_data(act, one)
    service_ended(
        subject=f"case:{act.case.number}", matter=act.case.title, unit_id=act.case.lead_unit_id or 0,
        district_id=act.case.district_id, at=act.now, party_key=one.enterprise.key,
    )  # fmt: skip


def rectify_words(known: InspectionExtras) -> str:
    """Say where a rectification stands, and that it is no task where the installation has none."""
    if not known.rectify:
        return ""
    where = f"任务 {known.task}" if known.task else "" if has_tasks() else "还没有装任务模块，没有立成任务"
    return f"{known.rectify}，{known.rectify_by} 以前改好。{where}"


def by_data(act: Act, one: Inspection) -> None:
    """Check what rows can show: the same item again too soon, a body over its cap, case checks without measure."""
    days = int(act.parameter("inspections.repeat"))
    since = act.today - timedelta(days=days)
    again = Inspection.objects.filter(
        enterprise=one.enterprise, made_on__range=(since, act.today), items__in=one.items.all()
    ).exclude(pk=one.pk)
    if one.kind != "case" and (same := again.select_related("case").first()):
        flag(act, one, "disturb", f"{days} 天内同一事项查过：{same.case.number}")
    for part in one.bodies.select_related("body__unit"):
        found = judged(
            cap_of(part.body, one.on),
            comings(part.body, one.enterprise_id, one.on.year, but=one.pk),
            Coming(one.on, one.kind, one.is_ordered, part.is_key),
        )
        if found.is_blocked or found.is_unreasonable:
            flag(act, one, "disturb", f"次数多了。{found.words}", part.body.unit)


def not_declared(context: CaseContext) -> str | None:
    return "您已经说过了" if extras_of(context).is_declared else None


def bans_declare(*, case: Case, actor: Viewer, data: Any, now: datetime) -> Case:
    """Take what the enterprise says of the bans as clues for 司法局; the case keeps that it was said, never what."""
    one = inspection_of(case)
    assert one is not None and case.lead_unit is not None
    if set(data.happened) - set(bans.asked_of_the_firm()):
        refuse({"happened": ["请在列出的里面选"]})
    done = case_act(case=case, action="declare", actor=actor, data={}, now=now, part_of="inspections.declare")
    for code in data.happened:
        told = f"企业说：{bans.bans()[code].ask}。{data.text}"
        flag_raise(unit=case.lead_unit, ban=code, source="firm", text=told, now=now, inspection=one)
    return done


def declared(act: Act) -> None:
    act.set_extras(is_declared=True)
    act.count("declared")
    act.tell("supervision", "inspection_declared", firm=visit_in(act).enterprise.label)


def not_complained(context: CaseContext) -> str | None:
    known = extras_of(context).complaint
    return f"投诉 {known} 已经交到诉求池" if known else None


def complained(act: Act) -> None:
    """A complaint goes into the one pool like any other, and 司法局 is told."""
    one = visit_in(act)
    told = {
        "text": f"对检查 {act.case.number} 的投诉：{act.data.text}",
        "title": f"对检查的投诉：{act.case.number}",
        "enterprise_id": one.enterprise_id,
    }
    case = case_start(procedure="service_request", actor=act.viewer, now=act.now, data=told)
    act.set_extras(complaint=case.number)
    act.count("complained")
    act.tell("supervision", "inspection_complained", firm=one.enterprise.label, number=case.number)
