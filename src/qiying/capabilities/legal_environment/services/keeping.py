"""Rows of the registers: kept from a form, checked, noted in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from qiying.capabilities.legal_environment.models import Agent, Bid, FieldRule, Manual, Row, Tender
from qiying.capabilities.legal_environment.rules.bidding import BID_BOND_PERCENT, bond_fault
from qiying.capabilities.legal_environment.selectors import watches
from qiying.kernel.audit.services import record_act
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.errors import NotPermitted, refuse
from qiying.kernel.permissions.viewer import Viewer, require
from qiying.kernel.registers.rows import row_faults, row_filled
from qiying.statutes.credit_code import check

Faults = dict[str, list[str]]


def noted(actor: Viewer, action: str, row: Row, now: datetime, **data: Any) -> None:
    """Record an act on a row that names its subject and district."""
    told: dict[str, Any] = {"subject": row.subject, "data": data, "at": now, "district_id": row.district_id}
    record_act(actor=actor, action=f"legal.{action}", **told)


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: his unit's; agents and rules of the field the watching unit's."""
    if isinstance(row, Agent | FieldRule):
        return watches(viewer)
    unit_id = row.tender.unit_id if isinstance(row, Bid) else row.unit_id
    return unit_id in viewer.unit_ids or (watches(viewer) and not isinstance(row, Manual))


NEEDS: dict[type[Row], str] = {Manual: "legal.manual"}


@transaction.atomic
def row_keep(
    *,
    actor: Viewer,
    model: type[Row],
    row: Any,
    values: Mapping[str, Any],
    names: Sequence[str],
    now: datetime,
    unique: str = "",
) -> Any:
    """Enter or change a row; raise `GuardFailed` with every reason by field."""
    require(actor, NEEDS.get(model, "legal.bidding_keep"))
    made = row_filled(row or model(district_id=actor.district_id or 0), values, *names)
    fields = row_faults(made, unique=unique)
    if not fields:
        if not may_keep(actor, made):
            raise NotPermitted("只登记本单位的；代理机构和制度清理由招投标监督单位登记")
        fields = CHECKS[model](made, now) if model in CHECKS else {}
    refuse(fields)
    made.save()
    noted(actor, "keep", made, now, what=str(made))
    return made


def _agent(row: Agent, now: datetime) -> Faults:
    found = [f.message_zh for f in check(row.credit_code).findings if f.level == "error"]
    return {"credit_code": found} if found else {}


def _tender(row: Tender, now: datetime) -> Faults:
    """The limit of small works is that of the day a project is entered; what is out is not changed any more."""
    if row.published_on:
        return {"name": ["招标文件发出了，不能再改"]}
    if row._state.adding:
        today = now.date()
        row.small_from = int(parameter("bidding.small_from", district_id=row.district_id, on=today))
    found: Faults = {}
    if fault := bond_fault(row.bid_bond, row.estimate, BID_BOND_PERCENT):
        found["bid_bond"] = [f"{fault}，《招标投标法实施条例》第二十六条"]
    if row.agent is not None and not row.agent.is_registered(now.date()):
        found["agent"] = ["这家代理机构没有登记，或者登记过期了"]
    return found


def _bid(row: Bid, now: datetime) -> Faults:
    if row.tender.published_on is None:
        return {"tender": ["招标文件还没发出，不会有投标"]}
    same = Bid.objects.filter(tender_id=row.tender_id, bidder=row.bidder).exclude(pk=row.pk or 0)
    return {"bidder": ["这家已经登记过了"]} if same.exists() else {}


def _rule(row: FieldRule, now: datetime) -> Faults:
    if row.decision == FieldRule.Decision.AMENDED and not row.replaced_by:
        return {"replaced_by": ["修改的写明改成了什么"]}
    return {}


CHECKS: dict[type[Row], Callable[[Any, datetime], Faults]] = {
    Agent: _agent, Tender: _tender, Bid: _bid, FieldRule: _rule,
}  # fmt: skip
