"""Registers of guarantors, shared loans and pledges: limits, portfolio and the book beside a guarantor."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.risk_sharing.models import (
    BALANCES,
    LABELS,
    PROGRAMME_CHOICES,
    Guarantor,
    IpPledge,
    RiskPosting,
    SharedLoan,
)
from qiying.capabilities.risk_sharing.rules.law import (
    PARTIES,
    PROGRAMMES,
    WAN,
    average_fee,
    guaranteed,
    percent,
    percent_of,
    share_of,
    yuan,
)
from qiying.capabilities.risk_sharing.selectors import (
    guarantors_visible_to,
    live,
    loans_visible_to,
    pledges_visible_to,
    portfolio,
)
from qiying.capabilities.risk_sharing.services.guarantors import guarantor_keep
from qiying.kernel.cases.parameters import parameter
from qiying.kernel.organisations.listing import Column, Filter, Listing, Tab
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.organisations.selectors import unit_choices
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Panel, Register, declare_register
from qiying.kernel.registers.rows import DAY
from qiying.kernel.registers.views import register_urls

VIEW, KEEP = ("risk.view",), ("risk.keep",)
SHOWN_ENTRIES = 20


def _case_url(row: Any) -> str:
    return reverse("cases:case", args=[row.case.number])


def _shares(row: SharedLoan) -> str:
    return " ".join(f"{PARTIES[p]}{percent(s)}" for p, s in row.percents.items())


# --- loans ---------------------------------------------------------------------------------
LOANS: Register[SharedLoan] = declare_register(
    Register(
        name="shared_loans",
        title="共担贷款",
        noun="共担贷款",
        listing=Listing(
            columns=[
                Column("企业", lambda r: r.enterprise.name, "firm", ("enterprise__name",), url=_case_url,
                       sub=lambda r: r.contract),
                Column("合同", lambda r: r.contract, in_page=False),
                Column("按哪种", lambda r: r.get_programme_display(), "programme", ("programme",)),
                Column("贷款", lambda r: yuan(r.fen), "fen", ("fen",), numeric=True),
                Column("还没还", lambda r: yuan(r.outstanding_fen), "out", ("outstanding_fen",), numeric=True),
                Column("各方承担", _shares),
                Column("称号", lambda r: r.get_title_display() if r.title else ""),
                Column("担保机构", lambda r: r.guarantor.unit.label, "guarantor", ("guarantor__unit__path",)),
                Column("银行", lambda r: r.bank.label, "bank", ("bank__path",)),
                Column("到期", lambda r: r.ends_on, "ends", ("ends_on",), kind="date"),
                Column("到哪一步", lambda r: r.stands),
                Column("没还上", lambda r: yuan(r.unpaid_fen), numeric=True, in_page=False),
                Column("追回", lambda r: yuan(r.back_fen), numeric=True, in_page=False),
            ],
            filters=[
                Filter("q", "企业、合同",
                       lambda rows, v: rows.filter(Q(enterprise__name__icontains=v) | Q(contract=v))),
                Filter("programme", "按哪种", lambda rows, v: rows.filter(programme=v), choices=PROGRAMME_CHOICES),
            ],
            tabs=[
                Tab("live", "在保", Q(case__state="live"), "没有在保的", "担保机构从“新提一件”登记。"),
                Tab("coming", "没备案", Q(case__state__in=("filed", "confirmed")), "没有等备案的"),
                Tab("claims", "代偿追偿", Q(case__state__in=("claimed", "proposed", "paid")), "没有在追偿的"),
                Tab("done", "结束了", Q(case__is_open=False)),
            ],
        ),
        rows=lambda viewer, today: loans_visible_to(viewer),
        sees=VIEW,
        edits=(),
        opens=(),
        url="risk:loans",
        subject=lambda r: f"case:{r.case.number}",
        imports=False,
    )
)  # fmt: skip


# --- pledges -------------------------------------------------------------------------------
PLEDGES: Register[IpPledge] = declare_register(
    Register(
        name="ip_pledges",
        title="知识产权质押",
        noun="质押",
        listing=Listing(
            columns=[
                Column("权利", lambda r: r.name, "name", ("name",), url=_case_url, sub=lambda r: r.number),
                Column("哪种", lambda r: r.get_kind_display(), "kind", ("kind",)),
                Column("出质人", lambda r: r.enterprise.name, "firm", ("enterprise__name",)),
                Column("质权人", lambda r: r.bank.label, "bank", ("bank__path",)),
                Column("贷款", lambda r: yuan(r.fen), "fen", ("fen",), numeric=True),
                Column("评估", lambda r: yuan(r.value_fen) if r.value_fen else "", numeric=True),
                Column("登记", lambda r: r.registered_on, "on", ("registered_on",), kind="date"),
                Column("转给了", lambda r: r.transferee),
                Column("注销", lambda r: r.released_on, kind="date"),
            ],
            filters=[
                Filter("q", "权利号、名称", lambda rows, v: rows.filter(Q(number=v) | Q(name__icontains=v)))
            ],
            tabs=[
                Tab("live", "质押中", Q(is_live=True, registered_on__isnull=False), "没有质押中的"),
                Tab("coming", "在办", Q(is_live=True, registered_on__isnull=True), "没有在办的"),
                Tab("done", "结束了", Q(is_live=False)),
            ],
        ),
        rows=lambda viewer, today: pledges_visible_to(viewer),
        sees=VIEW,
        edits=(),
        opens=(),
        url="risk:pledges",
        subject=lambda r: f"case:{r.case.number}",
        imports=False,
    )
)


# --- guarantors ----------------------------------------------------------------------------
def _form(data: Any, *, viewer: Viewer, today: date, row: Guarantor | None) -> forms.Form:
    """Return the form of a guarantor; money is typed in ten thousand yuan."""
    start: dict[str, Any] = {"net_assets_on": today}
    if row is not None:
        start = {
            "licence": row.licence, "paid_in": Decimal(row.paid_in_fen) / WAN,
            "net_assets": Decimal(row.net_assets_fen) / WAN, "net_assets_on": row.net_assets_on,
            "is_mainly_small": row.is_mainly_small, "owners": "、".join(o.name for o in row.owners.all()),
        }  # fmt: skip
    made = forms.Form(data, initial=start)
    if row is None:
        made.fields["unit"] = forms.TypedChoiceField(
            label="担保机构", coerce=int, choices=unit_choices(viewer.district_id or 0)
        )
    made.fields["licence"] = forms.CharField(label="经营许可证", min_length=2, max_length=40)
    money: dict[str, Any] = {"min_value": Decimal(0), "max_value": Decimal(10**9), "decimal_places": 2}
    made.fields["paid_in"] = forms.DecimalField(label="实缴资本（万元）", **money)
    made.fields["net_assets"] = forms.DecimalField(label="净资产（万元）", **money)
    made.fields["net_assets_on"] = forms.DateField(label="净资产截至", widget=DAY)
    made.fields["is_mainly_small"] = forms.BooleanField(
        label="主要服务小微企业和三农", required=False, help_text="在保余额可以到净资产的 15 倍，其他 10 倍"
    )
    made.fields["owners"] = forms.CharField(
        label="控股股东、实际控制人",
        required=False,
        max_length=2000,
        help_text="写全称，几家用顿号隔开；不能为他们担保",
    )
    return made


def _side(posting: RiskPosting) -> str:
    return f"{LABELS[posting.account]} {'+' if posting.amount > 0 else '−'}{yuan(abs(posting.amount))}"


def _about(request: ViewerRequest, row: Guarantor) -> dict[str, Any]:
    """Return limits, portfolio with both readings of its half, average fee, and the last movements of the book."""
    loans = list(live(row.loans.all()))
    found, limits = portfolio(loans), row.limits
    base = str(parameter("risk.little_base", district_id=row.district_id, on=request.today))
    fee = average_fee([(guaranteed(r.outstanding_fen, r.percents), r.fee_rate) for r in loans])
    lines = [
        ("在保余额", yuan(row.exposure_fen), f"最多 {yuan(limits.total)}，净资产的 {limits.times} 倍"),
        ("一户最多", yuan(limits.client), "净资产的 10%，连关联方 15%"),
        ("支小支农", percent_of(found.small_share), f"{yuan(found.small)} / {yuan(found.total)}，要不低于 80%"),
        ("单户 500 万元以下", percent_of(found.little_share("all")),
         f"占全部；占支小支农 {percent_of(found.little_share('small'))}，要不低于 50%"),
        ("平均担保费率", percent_of(fee), f"{len(loans)} 笔，要低于 1%"),
        *((LABELS[account], yuan(getattr(row, f"{account}_fen")), "") for account in BALANCES[1:]),
    ]  # fmt: skip
    entries = row.entries.select_related("loan__enterprise").prefetch_related("postings").order_by("-pk")
    shown = [
        {
            "on": e.on, "kind": e.get_kind_display(), "firm": e.loan.enterprise.label, "memo": e.memo,
            "sides": "，".join(_side(p) for p in e.postings.all()),
        }
        for e in entries[:SHOWN_ENTRIES]
    ]  # fmt: skip
    return {"lines": lines, "breaches": found.breaches(base), "entries": shown, "all": row.entries.count()}


GUARANTORS: Register[Guarantor] = declare_register(
    Register(
        name="guarantors",
        title="担保机构",
        noun="担保机构",
        listing=Listing(
            columns=[
                Column(
                    "名称",
                    lambda r: r.unit.name,
                    "name",
                    ("unit__name",),
                    url=lambda r: GUARANTORS.row_url(r),
                ),
                Column("净资产", lambda r: yuan(r.net_assets_fen), "net", ("net_assets_fen",), numeric=True),
                Column("截至", lambda r: r.net_assets_on, kind="date"),
                Column(
                    "在保余额", lambda r: yuan(r.exposure_fen), "exposure", ("exposure_fen",), numeric=True
                ),
                Column(
                    "占上限", lambda r: percent_of(share_of(r.exposure_fen, r.limits.total)), numeric=True
                ),
                Column("自担损失", lambda r: yuan(r.loss_fen), "loss", ("loss_fen",), numeric=True),
            ],
            empty_title="还没有担保机构",
            empty_text="登记净资产以后，它才能登记共担的贷款。",
        ),
        rows=lambda viewer, today: guarantors_visible_to(viewer),
        sees=VIEW,
        edits=KEEP,
        opens=VIEW,
        url="risk:guarantors",
        label=lambda r: r.unit.label,
        form=_form,
        save=lambda actor, row, values, now: guarantor_keep(actor=actor, row=row, values=values, now=now),
        edits_apart=True,
        imports=False,
        new_label="登记担保机构",
        hint="；".join(
            f"{p.label}：银行不低于 {percent(p.bank_least)}，一户最多 {yuan(p.firm_most)}（{p.source}）"
            for p in PROGRAMMES.values()
        ),
        panels=(Panel("risk_sharing/_book.html", _about),),
    )
)
urlpatterns = [
    *register_urls(LOANS, "shared-loans/"),
    *register_urls(PLEDGES, "ip-pledges/"),
    *register_urls(GUARANTORS, "guarantors/"),
]
