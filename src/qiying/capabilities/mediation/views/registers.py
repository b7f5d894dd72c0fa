"""Registers: matters one takes part in, bodies, mediators, figures of the years."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.mediation.models import Body, Matter, Mediator, YearFigures
from qiying.capabilities.mediation.rules.law import BODY_KINDS, SUBJECTS
from qiying.capabilities.mediation.selectors import matters_visible_to
from qiying.capabilities.mediation.services.keeping import may_keep, row_keep
from qiying.kernel.organisations.listing import Column, Tab, choice, search
from qiying.kernel.organisations.models import Membership
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.kept import kept_register
from qiying.kernel.registers.terms import TERM_TABS
from qiying.kernel.registers.views import register_urls
from qiying.ui.humanize import money_words

VIEW, BODIES_KEEP, MEDIATORS_KEEP = (
    ("mediation.view",),
    ("mediation.bodies",),
    ("mediation.mediators", "mediation.bodies"),
)
Choices = list[tuple[Any, str]]
kept = partial(kept_register, "mediation", keep=row_keep, sees=VIEW, opens=VIEW, may_touch=may_keep)


def _yuan(amount: Decimal) -> str:
    return money_words(int(amount * 100)) if amount else ""


def _bodies(viewer: Viewer, today: date) -> Choices:
    return [(b.pk, b.name) for b in Body.objects.filter(district_id=viewer.district_id or 0)]


def _people(viewer: Viewer, today: date) -> Choices:
    rows = Membership.objects.filter(unit__district_id=viewer.district_id or 0, role="mediator")
    return [
        (m.person_id, f"{m.person.name}（{m.unit.label}）") for m in rows.select_related("person", "unit")
    ]


MATTERS = kept(
    "matters", "调解件", Matter,
    [
        Column("双方", str, "who", ("asker__name",), url=lambda r: reverse("cases:case", args=[r.case.number]),
               sub=lambda r: r.case.number),
        "kind",
        Column("争议金额", lambda r: r.claim, "claim", ("claim",), numeric=True, shown=lambda r: _yuan(r.claim)),
        "body",
        Column("调解员", lambda r: r.mediator.name if r.mediator else "还没定"),
        Column("哪里来", lambda r: r.get_way_display() if r.way else ("转来" if r.origin else "企业申请")),
        Column("法院案号", lambda r: r.court_number, in_page=False),
        "agreed_on",
        Column("协议金额", lambda r: r.yuan, "yuan", ("yuan",), numeric=True, shown=lambda r: _yuan(r.yuan)),
        Column("节省诉讼费", lambda r: r.saved, "saved", ("saved",), numeric=True, shown=lambda r: _yuan(r.saved)),
        Column("怎么算的", lambda r: r.saved_words, in_page=False),
        Column("司法确认", lambda r: r.ruling or (f"可申请到 {r.confirm_until}" if r.confirm_until else "")),
        Column("归档号", lambda r: r.archive_no, in_page=False),
    ],
    listing={
        "filters": [
            search("当事人、案号", "asker__name", "respondent_name", "court_number"),
            choice("kind", "纠纷", list(SUBJECTS.items())),
        ],
        "tabs": [
            Tab("open", "在办", Q(case__is_open=True, agreed_on=None), "没有在办的调解件",
                "企业在首页“调解”里申请，法院从“新提一件”转来。"),
            Tab("agreed", "达成协议", Q(agreed_on__isnull=False)),
            Tab("over", "没有达成", Q(case__is_open=False, agreed_on=None)),
        ],
    },
    rows=lambda viewer, today: matters_visible_to(viewer), edits=(), opens=(), imports=False,
    subject=lambda r: f"case:{r.case.number}",
    lead=lambda request, listed: "只列您参与的：调解员看自己的，调解组织看本组织的，法院看自己转来的。",
    links=((*VIEW, "mediation:bodies", "调解组织"),),
)  # fmt: skip
BODIES = kept(
    "bodies", "调解组织", Body,
    ["name", "kind", "unit", Column("收费", lambda b: b.fee_words), "licence", "founder", "assets", "full_time",
     "place"],
    fields=("name", "kind", "unit", "founder", "licence", "assets", "full_time", "place", "fee_percent", "fee_standard",
            "valid_from", "valid_to"),
    hints={"fee_percent": "只有商事调解组织可以收费，别的填 0", "fee_standard": "收费的要写，公开给所有人看"},
    related=("unit",), unique="name", edits=BODIES_KEEP,
    listing={"filters": [choice("kind", "哪一种", list(BODY_KINDS.items()))],
             "tabs": TERM_TABS, "empty_title": "还没有登记调解组织",
             "empty_text": "司法行政部门登记：商事调解组织要 30 万元资产、5 名调解员和登记文号。"},
    links=((*VIEW, "mediation:mediators", "调解员"), (*VIEW, "mediation:years", "历年数")),
)  # fmt: skip
MEDIATORS = kept(
    "mediators", "调解员", Mediator,
    ["name", "body", "fields", "qualified", "years", "employer", "suspended_to", "valid_from", "valid_to"],
    fields=("name", "body", "person", "fields", "employer", "qualified", "years", "suspended_to", "valid_from",
            "valid_to"),
    offers={"body": _bodies, "person": _people}, related=("body", "person"), unique="", edits=MEDIATORS_KEEP,
    hints={"employer": "和当事人是同一家的，系统会查出来", "suspended_to": "停止执业期间选不到"},
    listing={"filters": [search("姓名、领域", "name", "fields")],
             "tabs": TERM_TABS, "empty_title": "还没有登记调解员",
             "empty_text": "先在任职里给他“调解员”角色，再登记擅长的领域和任职条件。"},
    links=((*VIEW, "mediation:bodies", "调解组织"),),
)  # fmt: skip
YEARS = kept(
    "years", "调解历年数", YearFigures,
    ["body_name", "year", "cases", "amount", "saved", "source"],
    fields=("body_name", "year", "cases", "amount", "saved", "source"), unique="", edits=BODIES_KEEP,
    listing={"filters": [], "empty_title": "还没有历年数",
             "empty_text": "每年 3 月 31 日前登记上一年的件数、金额和来源。"},
    links=((*VIEW, "mediation:bodies", "调解组织"),),
)  # fmt: skip
urlpatterns = [
    *register_urls(MATTERS, "mediation/matters/"),
    *register_urls(BODIES, "mediation/bodies/"),
    *register_urls(MEDIATORS, "mediation/mediators/"),
    *register_urls(YEARS, "mediation/years/"),
]
