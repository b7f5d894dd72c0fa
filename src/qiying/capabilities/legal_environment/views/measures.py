"""The register of measures and policies with their review, and what they say that needs looking at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from qiying.capabilities.legal_environment.forms import IssueForm, RepealForm
from qiying.capabilities.legal_environment.models import Measure
from qiying.capabilities.legal_environment.rules.fair import flags_of
from qiying.capabilities.legal_environment.services.reviews import ReviewExtras, measure_issue, measure_repeal
from qiying.capabilities.legal_environment.views.kept import kept_register
from qiying.kernel.organisations.listing import Column, Tab, choice, search
from qiying.kernel.organisations.requests import ViewerRequest
from qiying.kernel.permissions.viewer import Viewer
from qiying.kernel.registers.register import Act, Panel
from qiying.kernel.registers.views import register_urls


def _issue(actor: Viewer, row: Measure, data: dict[str, Any], now: datetime) -> str:
    measure_issue(actor=actor, row=row, number=data["number"], on=data["on"], now=now)
    return f"{row.title}出台记下了。"


def _repeal(actor: Viewer, row: Measure, data: dict[str, Any], now: datetime) -> str:
    measure_repeal(actor=actor, row=row, on=data["on"], reason=data["reason"], now=now)
    return f"{row.title}废止记下了。"


def _about(request: ViewerRequest, row: Measure) -> dict[str, Any]:
    extras = ReviewExtras.of(row.case)
    own = request.viewer.has("legal.issue") and row.unit_id in request.viewer.unit_ids
    url = reverse("cases:case", args=[row.case.number]) if own else ""
    return {"row": row, "extras": extras, "flags": flags_of(extras.text), "case_url": url}


IS_BACK = Q(case__outcome__in=("withdrawn", "voided"))
IS_PASSED, IS_OPEN = Q(case__outcome="passed"), Q(case__is_open=True)
MEASURES = kept_register(
    "measures",
    Measure,
    [
        "title",
        "kind",
        "unit",
        Column("区政府的", lambda m: "是" if m.is_government else "否"),
        Column("现在", lambda m: m.standing),
        Column("审查件", lambda m: m.case.number, in_page=False),
        "number",
        "issued_on",
        "repealed_on",
    ],
    title="公平竞争审查台账",
    related=("unit", "case"),
    listing={
        "filters": [
            search("名称、文号", "title", "number"),
            choice("kind", "种类", Measure.Kind.choices),
        ],
        "tabs": [
            Tab("open", "审查中", IS_OPEN, "没有在审的措施", "起草单位在“提公平竞争审查”里提。"),
            Tab("passed", "通过没出台", IS_PASSED & Q(issued_on=None), "没有等出台的"),
            Tab("issued", "已出台", Q(issued_on__isnull=False, repealed_on=None), "还没有出台的"),
            Tab("failed", "没通过", Q(case__outcome="failed"), "没有没通过的"),
            Tab("over", "废止、撤回", Q(repealed_on__isnull=False) | IS_BACK, "没有"),
        ],
    },
    sees=("legal.fair",),
    opens=("legal.fair",),
    edits=("legal.issue",),
    may_touch=lambda viewer, row: row.unit_id in viewer.unit_ids,
    imports=False,
    panels=(Panel("legal/_measure.html", _about),),
    acts=(
        Act("issue", "登记出台", _issue, form=IssueForm,
            applies=lambda viewer, m: m.case.outcome == "passed" and not m.issued_on),
        Act("repeal", "登记废止", _repeal, form=RepealForm,
            applies=lambda viewer, m: bool(m.issued_on) and not m.repealed_on),
    ),
)  # fmt: skip
urlpatterns = register_urls(MEASURES, "legal/measures/")
