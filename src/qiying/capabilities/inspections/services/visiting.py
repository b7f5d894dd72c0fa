"""One joint inspection: proposed by a body, joined by others, approved by the head or dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from qiying.capabilities.inspections.models import Body, Inspection, InspectionBody, Item, Officer, PlanLine
from qiying.capabilities.inspections.rules.inspecting import Coming, judged, overlaps, place_key
from qiying.capabilities.inspections.selectors import (
    PROCEDURE,
    body_of,
    cap_of,
    comings,
    is_key,
    items_on,
    joinable,
    lines_like,
    officers_on,
)
from qiying.capabilities.inspections.services.visit import extras_of, flag, visit_in
from qiying.kernel.audit.clock import local_date
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.engine import case_act, case_open
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standard import asking
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.selectors import units_with
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, system_viewer


@transaction.atomic
def inspection_open(
    *, actor: Viewer, district_id: int, data: Any, now: datetime, session_key: str | None = None
) -> Case:
    """Propose an inspection; what others plan for the same firm, place and period becomes the same visit.

    Where another body's visit there was proposed already, this body joins it. Raises: `NotPermitted`, `GuardFailed`.
    """
    today = local_date(now)
    body = body_of(actor, today)
    if body is None:
        raise NotPermitted("您的单位不在检查主体名录里，不能检查企业")
    firm = (
        Enterprise.objects.select_for_update().filter(pk=data.enterprise_id, district_id=district_id).first()
    )
    refuse({"enterprise_id": ["本区没有这家企业"]} if firm is None else _wrong(data, today))
    assert firm is not None
    items = [i for i in items_on(district_id, today).filter(body=body) if i.pk in data.item_ids]
    officers = [
        o for o in officers_on(district_id, data.last_on).filter(body=body) if o.pk in data.officer_ids
    ]
    refuse(_unlisted(data, body, items, officers))
    key, period = place_key(data.place), (data.first_on, data.last_on)
    earlier = joinable(firm, key, period) if data.kind != "case" else None
    lines = list(lines_like(firm, key, period)) if data.kind != "case" else []
    new = Coming(data.first_on, data.kind, bool(data.ordered_by))
    over = list(_over(body, firm, lines, new, items))
    refuse({"first_on": over} if over else {})
    if earlier is not None:
        return _join(earlier, body, items, officers, lines, actor, data, now)
    co = {line.plan.body.unit_id for line in lines} - {body.unit_id}
    case = case_open(
        procedure=PROCEDURE, actor=actor, data=data.model_dump(), now=now, district_id=district_id,
        extras={"body": body.pk, "co_units": sorted(co)}, session_key=session_key,
    )  # fmt: skip
    one = Inspection.objects.create(
        case=case, district_id=district_id, enterprise=firm, kind=data.kind, is_ordered=bool(data.ordered_by),
        clue=data.clue, is_emergency=data.is_emergency, is_unannounced=data.is_unannounced, place=data.place,
        place_key=key, first_on=data.first_on, last_on=data.last_on,
    )  # fmt: skip
    _take(one, body, items, officers, is_lead=True)
    _take_lines(one, lines)
    return case


def _wrong(data: Any, today: date) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if data.last_on < data.first_on:
        fields["last_on"] = ["不能早于开始的那天"]
    elif data.last_on > data.first_on + timedelta(days=31):
        fields["last_on"] = ["一次检查的期间最多一个月"]
    if data.first_on < today:
        fields["first_on"] = ["不能早于今天：先批准，后检查"]
    if data.kind == "case" and not data.clue:
        fields["clue"] = ["个案检查要写线索从哪里来"]
    if data.is_emergency and data.kind != "case":
        fields["is_emergency"] = ["紧急检查是个案检查"]
    if data.ordered_by and data.kind != "special":
        fields["ordered_by"] = ["只有专项检查才有上级部署的文号"]
    return fields


def _unlisted(
    data: Any, body: Body, items: Sequence[Item], officers: Sequence[Officer]
) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if len(items) < len(set(data.item_ids)) or not items:
        fields["item_ids"] = ["请选本单位公布的检查事项；没有公布的不能检查"]
    if len(officers) < len(set(data.officer_ids)):
        known = {o.pk for o in officers}
        every = Officer.objects.filter(district_id=body.district_id).select_related("person")
        gone = [o for o in every if o.pk in data.officer_ids and o.pk not in known]
        told = [f"{o.person.name}的执法证 {o.valid_to} 到期" for o in gone]
        fields["officer_ids"] = [f"{'、'.join(told) or '选的人'}，不能检查；请选本单位证件有效的人"]
    return fields


def _over(
    body: Body, firm: Enterprise, lines: Sequence[PlanLine], new: Coming, items: Sequence[Item]
) -> Iterable[str]:
    """Yield why the cap shuts a body out; a visit that the plan foresees was judged when it was planned."""
    if any(line.plan.body_id == body.pk for line in lines):
        return
    mine = Coming(new.on, new.kind, new.is_ordered, is_key(items))
    found = judged(cap_of(body, new.on), comings(body, firm.pk, new.on.year), mine)
    if found.is_blocked:
        yield f"超过频次上限，不能再去。{found.words}"


def _take(
    one: Inspection, body: Body, items: Sequence[Item], officers: Sequence[Officer], *, is_lead: bool = False
) -> None:
    told = {"is_key": is_key(items), "is_lead": is_lead}
    InspectionBody.objects.get_or_create(inspection=one, body=body, defaults=told)
    one.items.add(*items)
    one.officers.add(*officers)


def _take_lines(one: Inspection, lines: Sequence[PlanLine]) -> None:
    for line in lines:
        _take(one, line.plan.body, list(line.items.all()), ())
        line.inspection = one
        line.save(update_fields=["inspection"])


def _join(
    one: Inspection, body: Body, items: Sequence[Item], officers: Sequence[Officer],
    lines: Sequence[PlanLine], actor: Viewer, data: Any, now: datetime,
) -> Case:  # fmt: skip
    """Let a body come along on a visit that another proposed, in the days both have."""
    first, last = max(one.first_on, data.first_on), min(one.last_on, data.last_on)
    assert overlaps((one.first_on, one.last_on), (first, last))
    _take(one, body, items, officers)
    _take_lines(one, [line for line in lines if line.inspection_id is None])
    Inspection.objects.filter(pk=one.pk).update(first_on=first, last_on=last)
    told = {"unit_id": body.unit_id, "unit": body.unit.label, "reason": data.reason}
    program = system_viewer("worker", district_id=one.district_id)
    return case_act(
        case=one.case, action="join", actor=program, data=told, now=now, part_of="inspections.open"
    )


def opened(act: Act) -> None:
    """Ask the head; several bodies are parties at once."""
    known = extras_of(act)
    body = Body.objects.select_related("unit").get(pk=known.body)
    firm = Enterprise.objects.get(pk=act.data.enterprise_id)
    act.set(
        title=f"{'联合检查' if known.co_units else '检查'}：{firm.label}"[:120], kind=act.data.kind,
        enterprise_id=firm.pk, lead_unit_id=body.unit_id,
    )  # fmt: skip
    act.party_add(f"u:{body.unit_id}", "lead")
    act.on_behalf = f"u:{body.unit_id}"
    for unit_id in known.co_units:
        act.party_add(f"u:{unit_id}", "co")
        act.notify("inspection_joined", f"u:{unit_id}", firm=firm.label, lead=body.unit.label)
    for unit_id in units_with(act.case.district_id, "law_watch"):
        act.party_add(f"u:{unit_id}", "supervision")
    act.index_text = f"{act.case.number}\n{act.case.title}\n{firm.name}\n{act.data.place}"
    act.count("proposed")
    asking.ask(act, "approval")


def joined(act: Act) -> None:
    """A further body takes part; the visit is one."""
    act.set(
        title=act.case.title.replace("检查：", "联合检查：", 1)
        if "联合" not in act.case.title
        else act.case.title
    )
    act.party_add(f"u:{act.data.unit_id}", "co")
    one = visit_in(act)
    lead = act.case.lead_unit.label if act.case.lead_unit else ""
    act.notify("inspection_joined", f"u:{act.data.unit_id}", firm=one.enterprise.label, lead=lead)
    act.tell("lead", "inspection_joined", firm=one.enterprise.label, lead=act.data.unit)


def crew_named(act: Act) -> None:
    """A body says who of it goes."""
    one = visit_in(act)
    others = [o for o in one.officers.all() if o.body.unit_id not in act.viewer.unit_ids]
    mine = officers_on(act.case.district_id, one.last_on).filter(pk__in=act.data.officer_ids)
    one.officers.set([*others, *mine])


def check_crew(act: Act) -> Iterable[tuple[str, str]]:
    """Only certified people of one's own body go."""
    one = visit_in(act)
    good = officers_on(act.case.district_id, one.last_on).filter(body__unit_id__in=act.viewer.unit_ids)
    if set(act.data.officer_ids) - set(good.values_list("pk", flat=True)) or not act.data.officer_ids:
        yield "officer_ids", "请选本单位、检查那天执法证还有效的人"


def approval_decided(act: Act) -> None:
    """The head decides: before the visit it goes on or is dropped; of an urgent one afterwards a refusal is a clue."""
    approval = asking.decided(act, "approval")
    one = visit_in(act)
    if act.from_state != "proposed":
        if approval is None:
            flag(act, one, "approval", f"事后没有批准：{act.data.note}")
        return
    if approval is None:
        _drop(act, one, act.data.note)
        return
    act.go("approved")
    if not one.is_unannounced:
        act.party_add(one.enterprise.key, "checked")
        words = {"who": "、".join(b.body.unit.label for b in one.bodies.all()), "why": approval.reason}
        days = f"{one.first_on:%Y-%m-%d} 到 {one.last_on:%Y-%m-%d}"
        act.notify("inspection_coming", one.enterprise.key, days=days, **words)


def dropped(act: Act) -> None:
    """Call a visit off: it does not count, and plans it took in are plans again."""
    _drop(act, visit_in(act), act.data.reason)


def _drop(act: Act, one: Inspection, why: str) -> None:
    act.go("dropped")
    act.set(outcome="dropped")
    act.count("dropped")
    PlanLine.objects.filter(inspection=one).update(inspection=None)
    Inspection.objects.filter(pk=one.pk).update(is_dropped=True)
    for unit in act.units_of("co"):
        act.notify("inspection_dropped", f"u:{unit}", why=why)
    if any(p.role == "checked" for p in act.parties):
        act.notify("inspection_dropped", one.enterprise.key, why=why)
