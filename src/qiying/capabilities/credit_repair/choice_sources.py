"""Records and their places as choices of acts."""

from qiying.capabilities.credit_repair.selectors import record_of, repairable
from qiying.capabilities.credit_repair.services.acts import places_left
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, ProcedureFace, choice_source, procedure_face


def records(context: CaseContext) -> Choices:
    """Return the viewer's records that can be repaired today; within a case its own."""
    own = record_of(context.case)
    rows = [own] if own else repairable(context.viewer, context.today)
    return [(r.pk, f"{r.number} {r.title}") for r in rows]


choice_source("credit_records", records)
choice_source("credit_places", places_left)
procedure_face("credit_repair", ProcedureFace(opening_url=lambda: "/credit/"))
