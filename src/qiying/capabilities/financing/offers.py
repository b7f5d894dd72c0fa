"""Where financing stands in the navigation, on homes and beside a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from qiying.capabilities.financing.models import Line
from qiying.capabilities.financing.selectors import offers_of
from qiying.capabilities.financing.services.inputs import PART_RESULTS, PartExtras
from qiying.capabilities.financing.services.requesting import product_of, wish_of
from qiying.kernel.cases.faces.asker import AskerAct, AskerFace, Panel, asker_face
from qiying.kernel.cases.faces.file import CaseFile
from qiying.kernel.cases.faces.registry import case_panel
from qiying.kernel.cases.models import Case
from qiying.kernel.cases.standard.children import children_of
from qiying.kernel.cases.views.asker_door import Door
from qiying.kernel.organisations.offers import Tile, offer_nav, offer_way
from qiying.kernel.organisations.waiting import Item, Source, declare_waiting
from qiying.kernel.permissions.viewer import Viewer
from qiying.statutes.loan_cost import IRR, SIMPLE
from qiying.ui.humanize import money_words

OFFICE = ("handler", "liaison", "leader", "bank")
WATCH = ("supervisor", "district_leader")


def compared(case: Case, today: date) -> dict[str, Any]:
    """Return a request's offers side by side and what the other institutions said."""
    offers = offers_of(case)
    parts = children_of(case).select_related("lead_unit")
    held = {o.part_id for o in offers}
    others = [
        {"who": p.lead_unit.label if p.lead_unit else "", "words": PartExtras.of(p).reason
         or PART_RESULTS.get(p.outcome, "正在看"), "number": p.number}
        for p in parts
        if p.pk not in held
    ]  # fmt: skip
    return {
        "offers": offers, "others": others, "today": today, "simple": SIMPLE, "irr": IRR,
    }  # fmt: skip


def compare_panel(door: Door, file: CaseFile) -> Sequence[Panel]:
    return [Panel("financing/_compare.html", compared(file.case, file.context.today), "head")]


def request_tile(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return for the coordinating unit what was offered."""
    if case.procedure != "financing_request" or not viewer.memberships:
        return None
    return Tile("financing/_compare.html", {**compared(case, today), "is_beside": True})


def part_tile(case: Case, viewer: Viewer, today: date) -> Tile | None:
    """Return for an institution what the firm wants and the way to what it may look at; for the firm its sheet."""
    if case.procedure != "financing_part":
        return None
    extras, wish = PartExtras.of(case), wish_of(case)
    offer = Line.objects.filter(part=case).select_related("product", "institution").first()
    look = (
        reverse("consents:consent", args=[extras.consent_id])
        if extras.consent_id and viewer.memberships
        else ""
    )
    context = {
        "months": wish.months, "product": product_of(case), "offer": offer, "amount": money_words(wish.fen),
        "purpose": wish.purpose, "look_url": look, "is_office": bool(viewer.memberships), "case": case,
    }  # fmt: skip
    return Tile("financing/_part.html", context)


def amounts(cases: Sequence[Case]) -> Mapping[int, str]:
    """Return by request what was wanted, as it stands at the end of a line in lists."""
    return {c.pk: money_words(int(c.extras["fen"])) for c in cases if c.extras.get("fen")}


def _proposed(row: Line) -> Item:
    url = reverse("financing:lines_row", args=[row.pk])
    return Item(str(row), url, row.enterprise.name, f"确认无感授信 {row.money}", None, row.asked_on)


def proposals(viewer: Viewer, today: date) -> Source | None:
    """Return the lines an institution has still to confirm or not."""
    if not viewer.unit_ids or not viewer.has("financing.keep"):
        return None
    rows = Line.objects.filter(institution__unit_id__in=viewer.unit_ids, state=Line.State.PROPOSED)
    url = f"{reverse('financing:lines')}?show=proposed"
    return Source(rows.select_related("enterprise", "product"), _proposed, url, order=("asked_on", "pk"))


asker_face(
    "financing_request",
    AskerFace(
        acts={
            "accept": AskerAct("选一个方案", "就选这个", is_open=True, done="谈成了，额度在“我的授信”里。"),
            "drop": AskerAct("都不选", "都不选", confirm="几家的方案都不要了，确定吗？"),
        },
        panels=compare_panel,
        amounts=amounts,
        turn_words={"choosing": "请您选方案"},
    ),
)  # fmt: skip
case_panel("financing_request", request_tile)
case_panel("financing_part", part_tile)
declare_waiting("financing_lines", "等您确认的无感授信", proposals, order=40)
offer_way("financing", "融资", "financing:find", "chart", 57)
offer_nav(
    "financing_lines", "授信", "financing:lines", (*OFFICE, *WATCH), 80, group="growth", first=("bank",)
)
offer_nav("financing_products", "融资产品", "financing:products", (*OFFICE, *WATCH), 81, group="growth")
offer_nav("financing_figures", "融资成效", "financing:figures", (*OFFICE, *WATCH), 82, group="growth")
offer_nav("financing_consents", "企业同意给看的", "consents:received", ("bank",), 83, group="growth")
