"""Choices of a financing request: products in force with how the firm stands, facts to share, offers to take."""

from __future__ import annotations

from qiying.capabilities.financing.models import Line
from qiying.capabilities.financing.selectors import firm_of, offers_of, products_in_force, standings_of
from qiying.capabilities.financing.services.declaring import PURPOSE
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.consents.purposes import facts_to_choose


def products(context: CaseContext) -> Choices:
    """Return what can be asked for here; what the firm certainly does not qualify for is left out."""
    rows = [p for p in products_in_force(context.case.district_id, context.today) if p.institution.unit_id]
    firm = firm_of(context.viewer)
    if firm is None:
        return [(p.pk, str(p)) for p in rows]
    found = standings_of(firm, rows, context.today)
    return [(s.product.pk, s.words) for s in found if s.group in {"fits", "unknown"}]


def facts(context: CaseContext) -> Choices:
    return facts_to_choose(PURPOSE)


def offers(context: CaseContext) -> Choices:
    """Return what can be taken today, the cheapest first."""
    found = []
    for offer in offers_of(context.case):
        if offer.state == Line.State.OFFERED and offer.answer_until and offer.answer_until >= context.today:
            cost = f"，一年综合成本 {offer.cost.irr}%（内部收益率）" if offer.cost else ""
            found.append((offer.pk, f"{offer.institution.name} {offer.money}，{offer.months} 个月{cost}"))
    return found


choice_source("financing_products", products)
choice_source("financing_facts", facts)
choice_source("financing_offers", offers)
