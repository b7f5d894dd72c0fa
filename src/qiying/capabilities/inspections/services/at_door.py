"""At the door: two certified officers on an approved day, and the enterprise's code before anybody goes in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from qiying.capabilities.inspections.models import Inspection, Item
from qiying.capabilities.inspections.selectors import crew_wrong
from qiying.capabilities.inspections.services.visit import flag, visit_in
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.enterprises.codes import CodeRefused, read_code
from qiying.kernel.enterprises.models import CodeLook
from qiying.kernel.organisations.offers import provided

USE = "inspection"
JUST = timedelta(minutes=30)
"""How long a scan of the enterprise's code at the door is good for going in."""


def crew_ready(context: CaseContext) -> str | None:
    """Two officers with certificates that hold today, one of every body at least."""
    wrong = crew_wrong(visit_in(context), context.today)
    return "；".join(wrong) or None


def within_days(context: CaseContext) -> str | None:
    one = visit_in(context)
    if one.first_on <= context.today <= one.last_on:
        return None
    return f"批准的是 {one.first_on:%Y-%m-%d} 到 {one.last_on:%Y-%m-%d}，今天不能去"


def goes_along(context: CaseContext) -> str | None:
    """Only who was named goes in; a program is nobody."""
    going = {o.person_id for o in visit_in(context).officers.all()}
    return None if context.viewer.person_id in going else "您不在这次检查的执法人员里"


def approved_or_urgent(context: CaseContext) -> str | None:
    if context.case.state == "proposed" and not visit_in(context).is_emergency:
        return "还没有批准，不能去；紧急检查才能先查后批"
    return None


def check_scanned(act: Act) -> Iterable[tuple[str, str]]:
    """The enterprise's code is read now, or this officer read it at the door just before."""
    one = visit_in(act)
    if act.data.code:
        try:
            read = read_code(act.data.code, viewer=act.viewer, now=act.now, use=USE)
        except CodeRefused as refused:
            yield "code", refused.reasons[0]
            return
        if read.pk != one.enterprise_id:
            yield "code", f"这是{read.label}的码，不是{one.enterprise.label}的"
        return
    looks = CodeLook.objects.filter(enterprise=one.enterprise, scanner_id=act.viewer.person_id)
    if not looks.filter(at__gte=act.now - JUST, at__lte=act.now).exists():
        yield "code", "请企业打开企业码，扫了再进门；断网或者紧急的，按“没法扫码”进"


def entered(act: Act) -> None:
    """The officers are in: counted once however many bodies, and the enterprise reads who came and why."""
    _go_in(act, "scanned", scanned_at=act.now)


def check_unscanned(act: Act) -> Iterable[tuple[str, str]]:
    if act.data.way == "emergency" and not visit_in(act).is_emergency:
        yield "way", "不是紧急检查，要先扫码再进门"


def entered_unscanned(act: Act) -> None:
    """An emergency is scanned before leaving; after a failure of the network it is filled in within its days."""
    _go_in(act, act.data.way)
    if act.data.way == "offline":
        act.clock_start("fill", words="网络故障没有扫码，恢复后补录")


def _go_in(act: Act, how: str, **more: Any) -> None:
    one = visit_in(act)
    for name, value in {"made_on": act.today, "entry": how, **more}.items():
        setattr(one, name, value)
    one.save(update_fields=["made_on", "entry", *more])
    Item.objects.filter(inspections=one).update(last_used_on=act.today)
    act.party_add(one.enterprise.key, "checked")
    act.go("entered")
    bodies = [b.body for b in one.bodies.all()]
    act.count("made")
    if one.kind != "case":
        act.count("planned_made")
        if len(bodies) > 1:
            act.count("joint")
    for body in bodies:
        act.count("body_visits", unit_id=body.unit_id)
    who = "、".join(o.person.name for o in one.officers.all())
    words = {"who": who, "units": "、".join(b.unit.label for b in bodies), "why": one.get_kind_display()}
    act.notify("inspection_entered", one.enterprise.key, **words)
    if note := provided("inspection_note"):
        purpose = f"{one.get_kind_display()}：{'、'.join(i.name for i in one.items.all())}"
        note(actor=act.viewer, enterprise=one.enterprise, unit=bodies[0].unit, on=act.today, now=act.now,
             purpose=purpose[:120], person_id=act.viewer.person_id, is_made=True)  # fmt: skip


def scanned_leaving(act: Act) -> None:
    Inspection.objects.filter(case_id=act.case.pk).update(scanned_at=act.now)


def filled_in(act: Act) -> None:
    """Write down late what could not be scanned; after its days it is a clue."""
    clock = act.clock("fill")
    is_late = clock is not None and act.today > clock.due_by
    act.stop("fill")
    Inspection.objects.filter(case_id=act.case.pk).update(filled_on=act.today)
    act.set_extras(late_reason=act.data.reason)
    if is_late and clock is not None:
        flag(
            act, visit_in(act), "scan", f"补录晚了：到{clock.due_by:%Y-%m-%d}为止，{act.today:%Y-%m-%d} 才补"
        )


def is_emergency_unscanned(context: CaseContext) -> str | None:
    one = visit_in(context)
    return None if one.entry == "emergency" and one.scanned_at is None else "不用补扫"


def is_offline_unfilled(context: CaseContext) -> str | None:
    one = visit_in(context)
    return None if one.entry == "offline" and one.filled_on is None else "不用补录"
