"""Rows of the registers: kept from a form, checked, noted in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from qiying.capabilities.legal_environment.models import Agent, Bid, FieldRule, Manual, Tender
from qiying.capabilities.legal_environment.rules.bidding import BID_BOND_PERCENT, bond_fault
from qiying.capabilities.legal_environment.selectors import watches
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.keeping import Faults, Values, keeper
from qiying.statutes import credit_code


def may_keep(viewer: Viewer, row: Any) -> bool:
    """Tell whether a row is somebody's to keep: his unit's; agents and rules of the field the watching unit's."""
    if isinstance(row, Agent | FieldRule):
        return watches(viewer)
    unit_id = row.tender.unit_id if isinstance(row, Bid) else row.unit_id
    return unit_id in viewer.unit_ids or (watches(viewer) and not isinstance(row, Manual))


def _agent(row: Agent, values: Values, now: datetime) -> Faults:
    found = [f.message_zh for f in credit_code.check(row.credit_code).findings if f.level == "error"]
    return {"credit_code": found} if found else {}


def _tender(row: Tender, values: Values, now: datetime) -> Faults:
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


def _bid(row: Bid, values: Values, now: datetime) -> Faults:
    if row.tender.published_on is None:
        return {"tender": ["招标文件还没发出，不会有投标"]}
    same = Bid.objects.filter(tender_id=row.tender_id, bidder=row.bidder).exclude(pk=row.pk or 0)
    return {"bidder": ["这家已经登记过了"]} if same.exists() else {}


def _rule(row: FieldRule, values: Values, now: datetime) -> Faults:
    if row.decision == FieldRule.Decision.AMENDED and not row.replaced_by:
        return {"replaced_by": ["修改的写明改成了什么"]}
    return {}


row_keep = keeper(
    "legal.keep",
    "legal.bidding_keep",
    {Agent: _agent, Tender: _tender, Bid: _bid, FieldRule: _rule},
    may=may_keep,
    why="只登记本单位的；代理机构和制度清理由招投标监督单位登记",
    otherwise={Manual: "legal.manual"},
)
