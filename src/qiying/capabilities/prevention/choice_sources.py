"""Experts as choices of acts."""

from qiying.capabilities.prevention.models import Expert
from qiying.capabilities.prevention.selectors import experts_on
from qiying.kernel.cases.context import CaseContext
from qiying.kernel.cases.faces.registry import Choices, choice_source


def experts(context: CaseContext) -> Choices:
    """Return the district's experts with what they know."""
    return [(e.pk, f"{e} {e.sectors}") for e in experts_on(context.case.district_id, context.today)]


def labels(district_id: int) -> dict[str, str]:
    rows = Expert.objects.select_related("unit").filter(district_id=district_id)
    return {str(e.pk): str(e) for e in rows}


choice_source("compliance_experts", experts, labels=labels)
