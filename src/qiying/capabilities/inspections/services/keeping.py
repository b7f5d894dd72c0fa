"""Registers of who may inspect what: bodies, officers, items, caps; who came otherwise; clues settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction

from qiying.capabilities.inspections.models import Body, CapRule, Dated, Flag, Item, Officer, OtherVisit
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.rules.inspecting import OTHERS
from qiying.capabilities.inspections.services.visit import flag_raise, noted, task_open
from qiying.kernel.audit.clock import local_date
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.organisations.models import Membership, Unit, UnitKind
from qiying.kernel.organisations.offers import provided
from qiying.kernel.organisations.selectors import in_force, units_with
from qiying.kernel.permissions.errors import ActionNotAvailable, GuardFailed, NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled

D = TypeVar("D", bound=Dated)
Faults = Callable[[Any, date], dict[str, list[str]]]
INSPECTING = (UnitKind.DEPARTMENT, UnitKind.TOWN, UnitKind.SECTION)
"""Units of other kinds never inspect: coordinating bodies, associations, third parties (国办发〔2024〕54号)."""


def _body_faults(row: Body, today: date) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    if row.unit.kind not in INSPECTING:
        what = row.unit.get_kind_display()
        fields["unit"] = [f"{what}不能检查企业：只有行政机关、法律法规授权或者依法受委托的组织能"]
    if row.published_on > today:
        fields["published_on"] = ["主体资格公布了才能登记"]
    if Body.objects.filter(unit=row.unit, valid_to=None).exclude(pk=row.pk).exists():
        fields["unit"] = ["这个单位已经在名录里"]
    return fields


def _officer_faults(row: Officer, today: date) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    held = Membership.objects.filter(in_force(today), person_id=row.person_id)
    if not held.filter(unit__path__startswith=row.body.unit.path).exists():
        fields["person"] = [f"{row.person.name}不是{row.body.unit.label}的人；网格员、临时工、第三方不能检查"]
    if row.valid_to is None:
        fields["valid_to"] = ["请填执法证有效期的最后一天"]
    elif row.valid_to < today:
        fields["valid_to"] = ["这本执法证已经过期，不能登记"]
    return fields


def _no_faults(row: Any, today: date) -> dict[str, list[str]]:
    return {}


NAMES: dict[type[Dated], tuple[str, tuple[str, ...], Faults, str]] = {
    Body: ("body", ("unit", "standing", "basis", "published_on"), _body_faults, ""),
    Officer: ("officer", ("body", "person", "certificate"), _officer_faults, "certificate"),
    Item: ("item", ("body", "code", "name", "basis", "checklist", "is_key"), _no_faults, "code"),
    CapRule: ("cap", ("body", "most", "counts_case", "reasonable", "source"), _no_faults, ""),
}
"""How the audit calls a kind of row, its fields, what speaks against one, and the field that is unique."""


@transaction.atomic
def row_save(*, kind: type[D], row: D | None, actor: Viewer, values: Mapping[str, Any], now: datetime) -> D:
    """Enter or change a row of a register; raise `GuardFailed` by field."""
    code, fields, faults, unique = NAMES[kind]
    require(actor, "inspections.watch")
    made = row or kind(district_id=actor.district_id or 0)
    row_filled(made, values, *fields, "valid_from", "valid_to")
    wrong = row_faults(made, unique=unique)
    refuse(wrong or faults(made, local_date(now)))
    made.save()
    noted(actor, f"inspections.{code}_save", f"inspection_{code}", made, now)
    return made


@transaction.atomic
def row_end(*, row: Dated, actor: Viewer, on: date, reason: str, now: datetime) -> None:
    """End a row of a register on a day; what was done under it stays."""
    code = NAMES[type(row)][0]
    require(actor, "inspections.watch")
    if on < row.valid_from:
        refuse({"on": ["不能早于开始的那天"]})
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    noted(actor, f"inspections.{code}_end", f"inspection_{code}", row, now, on=on.isoformat(), reason=reason)


def enterprise_required(district_id: int | None, text: str) -> Enterprise:
    """Return the enterprise a form names by code or full name; raise `GuardFailed` at its field."""
    wanted = text.strip()
    rows = Enterprise.objects.filter(district_id=district_id or 0)
    found = rows.filter(credit_code=wanted.upper()).first() or rows.filter(name=wanted).first()
    if found is None:
        raise GuardFailed(["本区没有这家企业"], {"enterprise": ["本区没有这家企业，请核对代码或写全称"]})
    return found


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
    noted(actor, "inspections.other_save", "inspection_other", row, now)
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
        judge = next(iter(units_with(row.district_id, "law_watch")), None)
        ban = bans()[row.ban]
        row.task = task_open(
            district_id=row.district_id, now=now, title=f"整改：{ban.text}", text=row.finding, unit=row.unit_id,
            judge_unit=judge, result_to_show="整改情况和对责任人的处理", due_on=values["due_on"],
            origin=f"inspection_flag:{row.pk}", origin_label=f"检查监督：{ban.group}",
        ) if judge else ""  # fmt: skip
    row.save()
    told = {"state": row.get_state_display(), "finding": row.finding}
    noted(actor, "inspections.flag_settle", "inspection_flag", row, now, **told)
    return row
