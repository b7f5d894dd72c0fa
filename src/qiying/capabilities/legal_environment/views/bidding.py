"""Registers of bidding: agents, tenders with their two checks, bids with their clues, rules of the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from qiying.capabilities.legal_environment.forms import FirstCheckForm, PublishForm, ReviewForm, clue_form
from qiying.capabilities.legal_environment.models import Agent, Bid, FieldRule, Measure, Tender
from qiying.capabilities.legal_environment.selectors import bids_visible_to, tenders_visible_to, watches
from qiying.capabilities.legal_environment.services import bidding
from qiying.capabilities.legal_environment.services.keeping import may_keep
from qiying.capabilities.legal_environment.views.kept import kept_register
from qiying.kernel.organisations.listing import Column, Filter, Tab, choice, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import in_force, unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel, Register, does
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.ui.humanize import money_words

VIEW, KEEP = ("legal.bidding",), ("legal.bidding_keep",)
Choices = list[tuple[Any, str]]


def _counted(request: ViewerRequest, rows: Sequence[Agent]) -> None:
    held = list(Tender.objects.filter(agent__in=rows).values_list("agent_id", "reviewed_on"))
    for row in rows:
        own = [on for pk, on in held if pk == row.pk]
        row.tenders, row.reviewed = len(own), sum(on is not None for on in own)  # type: ignore[attr-defined]


AGENTS = kept_register(
    "agents",
    Agent,
    ["name", "credit_code", "head", "staff",
     Column("代理的项目", lambda a: f"{a.reviewed} / {a.tenders} 个核审过"), "promised_on", "valid_from", "valid_to",
     Column("为什么停", lambda a: a.why_ended, in_page=False)],
    fields=("name", "credit_code", "head", "staff", "unit", "promised_on", "valid_from", "valid_to", "why_ended"),
    hints={"unit": "代理机构自己上平台初查的选它的单位", "valid_to": "还在登记就空着"},
    listing={
        "filters": [Filter("q", "名称、代码",
                           lambda rows, v: rows.filter(Q(name__icontains=v) | Q(credit_code=v.upper())))],
        "tabs": TERM_TABS, "prepare": _counted,
        "empty_title": "还没有登记代理机构", "empty_text": "由招投标监督单位登记，没登记的不能代理本区项目。",
    },
    sees=VIEW, opens=VIEW, edits=KEEP, unique="name",
    links=(("legal.bidding", "legal:tenders", "招标项目"), ("legal.bidding", "legal:rules", "制度清理")),
)  # fmt: skip


def _agents(viewer: Viewer, today: date) -> Choices:
    rows = Agent.objects.filter(in_force(today), district_id=viewer.district_id or 0)
    return list(rows.values_list("pk", "name"))


def _reviews(viewer: Viewer, today: date) -> Choices:
    kind = Measure.Kind.TENDER
    rows = Measure.objects.filter(district_id=viewer.district_id or 0, unit_id__in=viewer.unit_ids, kind=kind)
    return list(rows.values_list("pk", "title")[:200])


def _own_units(viewer: Viewer, today: date) -> Choices:
    offered = unit_choices(viewer.district_id or 0)
    return offered if watches(viewer) else [(pk, name) for pk, name in offered if pk in viewer.unit_ids]


_first = does(bidding.first_check, "row", "初查记下了，等招标单位另一个人核审。")


def _review(actor: Viewer, row: Tender, data: dict[str, Any], now: datetime) -> str:
    is_agreed = data["agreed"] == "yes"
    bidding.review(actor=actor, row=row, text=data["text"], is_agreed=is_agreed, now=now)
    return "核审过了，可以发出。" if is_agreed else "退回再查。"


_publish = does(bidding.publish, "row", "招标文件发出了。")
_clue = does(bidding.clue_check, "row", "核查结果记下了。")


def _about(request: ViewerRequest, row: Tender) -> dict[str, Any]:
    sees_bids = bids_visible_to(request.viewer).filter(tender=row)
    found = bidding.clues(row) if sees_bids.exists() else []
    said = {f"{c.code}:{c.bidders}": c for c in row.clues.select_related("checked_by")}
    clues = [{"clue": c, "said": said.get(bidding.clue_key(c))} for c in found]
    return {"row": row, "bids": sees_bids.count(), "clues": clues}


def _touches(viewer: Viewer, row: Tender) -> bool:
    own = row.agent.unit_id if row.agent else None
    return may_keep(viewer, row) or (own is not None and own in viewer.unit_ids)


IS_OUT = Q(published_on__isnull=False)
TENDERS: Register[Any] = kept_register(
    "tenders",
    Tender,
    [
        Column("项目", lambda t: t.name, "name", ("name",), url=lambda t: TENDERS.row_url(t), sub=lambda t: t.number),
        Column("项目编号", lambda t: t.number, in_page=False),
        "kind", "unit",
        Column("估算价", lambda t: t.estimate, "estimate", ("estimate",), numeric=True,
               shown=lambda t: money_words(t.estimate * 100)),
        Column("按什么办", lambda t: t.standing.label), "agent", Column("到哪一步", lambda t: t.step),
        "published_on", "opened_on",
    ],
    fields=("name", "number", "kind", "unit", "estimate", "in_scope", "bid_bond", "agent", "fair_measure"),
    offers={"agent": _agents, "fair_measure": _reviews, "unit": _own_units},
    hints={"bid_bond": "不超过估算价的 2%", "agent": "自己招标就不选", "fair_measure": "先提招标文件的审查"},
    listing={
        "filters": [search("项目、编号", "name", "number"),
                    choice("kind", "种类", Tender.Kind.choices)],
        "tabs": [
            Tab("first", "等初查", Q(first_on=None, published_on=None), "没有等初查的项目",
                "登记项目，代理机构先查招标文件，招标单位另一个人再核审。"),
            Tab("review", "等核审", Q(first_on__isnull=False, reviewed_on=None), "没有等核审的"),
            Tab("ready", "可以发出", Q(reviewed_on__isnull=False, published_on=None), "没有等发出的"),
            Tab("out", "发出了", IS_OUT, "还没有发出的"),
        ],
    },
    rows=lambda viewer, today: tenders_visible_to(viewer),
    sees=VIEW, opens=VIEW, edits=KEEP, unique="number", may_touch=_touches,
    panels=(Panel("legal/_tender.html", _about),),
    acts=(
        Act("first_check", "初查", _first, form=FirstCheckForm, needs=("legal.first_check", *KEEP),
            applies=lambda viewer, t: t.first_on is None and not t.published_on),
        Act("review", "核审", _review, form=ReviewForm,
            applies=lambda viewer, t: bool(t.first_on) and not t.reviewed_on and t.unit_id in viewer.unit_ids),
        Act("publish", "登记发出", _publish, form=PublishForm,
            applies=lambda viewer, t: bool(t.reviewed_on) and not t.published_on and t.unit_id in viewer.unit_ids),
        Act("clue", "核查线索", _clue, form=clue_form,
            applies=lambda viewer, t: watches(viewer) and bool(t.published_on) and bool(bidding.clues(t))),
    ),
    links=(("legal.bidding", "legal:agents", "代理机构"), ("legal.bidding_keep", "legal:bids", "投标")),
)  # fmt: skip


def _published(viewer: Viewer, today: date) -> Choices:
    rows = tenders_visible_to(viewer).filter(IS_OUT)
    return [(t.pk, str(t)) for t in rows[:500]]


BIDS = kept_register(
    "bids",
    Bid,
    [
        "bidder",
        Column("项目", lambda b: str(b.tender), "tender", ("tender__name",)),
        Column("报价", lambda b: b.price, "price", ("price",), numeric=True,
               shown=lambda b: money_words(b.price * 100)),
        Column("谁编的", lambda b: b.author, in_page=False), Column("谁办的", lambda b: b.agent_person, in_page=False),
        Column("项目管理成员", lambda b: b.staff, in_page=False),
        Column("保证金账户", lambda b: b.account, in_page=False),
        Column("文件特征码", lambda b: b.wording, in_page=False),
    ],
    fields=("tender", "bidder", "price", "author", "agent_person", "staff", "account", "wording", "mixed_with"),
    offers={"tender": _published},
    listing={
        "filters": [search("投标人", "bidder")],
        "empty_title": "还没有登记投标", "empty_text": "开标以后逐家登记，或者从表格导入；系统按六种情形提示线索。",
    },
    rows=lambda viewer, today: bids_visible_to(viewer),
    sees=(*KEEP, "legal.analysis"), opens=(*KEEP, "legal.analysis"), edits=KEEP,
    links=(("legal.bidding", "legal:tenders", "招标项目"),),
)  # fmt: skip

RULES = kept_register(
    "rules",
    FieldRule,
    ["name", "number", "unit", "decision", "replaced_by", "reason", "decided_on"],
    title="招投标制度清理",
    fields=("name", "number", "unit", "decision", "reason", "decided_on", "replaced_by"),
    related=("unit",),
    listing={
        "filters": [search("名称", "name")],
        "tabs": [Tab(code, label, Q(decision=code), f"没有{label}的") for code, label in FieldRule.Decision.choices],
        "empty_title": "还没有清理过", "empty_text": "把招投标的制度文件逐份登记：保留、修改、废止，各写理由。",
    },
    sees=VIEW, opens=VIEW, edits=KEEP, unique="number",
)  # fmt: skip
urlpatterns = [
    *register_urls(AGENTS, "legal/agents/"),
    *register_urls(TENDERS, "legal/tenders/"),
    *register_urls(BIDS, "legal/bids/"),
    *register_urls(RULES, "legal/rules/"),
]
