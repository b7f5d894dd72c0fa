"""A visit as its case holds it, and what every writer leaves: a row of the audit, a clue where a rule was broken."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from qiying.capabilities.inspections.models import Flag, Inspection, Item, OtherVisit
from qiying.capabilities.inspections.rules.bans import bans
from qiying.capabilities.inspections.selectors import inspection_of
from qiying.kernel.audit.clock import local_date
from qiying.kernel.audit.subjects import row_noted
from qiying.kernel.cases.act import Act
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.entering import Extras
from qiying.kernel.organisations.models import Unit
from qiying.kernel.permissions.viewer import system_viewer


def flag_raise(
    *, unit: Unit, ban: str, source: str, text: str, now: datetime, inspection: Inspection | None = None,
    visit: OtherVisit | None = None,
) -> Flag | None:  # fmt: skip
    """Note a clue once for a visit and a ban; None where it was noted before from the same source."""
    where = {"inspection": inspection, "visit": visit, "ban": ban, "source": source, "unit": unit}
    if Flag.objects.filter(**where).exists():
        return None
    row = Flag.objects.create(
        **where, district_id=unit.district_id, text=text[:500], raised_on=local_date(now)
    )
    program = system_viewer("worker", district_id=unit.district_id)
    told = {"what": str(row), "ban": bans()[ban].text, "source": row.get_source_display()}
    row_noted(program, "inspections.flag", row, now, **told)
    return row


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
    is_declared: bool = False
    met: str = ""


def extras_of(context: CaseContext) -> InspectionExtras:
    return InspectionExtras.of(context.case)


def visit_in(context: CaseContext) -> Inspection:
    """Return the visit of a case."""
    found = inspection_of(context.case)
    assert found is not None
    return found


def records_of(one: Inspection) -> list[tuple[Item, bool, str]]:
    """Return the items of a visit, whether each was recorded, and where it is."""
    done = InspectionExtras.of(one.case).recorded
    at = [(i, reverse("cases:sheet", args=[one.case.number, i.pk])) for i in one.items.all()]
    return [(item, str(item.pk) in done, url) for item, url in at]


def flag(act: Act, one: Inspection, ban: str, text: str, unit: Unit | None = None) -> None:
    """Note what data shows of a visit, against the leading body where no other is named."""
    whose = unit or act.case.lead_unit
    assert whose is not None
    flag_raise(unit=whose, ban=ban, source="data", text=text, now=act.now, inspection=one)
