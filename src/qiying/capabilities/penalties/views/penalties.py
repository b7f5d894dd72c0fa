"""The register of penalties: where each stands, how many papers went together, from which day it can be repaired."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.penalties.models import Penalty
from qiying.capabilities.penalties.selectors import penalties_visible_to
from qiying.kernel.organisations.listing import Column, Listing, Tab, search
from qiying.kernel.registers.register import Register, declare_register
from qiying.kernel.registers.views import register_urls

VIEW = "penalties.view"
PENALTIES: Register[Penalty] = declare_register(
    Register(
        name="penalties",
        title="行政处罚",
        noun="处罚",
        listing=Listing(
            columns=[
                Column(
                    "企业",
                    lambda r: r.enterprise.name,
                    "firm",
                    ("enterprise__name",),
                    url=lambda r: reverse("cases:case", args=[r.case.number]),
                    sub=lambda r: r.fact,
                ),
                Column("违法事实", lambda r: r.fact, in_page=False),
                Column("单位", lambda r: r.unit.label, "unit", ("unit__path",)),
                Column("文号", lambda r: r.number or "还没有"),
                Column("处罚", lambda r: r.lenient_by or r.get_kind_display() or "还没决定"),
                Column("罚款", lambda r: r.fine, "fine", ("fine",), numeric=True),
                Column("加处罚款", lambda r: r.surcharge, numeric=True, in_page=False),
                Column("决定", lambda r: r.decided_on, "on", ("decided_on",), kind="date"),
                Column("送达", lambda r: r.served_on, kind="date"),
                Column("几书", lambda r: r.papers or "", numeric=True),
                Column("公示", lambda r: r.published_on, kind="date"),
                Column("可以修复", lambda r: r.repairable_on, "repair", ("repairable_on",), kind="date"),
                Column("缴清", lambda r: r.paid_on, kind="date", in_page=False),
            ],
            filters=[search("企业、文号", "enterprise__name", "number")],
            tabs=[
                Tab("open", "在办", Q(case__is_open=True), "没有在办的处罚", "从“新提一件”立案。"),
                Tab("done", "结案了", Q(case__state="closed")),
                Tab("spared", "不予处罚", ~Q(lenient_by="")),
            ],
        ),
        rows=lambda viewer, today: penalties_visible_to(viewer),
        sees=(VIEW,),
        edits=(),
        opens=(),
        url="penalties:penalties",
        subject=lambda r: f"case:{r.case.number}",
        imports=False,
        lead=lambda request, listed: (
            "决定书、信用修复告知书、合规建议书一次送达；简易、警告、公告的只送决定书。"
        ),
    )
)
urlpatterns = register_urls(PENALTIES, "penalties/")
