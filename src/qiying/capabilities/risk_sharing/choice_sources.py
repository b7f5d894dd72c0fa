"""Banks, firms and agreed loans as choices of acts; a guarantor finds a firm by its public name or code alone."""

from qiying.capabilities.risk_sharing.rules.law import yuan
from qiying.capabilities.risk_sharing.selectors import agreed_open, banks_of
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source
from qiying.kernel.enterprises.models import Enterprise
from qiying.kernel.enterprises.selectors import enterprises_found

LEAST, FOUND = 4, 10


def firms(context: CaseContext, text: str) -> Choices:
    if len(text.strip()) < LEAST:
        return []
    rows = enterprises_found(Enterprise.objects.filter(district_id=context.case.district_id), text)
    return [(e.pk, e.name) for e in rows.order_by("name")[:FOUND]]


def banks(context: CaseContext) -> Choices:
    return [(unit.pk, unit.name) for unit in banks_of(context.case.district_id)]


def agreed(context: CaseContext) -> Choices:
    return [
        (row.pk, f"{row.enterprise.name} {row.bank.label} {yuan(row.fen)}")
        for row in agreed_open(context.viewer)
    ]


choice_source("risk_firms", search=firms)
choice_source("risk_banks", banks, kind="unit")
choice_source("agreed_loans", agreed)
