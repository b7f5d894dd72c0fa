"""A visit as its case holds it: the row beside it, what was recorded, and clues its rows show."""

from __future__ import annotations

from qiying.capabilities.inspections.models import Inspection
from qiying.capabilities.inspections.selectors import inspection_of
from qiying.capabilities.inspections.services.noting import flag_raise
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.organisations.models import Unit

RESULTS = {
    "none": "没有发现问题",
    "corrected": "有问题，当场改好了",
    "rectify": "有问题，限期整改",
    "penalty": "涉嫌违法，移送立案",
}


class InspectionExtras(Extras):
    """What belongs to a visit alone, beside its row."""

    co_units: list[int] = []
    body: int = 0
    recorded: dict[str, int] = {}
    problems: int = 0
    late_reason: str = ""
    result_text: str = ""
    rectify: str = ""
    rectify_by: str = ""
    task: str = ""
    complaint: str = ""
    declared: list[str] = []
    is_declared: bool = False
    met: str = ""


def extras_of(context: CaseContext) -> InspectionExtras:
    return InspectionExtras.of(context.case)


def visit_in(context: CaseContext) -> Inspection:
    """Return the visit of a case."""
    found = inspection_of(context.case)
    assert found is not None
    return found


def flag(act: Act, one: Inspection, ban: str, text: str, unit: Unit | None = None) -> None:
    """Note what data shows of a visit, against the leading body where no other is named."""
    whose = unit or act.case.lead_unit
    assert whose is not None
    flag_raise(unit=whose, ban=ban, source="data", text=text, now=act.now, inspection=one)
