"""Registers of who may inspect what: bodies, officers, items, caps; who came otherwise; clues settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.inspections.models import Body, CapRule, Dated, Flag, Item, Officer, OtherVisit
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.rules.inspecting import OTHERS
from qiying.capabilities.inspections.services.visit import flag_raise
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.tasks import task_open
from qiying.kernel.enterprises.selectors import enterprise_required
from qiying.kernel.organisations.models import Membership, Unit, UnitKind
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import in_force, units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.keeping import Check, Faults, Values, row_end, row_keep
from qiying.kernel.registers.rows import row_filled

INSPECTING = (UnitKind.DEPARTMENT, UnitKind.TOWN, UnitKind.SECTION)
"""Units of other kinds never inspect: coordinating bodies, associations, third parties (国办发〔2024〕54号)."""


def _body_faults(row: Body, values: Values, now: datetime) -> Faults:
    fields: Faults = {}
    if row.unit.kind not in INSPECTING:
        what = row.unit.get_kind_display()
        fields["unit"] = [f"{what}不能检查企业：只有行政机关、法律法规授权或者依法受委托的组织能"]
    if row.published_on > local_date(now):
        fields["published_on"] = ["主体资格公布了才能登记"]
    if Body.objects.filter(unit=row.unit, valid_to=None).exclude(pk=row.pk).exists():
        fields["unit"] = ["这个单位已经在名录里"]
    return fields


def _officer_faults(row: Officer, values: Values, now: datetime) -> Faults:
    fields: Faults = {}
    today = local_date(now)
    held = Membership.objects.filter(in_force(today), person_id=row.person_id)
    if not held.filter(unit__path__startswith=row.body.unit.path).exists():
        fields["person"] = [f"{row.person.name}不是{row.body.unit.label}的人；网格员、临时工、第三方不能检查"]
    if row.valid_to is None:
        fields["valid_to"] = ["请填执法证有效期的最后一天"]
    elif row.valid_to < today:
        fields["valid_to"] = ["这本执法证已经过期，不能登记"]
    return fields


FIELDS: dict[type[Dated], tuple[tuple[str, ...], Check | None, str]] = {
    Body: (("unit", "standing", "basis", "published_on"), _body_faults, ""),
    Officer: (("body", "person", "certificate"), _officer_faults, "certificate"),
    Item: (("body", "code", "name", "basis", "checklist", "is_key"), None, "code"),
    CapRule: (("body", "most", "counts_case", "reasonable", "source"), None, ""),
}
"""The fields of a kind of row, what speaks against one, and the field that is unique."""


def row_save(
    *, model: type[Dated], row: Any, actor: Viewer, values: Values, now: datetime, **kit: Any
) -> Any:
    """Enter or change a row of a register; raise `GuardFailed` by field."""
    names, check, unique = FIELDS[model]
    told: dict[str, Any] = {
        "needs": "inspections.watch",
        "action": f"inspections.{model.SUBJECT.removeprefix('inspection_')}_save",
        "check": check,
    }
    given: dict[str, Any] = {"values": values, "names": (*names, "valid_from", "valid_to"), "unique": unique}
    return row_keep(model=model, row=row, actor=actor, now=now, **told, **given)


def row_stop(*, row: Dated, actor: Viewer, on: date, reason: str, now: datetime) -> None:
    """End a row of a register on a day."""
    told = {
        "needs": "inspections.watch",
        "action": f"inspections.{row.SUBJECT.removeprefix('inspection_')}_end",
    }
    row_end(row=row, actor=actor, on=on, now=now, what=str(row), reason=reason, **told)


@transaction.atomic
def other_save(*, actor: Viewer, values: Mapping[str, Any], now: datetime) -> OtherVisit:
    """Log who came to an enterprise without inspecting; where something was checked after all, it is a clue."""
    require(actor, "inspections.log")
    firm = enterprise_required(actor.district_id, str(values["enterprise"]))
    unit = Unit.objects.filter(pk=values.get("unit") or 0, district_id=firm.district_id).first()
    if unit is None or (unit.pk not in actor.unit_ids and not actor.is_system):
        raise NotPermitted("只能登记本单位的")
    if values["on"] > local_date(now):
        refuse({"on": ["去过了再登记"]})
    row = OtherVisit(district_id=firm.district_id, unit=unit, enterprise=firm)
    row_filled(row, values, "kind", "on", "people", "purpose", "checked")
    row.save()
    row_noted(actor, "inspections.other_save", row, now, what=str(row))
    if note := provided("inspection_note"):
        why = f"{OTHERS[row.kind]}（不是检查）：{row.purpose}"
        note(actor=actor, enterprise=firm, unit=unit, on=row.on, now=now, purpose=why, is_made=True)
    if row.checked and row.kind != "service":
        told = f"{row.on:%Y-%m-%d} 以{row.get_kind_display()}的名义到企业，当场查了资料、现场或者提了整改要求"
        flag_raise(unit=unit, ban="named", source="data", text=told, now=now, visit=row)
    return row


@transaction.atomic
def flag_settle(*, flag: Flag, actor: Viewer, values: Mapping[str, Any], now: datetime) -> Flag:
    """Say what looking into a clue found; a breach becomes a task of the unit, written off by who watches."""
    require(actor, "inspections.watch")
    row = Flag.objects.select_for_update(of=("self",)).select_related("unit").get(pk=flag.pk)
    if row.state != Flag.State.OPEN:
        raise ActionNotAvailable("这条线索已经查明了")
    if row.unit_id in actor.unit_ids:
        raise NotPermitted("说的是您自己的单位，要由别人来查")
    row.state, row.finding = values["state"], values["finding"]
    row.settled_on, row.settled_by_name = local_date(now), actor.name
    if row.state == Flag.State.FOUNDED:
        judge, ban = next(iter(units_with(row.district_id, "law_watch")), None), bans()[row.ban]
        row.task = task_open(
            district_id=row.district_id, judge_unit=judge, now=now, title=f"整改：{ban.text}",
            text=row.finding, unit=row.unit_id, result_to_show="整改情况和对责任人的处理", due_on=values["due_on"],
            origin=row.subject, origin_label=f"检查监督：{ban.group}",
        )  # fmt: skip
    row.save()
    told = {"state": row.get_state_display(), "finding": row.finding}
    row_noted(actor, "inspections.flag_settle", row, now, what=str(row), **told)
    return row
