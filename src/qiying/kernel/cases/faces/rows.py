"""The rows of a case as a page needs them: read together, intakes with their channel, each knowing its case."""

from __future__ import annotations

from qiying.kernel.cases.context import ROW_MODELS, Rows
from qiying.kernel.cases.models import Case, CaseIntake


def rows_of(case: Case) -> Rows:
    """Return the rows of a case, every kind loaded; two queries (intakes come with their channel)."""
    rows = Rows(case)
    links = CaseIntake.objects.filter(case_id=case.pk).select_related("intake__channel", "intake__enterprise")
    rows.put("intake", links.order_by("no"))
    for kind in ROW_MODELS:
        for row in rows.of(kind).values():
            row.case = case
    return rows
